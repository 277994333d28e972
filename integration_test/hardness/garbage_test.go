package hardness_test

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// noise is 4 MiB of bytes of no meaning, which no transport begins with.
var noise = func() []byte {
	b := make([]byte, 4<<20)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(b)
	return b
}()

// litter is a kind of garbage: what is sent over one connection, again and again as long
// as it is taken.
type litter struct {
	name         string
	first, again []byte
}

// littering are all kinds. What the server takes longest to see through is a message
// under a key that it knows, whose id everybody can read on the wire.
func littering() ([]litter, error) {
	ready, err := mockserver.NewSession(mockserver.SessionOptions{})
	if err != nil {
		return nil, err
	}
	known := binary.LittleEndian.AppendUint64(nil, uint64(rawclient.NewAuthKey(ready.AuthKey, 0).ID))
	framed := func(parts ...[]byte) []byte {
		payload := slices.Concat(parts...)
		return append(long4(nil, uint32(len(payload))), payload...)
	}
	tag := []byte("\xee\xee\xee\xee")
	return []litter{
		{"random bytes", noise, noise},
		{"large frames under an unknown key", tag, framed(noise[:2<<20])},
		{"small frames under an unknown key", tag, slices.Repeat(framed(noise[:64]), 64)},
		{"large messages that do not open", tag, framed(known, noise[:2<<20-40])},
		{"small messages that do not open", tag, framed(known, noise[:80])},
		{"unencrypted messages of no exchange", tag, slices.Repeat(framed(make([]byte, 16), []byte{64, 0, 0, 0}, noise[:64]), 64)},
		{"impossible lengths", tag, slices.Repeat([]byte("\xff\xff\xff\x7f"), 1024)},
		{"HTTP requests for elsewhere", []byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), noise[:4096]},
	}, nil
}

// sent is how much of it there was.
type sent struct{ connections, bytes atomic.Int64 }

// throw sends one kind after the other, each over a new connection, as fast as the
// server takes it, until ctx ends. It starts with kind number n.
func throw(ctx context.Context, addr string, kinds []litter, n int, s *sent) error {
	for ; ctx.Err() == nil; n++ {
		conn, err := dial(ctx, addr)
		if err != nil {
			return notWhenOver(ctx, err)
		}
		s.connections.Add(1)
		kinds[n%len(kinds)].over(ctx, conn, s)
	}
	return nil
}

// over ends when the server has had enough.
func (l litter) over(ctx context.Context, conn net.Conn, s *sent) {
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	go func() { // what it says must not be what stops it, and its end must be seen
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}()
	for b := l.first; ; b = l.again {
		n, err := conn.Write(b)
		s.bytes.Add(int64(n))
		if err != nil {
			return
		}
	}
}
