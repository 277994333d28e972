package mockserver_test

import (
	"context"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/internal/aftertests"
	"github.com/fakedc/fakedc/scenarios"
)

// mine is a logger that panics at the first event of a kind.
type mine struct {
	slog.Handler
	kind string
	left atomic.Int64
}

func (m *mine) Enabled(context.Context, slog.Level) bool { return true }

func (m *mine) Handle(_ context.Context, r slog.Record) error {
	if r.Message == m.kind && m.left.Add(-1) == 0 {
		panic("the mine")
	}
	return nil
}

// An answer that is late is sent by none of the connection's own goroutines. What fails there
// ends that connection as well, and not the process.
func TestPanicOfALateAnswerIsContained(t *testing.T) {
	for name, rule := range map[string]scenarios.Rule{
		"held":      {Name: "late", Match: only(0), Hold: scenarios.Hold{Calls: 9}},
		"reordered": {Name: "late", Match: only(0), Reply: scenarios.Reply{Kind: scenarios.ReplyReorder, Count: 9}},
	} {
		t.Run(name, func(t *testing.T) {
			m := &mine{kind: "left"}
			m.left.Store(1)
			bubbleThatFails(t, mockserver.Options{Scenario: faults(rule), Logger: slog.New(m)}, func(t *testing.T, b *bubble) {
				c, other := b.client(), b.client()
				require.NoError(t, other.Ping(t.Context(), 1))
				_, answer := begin(t, c, bigPart(t, 1, 0, 2, contents(kib)))
				require.Error(t, (<-answer).err)
				<-c.Done()
				require.Equal(t, "true", part(t, other, 1, 1, 2, contents(5)))
				require.EqualValues(t, 1, b.Panics())
				require.Contains(t, ofKind(b, mockserver.EventPanic)[0].Text, "the mine")
			})
			aftertests.Provoked()
		})
	}
}

// badConn is a connection that fails while it is read, as a parser would.
type badConn struct {
	net.Conn
	good int
}

func (c *badConn) Read(p []byte) (int, error) {
	if c.good--; c.good < 0 {
		panic("the connection")
	}
	return c.Conn.Read(p)
}

func TestPanicWhileReadingIsContained(t *testing.T) {
	for name, good := range map[string]int{"the transport": 0, "a frame": 1} {
		t.Run(name, func(t *testing.T) {
			bubbleThatFails(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				here, there := net.Pipe()
				b.wg.Go(func() { b.ServeConn(&badConn{there, good}) })
				_, _ = here.Write([]byte("\xef"))
				_, err := here.Read(make([]byte, 1))
				require.Error(t, err, "it was closed")
				require.NoError(t, here.Close())
				require.Equal(t, "true", part(t, b.client(), 1, 0, 1, contents(5)))
				require.EqualValues(t, 1, b.Panics())
				require.Contains(t, ofKind(b, mockserver.EventPanic)[0].Text, "the connection")
			})
			aftertests.Provoked()
		})
	}
}
