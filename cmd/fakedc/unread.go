package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"
)

// lastWords is how long a server that ends waits for somebody to read what it says.
const lastWords = time.Second

var errUnread = errors.New("nobody reads it")

// unread is a stream that nobody may read: the pipe of a test's fixture, which is full
// after 64 KB. Who writes to it waits, as anywhere, but once ctx is done no longer than
// lastWords: the fixture waits for the end of the process.
type unread struct {
	w     io.Writer
	over  chan struct{} // lastWords have passed
	wrote chan result
	gone  bool
}

type result struct {
	n   int
	err error
}

func newUnread(ctx context.Context, w io.Writer) *unread {
	u := &unread{w: w, over: make(chan struct{}), wrote: make(chan result, 1)}
	context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, func() { close(u.over) }) })
	return u
}

// Write is for one goroutine.
func (u *unread) Write(p []byte) (int, error) {
	if u.gone {
		return 0, errUnread
	}
	p = bytes.Clone(p) // it may be written still when its owner uses it again
	go func() {
		n, err := u.w.Write(p)
		u.wrote <- result{n, err}
	}()
	select {
	case r := <-u.wrote:
		return r.n, r.err
	case <-u.over:
		u.gone = true // what is being written comes first, or never
		return 0, errUnread
	}
}
