package mockserver_test

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Connections beyond the limit are closed at once, and those that are open stay.
func TestTooManyConnections(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{Limits: mockserver.Limits{Connections: 5}})
	beside(t, dc, func() {
		var open []net.Conn
		for range 4 {
			open = append(open, rawDial(t, dc))
		}
		for range 20 {
			require.Empty(t, requireEnd(t, rawDial(t, dc)))
		}
		awaitEvent(t, dc, mockserver.EventLimit, "Connections: 5")
		require.Equal(t, 5, dc.Connections())
		_ = open[0].Close()
		for {
			changed := dc.Changed()
			if dc.Connections() < 5 {
				break
			}
			<-changed
		}
	})
	dial(t, dc, rawclient.Options{})
}

// Keys under way are bounded; who has a key does not notice.
func TestFloodOfHandshakes(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{Limits: mockserver.Limits{Handshakes: 8}})
	beside(t, dc, func() {
		var held []net.Conn
		for range 8 {
			c := rawDial(t, dc)
			beginKey(t, dc, c)
			held = append(held, c)
		}
		for range 20 {
			conn := rawConn(t, dc, rawclient.Options{})
			_, err := rawclient.CreateKey(t.Context(), conn, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA})
			require.Error(t, err)
		}
		awaitEvent(t, dc, mockserver.EventLimit, "Handshakes: 8")
		for _, c := range held {
			_ = c.Close()
		}
		for range held {
			awaitEvent(t, dc, mockserver.EventDisconnect, "closed by the client")
		}
	})
	var err error
	for range 100 { // the places come free as the server notices
		var c *rawclient.Client
		c, err = rawclient.Connect(t.Context(), dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
		if err == nil {
			require.NoError(t, c.Close())
			return
		}
	}
	require.NoError(t, err)
}

// flaky is a source of randomness that fails once when it is told to.
type flaky struct {
	random io.Reader
	fail   atomic.Bool
}

func (f *flaky) Read(b []byte) (int, error) {
	if f.fail.CompareAndSwap(true, false) {
		return 0, errors.New("no randomness today")
	}
	return f.random.Read(b)
}

// A failure inside fakedc ends the connection that it happened on and no other, and
// is an event. Only the randomness, which is the caller's, can be made to fail from
// outside.
func TestPanicIsContained(t *testing.T) {
	random := &flaky{random: zeroReader{}}
	dc, err := mockserver.New(mockserver.Options{Rand: random})
	require.NoError(t, err)
	l, err := mockserver.Listen()
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- dc.Serve(l) }()
	defer func() {
		require.NoError(t, dc.Close())
		require.ErrorIs(t, <-served, mockserver.ErrClosed)
		require.Zero(t, dc.Connections())
	}()
	connect := func() *rawclient.Client {
		c, err := rawclient.Connect(t.Context(), l.Addr().String(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		require.NoError(t, c.Ping(t.Context(), 0))
		return c
	}
	victim, other := connect(), connect()
	random.fail.Store(true)
	require.Error(t, victim.Ping(t.Context(), 1))
	<-victim.Done()
	e := awaitEvent(t, dc, mockserver.EventPanic, "no randomness today")
	require.Contains(t, e.Text, "writing")
	require.NoError(t, other.Ping(t.Context(), 2))
	require.NoError(t, connect().Ping(t.Context(), 3))
	require.Len(t, events(dc, mockserver.EventPanic), 1)
}

// zeroReader counts, so that nonces and keys differ.
type zeroReader struct{}

var counted atomic.Uint64

func (zeroReader) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(counted.Add(1) * 0x9e3779b97f4a7c15 >> 56)
	}
	return len(b), nil
}

// Each message of a session costs nothing once it is over: neither refused ones with
// ever new session_ids, nor sessions that come and go.
func TestSessionsOfOneConnectionAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 8,400 messages")
	}
	dc := mockserver.Start(t, mockserver.Options{Limits: mockserver.Limits{JournalEvents: 100, Sessions: 32, SessionsPerKey: 16}})
	key := dial(t, dc, rawclient.Options{}).Key()
	for _, salt := range []string{"wrong", "right"} {
		t.Run(salt, func(t *testing.T) {
			s := rawSession(t, dc, key)
			answers := make(chan struct{}, 1000)
			go func() {
				defer close(answers)
				for {
					if _, err := s.Recv(t.Context()); err != nil {
						var strange *rawclient.EnvelopeError
						if !errors.As(err, &strange) { // they are for other session_ids
							return
						}
					}
					answers <- struct{}{}
				}
			}()
			each := 1 // bad_server_salt
			if salt == "right" {
				each = 2 // new_session_created and pong
			}
			send := func(n int) {
				for i := range n {
					e := rawclient.Envelope{Body: pingBody(1), SeqNo: rawclient.Ptr(int32(1)), SessionID: rawclient.Ptr(int64(i))}
					if salt == "wrong" {
						e.Salt = rawclient.Ptr(int64(1))
					}
					_, err := s.Send(t.Context(), e)
					require.NoError(t, err)
					for range each {
						<-answers
					}
				}
			}
			send(200)
			before := heap()
			send(4000)
			grown := heap() - before
			t.Logf("%s salt: 4,000 sessions cost %d bytes of heap", salt, grown)
			require.Less(t, grown, int64(256<<10), "4,000 sessions of 200 bytes are 800 KB")
			require.NoError(t, s.Conn().Close())
		})
	}
}
