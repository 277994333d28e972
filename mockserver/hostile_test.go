package mockserver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// beside runs trouble while an honest client uploads over a connection of its own,
// which must take no notice of it.
func beside(t *testing.T, dc *mockserver.Server, trouble func()) {
	t.Helper()
	c := dial(t, dc, rawclient.Options{})
	var stop atomic.Bool
	ended := make(chan error, 1)
	started := make(chan struct{})
	go func() {
		part := contents(1 << 10)
		for i := int32(0); ; i++ {
			ok, err := c.SaveFilePart(t.Context(), honestFile+int64(i/100), i%100, part)
			if err == nil && !ok {
				err = errors.New("an honest part was answered with false")
			}
			if i == 0 {
				close(started)
			}
			if err != nil || stop.Load() {
				ended <- err
				return
			}
		}
	}()
	<-started
	trouble()
	stop.Store(true)
	require.NoError(t, <-ended, "an honest upload beside it")
	require.NoError(t, c.Err(), "its connection is still open")
}

const honestFile = 7_000_000

// events returns the events of a kind.
func events(dc *mockserver.Server, kind mockserver.EventKind) (found []mockserver.Event) {
	for _, e := range dc.Journal() {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// awaitEvent waits for an event of a kind whose text or error has the words.
func awaitEvent(t *testing.T, dc *mockserver.Server, kind mockserver.EventKind, words string) mockserver.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		changed := dc.Changed()
		for _, e := range events(dc, kind) {
			if strings.Contains(e.Error+" "+e.Text, words) {
				return e
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			require.FailNow(t, "no event", "of kind %q with %q", kind, words)
		}
	}
}

// rawDial opens a bare connection.
func rawDial(t *testing.T, dc *mockserver.Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", dc.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(20*time.Second)))
	return c
}

// requireEnd reads until the server has ended the connection and returns what it
// said. Whether that was an end or a reset is the operating system's affair.
func requireEnd(t *testing.T, c net.Conn) []byte {
	t.Helper()
	said, err := io.ReadAll(c)
	var timeout net.Error
	require.False(t, errors.As(err, &timeout) && timeout.Timeout(), "the server keeps the connection open")
	return said
}

var abridgedTag, intermediateTag, paddedTag = "\xef", "\xee\xee\xee\xee", "\xdd\xdd\xdd\xdd"

// What no client of Telegram's would send ends its connection, is noted with a
// reason, is not echoed, and is nobody else's business.
func TestHostileBytes(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	long := strings.Repeat("x", 1<<20)
	const notFound = "\x04\x00\x00\x00\x6c\xfe\xff\xff" // -404, the transport error
	says := map[string]string{"plain garbage in a frame": notFound, "a plain message of 2 GB": notFound}
	for name, tc := range map[string]struct {
		send   string
		reason string // in the event; empty if the end of the connection is all there is
	}{
		"an HTTP request":                {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "websocket"},
		"an HTTP post":                   {"POST /api HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "HTTP"},
		"a TLS hello":                    {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + long, "TLS"},
		"abridged 64 MiB":                {abridgedTag + "\x7f\xff\xff\xff" + long, "longer than the limit"},
		"abridged 0":                     {abridgedTag + "\x00", "auth_key_id"},
		"abridged 4":                     {abridgedTag + "\x01....", "auth_key_id"},
		"intermediate 2 GB":              {intermediateTag + "\xff\xff\xff\x7f" + long, "longer than the limit"},
		"intermediate 4 GB":              {intermediateTag + "\xff\xff\xff\xff" + long, "longer than the limit"},
		"intermediate 0":                 {intermediateTag + "\x00\x00\x00\x00", "auth_key_id"},
		"padded 2 GB":                    {paddedTag + "\xff\xff\xff\x7f" + long, "longer than the limit"},
		"full 2 GB":                      {"\xff\xff\xff\x7f\x00\x00\x00\x00" + long, "longer than the limit"},
		"full, sequence number 7":        {"\x20\x00\x00\x00\x07\x00\x00\x00" + long, "start no known transport"},
		"full, a wrong checksum":         {"\x20\x00\x00\x00\x00\x00\x00\x00" + long[:20] + "....", "CRC32"},
		"intermediate, cut short":        {intermediateTag + "\x40\x00\x00\x00only this", ""},
		"nothing at all":                 {"", ""},
		"one byte":                       {"\xee", ""},
		"plain garbage in a frame":       {intermediateTag + "\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00garbage!", "not an unencrypted message"},
		"a plain message of 2 GB":        {intermediateTag + "\x18\x00\x00\x00" + strings.Repeat("\x00", 16) + "\xff\xff\xff\x7f....", "claims"},
		"a plain message of no exchange": {intermediateTag + "\x18\x00\x00\x00" + strings.Repeat("\x00", 16) + "\x04\x00\x00\x00what", "handshake"},
	} {
		t.Run(name, func(t *testing.T) {
			beside(t, dc, func() {
				c := rawDial(t, dc)
				before := lastSeq(dc)
				_, _ = io.WriteString(c, tc.send) // the server may have hung up by now
				_ = c.(*net.TCPConn).CloseWrite()
				said := requireEnd(t, c)
				assert.Equal(t, says[name], string(said), "nothing else is said to strangers")
				requireRefusal(t, dc, before, tc.reason)
			})
		})
	}
}

func lastSeq(dc *mockserver.Server) int64 {
	all := dc.Journal()
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].Seq
}

// requireRefusal waits until a connection has ended after event number after; with
// words, until one was refused with them.
func requireRefusal(t *testing.T, dc *mockserver.Server, after int64, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		changed := dc.Changed()
		for _, e := range dc.JournalSince(after) {
			if words == "" && e.Kind == mockserver.EventDisconnect || words != "" && e.Kind == mockserver.EventRefused && strings.Contains(e.Text, words) {
				return
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			require.FailNow(t, "the connection was not refused", "with %q", words)
		}
	}
}
