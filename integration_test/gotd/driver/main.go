// Command driver does one job with gotd's client: it reads it as JSON from stdin and
// writes what happened as one line of JSON to stdout. It uses the library's own
// high-level calls only: login, uploader, message sender and downloader.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gotd/td/tg"
)

// job is what is asked for.
type job struct {
	DC struct {
		ID        int    `json:"id"`
		Host      string `json:"host"`
		Port      int    `json:"port"`
		PublicKey string `json:"publicKey"`
	} `json:"dc"`
	Transport string  `json:"transport"`
	As        string  `json:"as"`     // "bot" or "user"
	Action    string  `json:"action"` // "roundtrip" or "upload"
	Path      string  `json:"path"`
	Name      string  `json:"name"`
	Timeout   float64 `json:"timeout"` // seconds
	PFS       bool    `json:"pfs"`
}

// result is what became of it.
type result struct {
	OK      bool     `json:"ok"`
	SHA256  string   `json:"sha256,omitempty"` // of what was read back
	Size    int64    `json:"size,omitempty"`
	Error   *failure `json:"error,omitempty"`
	Note    string   `json:"note,omitempty"`
	Library string   `json:"library"`
	Layer   int      `json:"layer"`
	Seconds float64  `json:"seconds"`
}

func main() {
	started := time.Now()
	var (
		j     job
		once  sync.Once
		ended = make(chan struct{})
	)
	if err := json.NewDecoder(os.Stdin).Decode(&j); err != nil {
		fmt.Fprintf(os.Stderr, "driver: reading the job from stdin: %v\n", err)
		os.Exit(1)
	}
	report := func(r result) {
		once.Do(func() {
			r.Library, r.Layer, r.Seconds = library(), tg.Layer, time.Since(started).Round(time.Millisecond).Seconds()
			if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
				fmt.Fprintf(os.Stderr, "driver: writing the result: %v\n", err)
				os.Exit(1)
			}
			close(ended)
		})
	}
	// Not a deadline of the context: what the client does with it is its own affair,
	// and it is a result that it would go on.
	time.AfterFunc(time.Duration(j.Timeout*float64(time.Second)), func() {
		report(result{Error: &failure{Class: "Timeout", Message: fmt.Sprintf("not done after %g s", j.Timeout)}})
	})
	go func() {
		r, err := work(context.Background(), j)
		r.OK = err == nil
		if err != nil {
			r.Error = describe(err)
		}
		report(r)
	}()
	<-ended
}

// library is the version that this program was built with.
func library() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/gotd/td" {
				return "gotd/td " + m.Version
			}
		}
	}
	return "gotd/td"
}
