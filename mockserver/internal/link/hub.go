package link

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/handshake"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// Hub is what all connections to one datacenter share.
type Hub struct {
	DC        int
	Limits    Limits
	Keys      *Keys
	Sessions  *session.Table
	Handler   *rpc.Handler
	Journal   *journal.Journal
	Faults    *fault.Injector // nil: none
	Handshake handshake.Config
	Rand      io.Reader
	// Handshakes bounds keys being made at once, Delayed answers on timers,
	// Waiting the bytes of queries that wait for others.
	Handshakes *bounds.Gate
	Delayed    *bounds.Gate
	Waiting    *bounds.Gate
	// Outboxes bounds what the sessions of all datacenters keep; nil: nothing does.
	Outboxes *session.Outboxes

	// Backlog bounds what waits for the clients of all datacenters; nil: nothing does.
	Backlog *Backlog

	// Strict lets panics end the process.
	Strict bool

	// Numbers counts connections, over all datacenters of a server; nil: the
	// hub counts by itself.
	Numbers *atomic.Int64

	numbers atomic.Int64
	panics  atomic.Int64
	holding atomic.Int64 // answers that wait for other calls
	known   atomic.Int64 // connections over which a message was opened
	pairs   atomic.Int64 // frames that were opened with the one behind them
	timers  timers
	mail    mail
	turns   turns
	claims  claims
	shakes  shakes
}

func (h *Hub) nextNumber() int64 {
	if h.Numbers != nil {
		return h.Numbers.Add(1)
	}
	return h.numbers.Add(1)
}

// contained counts the panics of all hubs.
var contained atomic.Int64

// Contained returns how many panics were contained in this process, for tests.
func Contained() int64 { return contained.Load() }

// Panics returns how many panics were contained: each is a defect of fakedc.
func (h *Hub) Panics() int64 { return h.panics.Load() }

// Stop ends all timers and waits for those that run just now.
func (h *Hub) Stop() { h.timers.stop() }

// Hurry has nothing wait for its time any longer.
func (h *Hub) Hurry() { h.timers.hurry() }

// timers are the answers that wait.
type timers struct {
	mu      sync.Mutex
	pending map[*time.Timer]func()
	running sync.WaitGroup
	stopped bool
}

// after runs f once d has passed, unless the hub is stopped or cancel is called
// before.
func (t *timers) after(d time.Duration, f func()) (cancel func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return func() {}
	}
	if t.pending == nil {
		t.pending = map[*time.Timer]func(){}
	}
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		t.mu.Lock()
		_, ours := t.pending[timer]
		delete(t.pending, timer)
		if ours {
			t.running.Add(1)
		}
		t.mu.Unlock()
		if ours {
			defer t.running.Done()
			f()
		}
	})
	t.pending[timer] = f
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		timer.Stop()
		delete(t.pending, timer)
	}
}

// hurry runs all at once that waits, and what that has wait in turn: an answer that is held
// may be delayed behind it, and be kept back behind others then.
func (t *timers) hurry() {
	for {
		t.mu.Lock()
		all := t.pending
		t.pending = nil
		if len(all) > 0 { // else it may be stopped
			t.running.Add(1)
		}
		t.mu.Unlock()
		if len(all) == 0 {
			return
		}
		for timer, f := range all {
			timer.Stop()
			f()
		}
		t.running.Done()
	}
}

func (t *timers) stop() {
	t.mu.Lock()
	t.stopped = true
	for timer := range t.pending {
		timer.Stop()
	}
	t.pending = nil
	t.mu.Unlock()
	t.running.Wait()
}
