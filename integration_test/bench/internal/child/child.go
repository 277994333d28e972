// Package child is what a server under measurement says of itself: it runs in a
// process of its own, so that the work of the load is not counted as its own.
package child

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"syscall"
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
	CPU     time.Duration `json:"cpu"`      // user and system
	PeakRSS int64         `json:"peak_rss"` // bytes
	RSS     int64         `json:"rss"`      // bytes, now
	Mallocs uint64        `json:"mallocs"`
	Live    int64         `json:"live"` // bytes on the heap and on stacks
	Stacks  int64         `json:"stacks"`
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
		u, err := usage()
		if err != nil {
			return err
		}
		if err := out.Encode(u); err != nil {
			return err
		}
	}
	return nil
}

func usage() (u Usage, err error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return u, err
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u = Usage{
		CPU:     time.Duration(r.Utime.Nano() + r.Stime.Nano()),
		PeakRSS: r.Maxrss << 10, Mallocs: m.Mallocs, Live: int64(m.HeapAlloc + m.StackInuse), Stacks: int64(m.StackInuse),
	}
	var pages, resident int64
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return u, err
	}
	if _, err := fmt.Sscan(string(text), &pages, &resident); err != nil {
		return u, err
	}
	u.RSS = resident * int64(os.Getpagesize())
	return u, nil
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
