package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
)

// aheadSize is how much is read at once when it is there, in bytes: dozens of small frames.
const aheadSize = 8 << 10

// aheads holds the buffers for that. A connection has one only while there is something in it.
var aheads = sync.Pool{New: func() any { return new([aheadSize]byte) }}

// ahead reads a socket with few system calls and without a buffer to wait with: it asks for one once there is
// something to read.
type ahead struct {
	net.Conn
	raw     syscall.RawConn
	attempt func(fd uintptr) bool // try, made once

	look   func(fd uintptr) // count, made once
	system int              // what it found

	buf     *[aheadSize]byte
	waiting []byte // of buf
	failed  error
}

// readAhead returns c itself where there is no way to look before reading.
func readAhead(c net.Conn) io.Reader {
	tcp, ok := c.(*net.TCPConn)
	if !ok || !canAttempt {
		return c
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return c
	}
	a := &ahead{Conn: c, raw: raw}
	a.attempt, a.look = a.try, a.count
	return a
}

// Read is that of an io.Reader. Large buffers are read into directly.
func (a *ahead) Read(p []byte) (int, error) {
	if len(a.waiting) == 0 && len(p) >= aheadSize {
		return a.Conn.Read(p)
	}
	if len(a.waiting) == 0 {
		if err := a.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, a.waiting)
	if a.waiting = a.waiting[n:]; len(a.waiting) == 0 {
		aheads.Put(a.buf)
		a.buf = nil
	}
	return n, nil
}

// come is how many bytes can be read without waiting.
func (a *ahead) come() int {
	if a.system = 0; canCount {
		_ = a.raw.Control(a.look) // an error leaves 0
	}
	return len(a.waiting) + a.system
}

// count asks how many bytes wait in the socket.
func (a *ahead) count(fd uintptr) { a.system = waitingIn(fd) }

// fill waits for bytes.
func (a *ahead) fill() error {
	a.failed = nil
	if err := a.raw.Read(a.attempt); err != nil {
		return asRead(err)
	}
	return a.failed // io.EOF has to stay bare
}

// asRead has an error call itself one of reading, as every other does.
func asRead(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		op.Op = "read"
	}
	return err
}

// try is one attempt; false means to wait.
func (a *ahead) try(fd uintptr) bool {
	buf := aheads.Get().(*[aheadSize]byte)
	for {
		n, err := readNow(fd, buf[:])
		switch {
		case err == nil && n > 0:
			a.buf, a.waiting = buf, buf[:n]
			return true
		case err == nil:
			a.failed = io.EOF
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
		default:
			a.failed = os.NewSyscallError("read", err)
		}
		aheads.Put(buf)
		return a.failed != nil
	}
}
