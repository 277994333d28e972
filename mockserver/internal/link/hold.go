package link

import (
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// hold keeps an answer until it is released, for fault.MaxHold at most.
func (l *Link) hold(s *session.Session, request int64, r rpc.Result) bool {
	if full := l.enterWaiting(int64(len(r.Body))); full != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Session: s.ID, MsgID: request, Text: full + ": an answer does not wait for other calls"})
		return l.finish(s, request, r)
	}
	l.hub.holding.Add(1)
	due := time.Now().Add(r.Delay) // bandwidth goes on beside it
	var once sync.Once
	var stop, cancel func()
	ready := make(chan struct{}) // all functions are there
	leave := func() {
		once.Do(func() {
			<-ready
			stop()
			cancel() // or it would keep the connection in memory for as long as it runs
			l.hub.holding.Add(-1)
			l.leaveWaiting(int64(len(r.Body)))
			send := l.finish
			if r.Delay = time.Until(due); r.Delay > 0 && !r.Silent {
				send = l.later // which may find no room to wait
			}
			if !send(s, request, r) {
				l.endSoon()
			}
		})
	}
	cancel = l.after(fault.MaxHold, leave)
	stop, ok := r.Meeting.Wait(leave)
	if !ok {
		stop = func() {}
	}
	close(ready)
	if !ok {
		leave()
	}
	return true
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
