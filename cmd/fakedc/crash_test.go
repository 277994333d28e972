package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"runtime/debug"

	"github.com/fakedc/fakedc/mockserver"
)

// failing is randomness that fails where messages are encrypted: the one way to make
// fakedc itself fail from outside.
type failing struct{}

func (failing) Read(b []byte) (int, error) {
	if bytes.Contains(debug.Stack(), []byte("envelope.SealServer")) {
		return 0, errors.New("no randomness any more")
	}
	return io.ReadFull(rand.Reader, b)
}

// failingMain is fakedc with such randomness, for scripts.
func failingMain() {
	prepare = func(o *mockserver.Options) { o.Rand = failing{} }
	main()
}
