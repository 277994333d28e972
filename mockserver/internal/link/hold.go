package link

import (
	"slices"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// holds are answers that wait for other calls, by what they wait for. Server-wide
// there is one of it for each datacenter.
type holds struct {
	mu      sync.Mutex
	waiting map[uint64][]*held
}

// held is one answer.
type held struct{ leave func() }

func (h *holds) add(key uint64, one *held) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.waiting == nil {
		h.waiting = map[uint64][]*held{}
	}
	h.waiting[key] = append(h.waiting[key], one)
}

// remove forgets an answer that has waited long enough.
func (h *holds) remove(key uint64, one *held) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := slices.Index(h.waiting[key], one); i >= 0 {
		h.waiting[key] = slices.Delete(h.waiting[key], i, i+1)
	}
	if len(h.waiting[key]) == 0 {
		delete(h.waiting, key)
	}
}

// release returns what waits, which is not kept any more.
func (h *holds) release(key uint64) []*held {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := h.waiting[key]
	delete(h.waiting, key)
	return all
}

// hold keeps an answer until it is released, for fault.MaxHold at most.
func (l *Link) hold(s *session.Session, request int64, r rpc.Result) bool {
	if full := l.enterWaiting(int64(len(r.Body))); full != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Session: s.ID, MsgID: request, Text: full + ": an answer does not wait for other calls"})
		return l.finish(s, request, r)
	}
	var once sync.Once
	leave := func() {
		once.Do(func() {
			l.leaveWaiting(int64(len(r.Body)))
			if !l.finish(s, request, r) {
				l.endSoon()
			}
		})
	}
	one := &held{}
	cancel := l.hub.timers.after(fault.MaxHold, func() {
		l.hub.holds.remove(r.HoldKey, one)
		leave()
	})
	one.leave = func() {
		cancel() // or it would keep the connection in memory for as long as it runs
		leave()
	}
	l.hub.holds.add(r.HoldKey, one)
	return true
}

// releaseHeld lets go what waits for a call that has come.
func (l *Link) releaseHeld(key uint64) {
	for _, one := range l.hub.holds.release(key) {
		one.leave()
	}
}

// pacer makes answers as late as their bytes would take, for all calls of one
// connection together.
type pacer struct {
	mu   sync.Mutex // a query that waited does not come from the reader
	free time.Time
}

func (p *pacer) pace(now time.Time, bytes int, rate int64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(time.Duration(float64(bytes) / float64(rate) * float64(time.Second)))
	return p.free.Sub(now)
}
