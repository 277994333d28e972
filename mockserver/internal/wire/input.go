package wire

import (
	"bufio"
	"crypto/cipher"
	"errors"
	"io"
)

// readBuffer is the size of the one read buffer of a connection, in bytes: enough for the small frames that make up
// most of the traffic, little enough for thousands of idle connections.
const readBuffer = 1 << 10

// errBudget is what an input returns when its budget is used up.
var errBudget = errors.New("too many bytes")

// input is what lies between the connection and its read buffer: it decrypts, once there is something to decrypt
// with, and can be given a budget of bytes.
type input struct {
	src    io.Reader
	dec    cipher.Stream // nil: bytes pass as they are
	budget int           // bytes that may still be read; negative: any number
	err    error         // the last failure of src
	before func()        // called before src is waited for; nil for nothing
}

// Read reads from the source and decrypts in place.
func (in *input) Read(p []byte) (int, error) {
	if in.budget == 0 {
		return 0, errBudget
	}
	if in.budget > 0 && len(p) > in.budget {
		p = p[:in.budget]
	}
	if in.before != nil && !in.ready() {
		in.before()
	}
	n, err := in.src.Read(p)
	in.err = err
	if in.budget > 0 {
		in.budget -= n
	}
	if in.dec != nil {
		in.dec.XORKeyStream(p[:n], p[:n])
	}
	return n, err
}

// ready tells that there is something to read without waiting.
func (in *input) ready() bool {
	a, ok := in.src.(*ahead)
	return ok && len(a.waiting) > 0
}

// decrypt makes everything behind the read position of buf, which must read from in, pass through dec: what has been
// buffered already at once and in place, the rest when it is read.
func (in *input) decrypt(buf *bufio.Reader, dec cipher.Stream) {
	// Peek of what is buffered never reads and never fails.
	waiting, _ := buf.Peek(buf.Buffered())
	dec.XORKeyStream(waiting, waiting)
	in.dec = dec
}

// peek returns the next n bytes without consuming them. If the stream ends before the first of them the error is
// io.EOF, if it ends after it io.ErrUnexpectedEOF.
func peek(buf *bufio.Reader, n int) ([]byte, error) {
	b, err := buf.Peek(n)
	if err != nil && len(b) > 0 {
		err = unexpected(err)
	}
	return b, err
}

// discard drops n bytes that have been peeked at.
func discard(buf *bufio.Reader, n int) {
	// Bytes that were peeked at are buffered, and discarding buffered bytes never fails.
	_, _ = buf.Discard(n)
}
