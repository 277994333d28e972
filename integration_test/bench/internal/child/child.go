// Package child is what a server under measurement says of itself: it runs in a
// process of its own, so that the work of the load is not counted as its own.
package child

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"
)

// Hello is the first line on stdout, once the server listens.
type Hello struct {
	Addr string `json:"addr"`
	// PublicKey is PKCS #1, DER.
	PublicKey []byte `json:"public_key"`
	// Listening is how long after the start of the process that was.
	Listening time.Duration `json:"listening"`
}

// Usage is what the process has used so far.
type Usage struct {
	Mallocs uint64 `json:"mallocs"`
	Live    int64  `json:"live"` // bytes on the heap and on stacks
}

// Serve says hello and answers each line on stdin with a line of usage, until stdin
// ends. A line "gc" collects garbage first.
func Serve(h Hello) error {
	h.Listening = sinceStart()
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(h); err != nil {
		return err
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		if in.Text() == "gc" {
			runtime.GC()
			runtime.GC() // what pools keep goes with the second
		}
		if err := out.Encode(usage()); err != nil {
			return err
		}
	}
	return nil
}

func usage() Usage {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return Usage{Mallocs: m.Mallocs, Live: int64(m.HeapAlloc + m.StackInuse)}
}

// sinceStart is how long ago the process began, by the clock that its parent looked
// at, in nanoseconds: the parent hands it over.
func sinceStart() time.Duration {
	var began int64
	if _, err := fmt.Sscan(os.Getenv("BENCH_BEGAN"), &began); err != nil {
		return 0
	}
	return time.Since(time.Unix(0, began))
}
