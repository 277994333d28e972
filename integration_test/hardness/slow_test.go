package hardness_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// slow is a connection over which a byte comes now and then, at some stage of its life.
type slow struct {
	name string
	// begin is sent at once, then come the bytes of rest, one by one; then nothing.
	begin, rest []byte
}

const (
	claimed = 2 << 20 // the longest frame that is taken
	proven  = 20 << 10
)

// pace is how long it takes until the next byte comes: about a second, where the server
// waits for many, and not for all at the same moment.
func pace() time.Duration { return time.Second/2 + rand.N(time.Second) }

var long4 = binary.LittleEndian.AppendUint32

// slows are all stages.
var slows = []slow{
	{"in silence", nil, nil},
	{"in a transport's tag", []byte{0xee}, []byte{0xee, 0xee}},
	{"in an obfuscated2 header", noise[:8], noise[8:60]},
	{"in a frame's length", []byte("\xee\xee\xee\xee"), []byte{0, 1, 0}},
	{"in a small frame", []byte("\xee\xee\xee\xee\x00\x04\x00\x00"), noise[:1000]},
	{"in a large frame", append(long4([]byte("\xee\xee\xee\xee"), claimed), noise[:proven]...), noise[:1000]},
	{"in a large abridged frame", append([]byte{0xef, 0x7f, 0, 0, 0x08}, noise[:proven]...), noise[:1000]},
	{"in a websocket upgrade", []byte("GET "), []byte("/apiws HTTP/1.1\r\nHost: " + strings.Repeat("a", 100))},
	{"in an HTTP head", []byte("POST"), []byte(" /api HTTP/1.1\r\nHost: " + strings.Repeat("a", 100))},
	{"in an HTTP body", append([]byte("POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 2097152\r\n\r\n"), noise[:proven]...), noise[:1000]},
	{"behind an unknown key", append(long4([]byte("\xee\xee\xee\xee"), 64), noise[:64]...), []byte{64, 0, 0}},
}

// crowd counts connections.
type crowd struct{ open, opened atomic.Int64 }

// keep has one such connection at any time, until ctx ends.
func (s slow) keep(ctx context.Context, addr string, c *crowd) error {
	for ctx.Err() == nil {
		conn, err := dial(ctx, addr)
		if err != nil {
			return notWhenOver(ctx, err)
		}
		c.opened.Add(1)
		c.open.Add(1)
		s.trickle(ctx, conn)
		c.open.Add(-1)
	}
	return nil
}

// trickle sends until the server ends the connection.
func (s slow) trickle(ctx context.Context, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if _, err := conn.Write(s.begin); err != nil {
		return
	}
	for rest := s.rest; ; {
		_ = conn.SetReadDeadline(time.Now().Add(pace()))
		_, err := conn.Read(make([]byte, 64))
		switch {
		case err == nil: // -404
			continue
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return
		case len(rest) == 0:
			continue
		}
		if _, err := conn.Write(rest[:1]); err != nil {
			return
		}
		rest = rest[1:]
	}
}

// dial connects without leaving a port behind that cannot be used for a minute.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return conn, conn.(*net.TCPConn).SetLinger(0)
}

// notWhenOver keeps an error to itself that is only the end.
func notWhenOver(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
