package mockserver_test

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

var long = flag.Bool("long", false, "run with the full number of connections, which takes minutes")

// stage is a moment at which connections end.
type stage struct {
	name string
	// victims of it, numbered from first, begin and are cut off; those whose parts
	// matter come back until all they asked is answered.
	run func(s *storm, first, n int) error
	// noticed is where the server's reader was, in the words of its reason to end the
	// connection; "" if a victim may be anywhere by the time that it notices.
	noticed string
}

// storm is a server and clients that leave it.
type storm struct {
	dc      *mockserver.Server
	key     *rawclient.AuthKey
	salt    int64
	severed atomic.Int64 // connections that ended abruptly
	back    atomic.Int64 // connections by which clients came back
	dialed  atomic.Int64 // all connections

	webSockets atomic.Int64 // those of them
	heard      *listener
	ledger     ledger

	told []string // for the page
}

const (
	// workers are victims at once, most of them at a gate at once. The server keeps far
	// more sessions: with its session a client loses what the server knows of its messages.
	workers, most = 8, 64
	sessionsKept  = 16 * most
	journalKept   = 500
	deadlines     = 10 * time.Second
)

func newStorm(t *testing.T) *storm {
	s := &storm{heard: &listener{}}
	s.dc = mockserver.Start(t, mockserver.Options{Logger: slog.New(s.heard), Limits: mockserver.Limits{
		// What is kept of the past is small, so that it is full before memory is measured.
		Sessions: sessionsKept, SessionsPerKey: sessionsKept, AuthKeys: most, JournalEvents: journalKept,
		// What is kept of uploads is enough for all of them, and the queues for keys never fill.
		Uploads: 1 << 16, StoreBytes: 1 << 30, Handshakes: 1 << 10, Connections: 1 << 12,
		// The timer of a deadline keeps a net.Pipe in memory that is closed.
		IdleTime: deadlines, WriteTime: deadlines, HandshakeTime: deadlines, FrameTime: deadlines,
	}})
	ready, err := s.dc.Session(mockserver.SessionOptions{})
	require.NoError(t, err)
	c, err := rawclient.ConnectWithKey(t.Context(), s.dc.Addr(), rawclient.Options{}, rawclient.NewAuthKey(ready.AuthKey, 0), rawclient.ClientOptions{})
	require.NoError(t, err)
	_, err = c.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	s.key, s.salt = c.Key(), c.Session().Salt()
	require.NoError(t, c.Close())
	s.dialed.Add(1)
	return s
}

// Connections end at every stage, by FIN, by RST and as pipes, over all transports in
// turn. Afterwards nothing of them is left, every part whose answer a client has read is
// there with its bytes, and none was stored twice.
func TestAbruptDisconnects(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("what is reset before it is accepted never comes, so that nobody can wait for all connections")
	}
	each := 18
	if *long {
		each = 1180
	}
	s := newStorm(t)
	s.requireQuiet(t, "the first client")
	before := measure()
	warmUp := len(routes) // at each stage: what is made once or kept in pools is there then
	if *long {
		warmUp = 2 * most // and all sessions that are kept
	}
	for _, g := range stages {
		require.NoError(t, g.run(s, 0, warmUp), "%s", g.name)
	}
	s.requireQuiet(t, "the first connections")
	s.forget(t)
	before.heap = heap()
	total := 0
	for _, g := range stages {
		s.requireStage(t, g, warmUp, each)
		total += each
	}
	s.tell(t, "in all", "%d; %s", total, &s.ledger)
	s.forget(t)
	s.requireNothingLeft(t, before)
	if *long {
		require.GreaterOrEqual(t, total, 20_000)
		if *update {
			s.write(t)
		}
	}
}

// requireStage runs a stage, and wants every victim to have ended where it was to.
func (s *storm) requireStage(t *testing.T, g stage, first, n int) {
	t.Helper()
	severed, back, noticed, webSockets := s.severed.Load(), s.back.Load(), s.heard.at(g.noticed), s.webSockets.Load()
	require.NoError(t, g.run(s, first, n), "%s", g.name)
	s.requireQuiet(t, g.name)
	severed, back = s.severed.Load()-severed, s.back.Load()-back
	s.tell(t, g.name, "%d, %d times a client came back", severed, back)
	require.EqualValues(t, n, severed, "%s", g.name)
	if g.noticed != "" {
		least := int64(n)
		if g.noticed != detecting { // of a websocket message nothing is seen before a good deal of it is there
			least -= s.webSockets.Load() - webSockets
		}
		require.GreaterOrEqual(t, s.heard.at(g.noticed)-noticed, least, "%s: the server was not %s; %v", g.name, g.noticed, s.heard)
	}
}

// forget holds the uploads against what clients know of them, and takes both out of
// memory.
func (s *storm) forget(t *testing.T) {
	t.Helper()
	s.ledger.require(t, s.dc)
	require.Equal(t, s.ledger.bytes, s.dc.Holding()["StoreBytes"], "what is held is what is stored")
	s.ledger.forget()
	require.NoError(t, s.dc.ForgetUploads())
	require.Empty(t, s.dc.Holding())
	require.Empty(t, s.heard.trouble())
}

// requireNothingLeft compares what the process holds with what it held before.
func (s *storm) requireNothingLeft(t *testing.T, before measured) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*deadlines)
	defer cancel()
	err := s.await(ctx, func() bool { return measure().leaves(before) })
	after := measure()
	s.tell(t, "left", "%d goroutines, before %d; %d file descriptors, before %d; live heap %d KiB, before %d KiB; nothing of any budget",
		after.goroutines, before.goroutines, after.descriptors, before.descriptors, after.heap>>10, before.heap>>10)
	require.NoError(t, err, "something is left over")
}

// measured is what a process holds.
type measured struct {
	goroutines, descriptors int
	heap                    int64 // bytes
}

func measure() measured {
	open, _ := os.ReadDir("/proc/self/fd") // none where there is no such directory
	return measured{goroutines: runtime.NumGoroutine(), descriptors: len(open), heap: heap()}
}

// maxHeapLeft is how much more memory may be in use than before, in bytes.
const maxHeapLeft = 5 << 20

// leaves tells whether nothing is left over.
func (m measured) leaves(before measured) bool {
	return m.goroutines <= before.goroutines && m.descriptors <= before.descriptors && m.heap-before.heap < maxHeapLeft
}

// requireQuiet waits until the server has noticed that everybody is gone, and then
// wants no place taken any more.
func (s *storm) requireQuiet(t *testing.T, after string) {
	t.Helper()
	quiet := func() bool {
		h := s.dc.Holding()
		delete(h, "StoreBytes")
		return len(h) == 0 && s.heard.ended() == s.dialed.Load() // one may still wait to be accepted
	}
	if !assert.Eventually(t, quiet, 20*time.Second, time.Millisecond) {
		require.FailNow(t, "something is left", "%s: %v; %d of %d connections ended", after, s.dc.Holding(), s.heard.ended(), s.dialed.Load())
	}
}

// each runs a victim for each number, a few at once, and returns the first error.
func each(first, n int, victim func(ctx context.Context, n int) error) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				one, stop := context.WithTimeout(ctx, time.Minute)
				err := victim(one, first+i)
				stop()
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
