package link

import (
	"errors"
	"net"
	"syscall"
)

// output is where frames leave. While it is eager it takes what the socket takes at
// once and keeps the rest, so that the reader can write without ever waiting for a
// client that does not read.
type output struct {
	conn     net.Conn
	raw      syscall.RawConn // nil: there is no way to write without waiting
	eager    bool
	rest     []byte
	deadline bool // conn has one for writing

	// Of one attempt; they are here so that none allocates.
	attempt func(fd uintptr) bool
	now     []byte
	taken   int
	failed  error
}

func (o *output) init(c net.Conn) {
	o.conn = c
	if !canAttempt {
		return
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		o.raw, _ = tcp.SyscallConn() // an error leaves nil
		o.attempt = o.try
	}
}

// Write is that of an io.Writer.
func (o *output) Write(p []byte) (int, error) {
	if !o.eager {
		return o.conn.Write(p)
	}
	n := 0
	if len(o.rest) == 0 {
		var err error
		if n, err = o.writeSome(p); err != nil {
			return n, err
		}
	}
	o.rest = append(o.rest, p[n:]...)
	return len(p), nil
}

// writeSome writes what the socket has room for.
func (o *output) writeSome(p []byte) (int, error) {
	o.now, o.taken, o.failed = p, 0, nil
	err := o.raw.Write(o.attempt)
	o.now = nil
	if err == nil {
		err = o.failed
	}
	return o.taken, err
}

// try is one attempt; it is always the last, because what is left is somebody else's.
func (o *output) try(fd uintptr) bool {
	for o.taken < len(o.now) {
		n, err := writeNow(fd, o.now[o.taken:])
		switch {
		case err == nil && n > 0:
			o.taken += n
		case errors.Is(err, syscall.EINTR):
		case err == nil || errors.Is(err, syscall.EAGAIN):
			return true
		default:
			o.failed = err
			return true
		}
	}
	return true
}

// writeRest writes what is left, as long as that may take.
func (o *output) writeRest() error {
	rest := o.rest
	o.eager, o.rest = false, nil
	if len(rest) == 0 {
		return nil
	}
	_, err := o.conn.Write(rest)
	return err
}
