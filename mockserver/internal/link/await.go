package link

import (
	"bytes"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// afterTime is how long a query waits for those that it is to come after.
// Implementation limit: TDLib and gotd give up on their own after about as long.
const afterTime = 30 * time.Second

// await puts a query aside until those that invokeAfterMsg(s) names are answered.
func (l *Link) await(k *Key, s *session.Session, q session.Query, queries []int64) {
	if full := l.enterWaiting(int64(len(q.Body))); full != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Key: k.ID, Session: s.ID, MsgID: q.MsgID, Text: full + ": a query cannot wait for others"})
		l.finish(s, q.MsgID, rpc.WaitTimeout())
		return
	}
	q.Body = bytes.Clone(q.Body) // the frame is used again
	l.aside(s, q, afterTime, func(run func()) (stop func()) { return s.Await(queries, run) },
		func() bool { return l.query(time.Now(), k, s, q, nil) },
		func() bool { return l.finish(s, q.MsgID, rpc.WaitTimeout()) })
}

// wait puts a query aside until a gate lets it pass, or for fault.MaxGate. Where
// there is no room for it, it is carried out at once.
func (l *Link) wait(k *Key, s *session.Session, q session.Query, g *fault.Gate) bool {
	run := func() bool { return l.carryOut(time.Now(), k, s, q, nil, true) }
	tooLong := func(why string) {
		l.note(journal.Event{Kind: journal.KindLimit, Key: k.ID, Session: s.ID, MsgID: q.MsgID, Text: why + ": a query is not held any more"})
	}
	if full := l.enterWaiting(int64(len(q.Body))); full != "" {
		tooLong(full)
		return run()
	}
	q.Body = bytes.Clone(q.Body)
	l.aside(s, q, fault.MaxGate, g.Enter, run, func() bool {
		tooLong("MaxGate")
		return run()
	})
	return true
}

// aside keeps a query, whose room enterWaiting made, until it may run or is late.
// Either function tells whether the connection goes on. With its session it ends: a
// server that was reset must not be handed what came before.
func (l *Link) aside(s *session.Session, q session.Query, most time.Duration, subscribe func(run func()) (stop func()), run, late func() bool) {
	var once sync.Once
	var stop, cancel func()
	ready := make(chan struct{}) // both functions are there
	end := func(f func() bool) {
		once.Do(func() {
			<-ready
			stop()
			cancel()
			l.hub.Delayed.Leave(1)
			l.hub.Waiting.Leave(int64(len(q.Body)))
			if !s.Ended() && !f() {
				l.endSoon()
			}
		})
	}
	cancel = l.hub.timers.after(most, func() { end(late) })
	stop = subscribe(func() {
		// Not here: whoever calls may hold a lock, and a query takes its time.
		l.hub.timers.after(0, func() { end(run) })
	})
	close(ready)
}

// enterWaiting returns the name of the limit that is in the way, "" for none.
func (l *Link) enterWaiting(size int64) (full string) {
	if !l.hub.Delayed.Enter(1) {
		return l.hub.Delayed.Name()
	}
	if !l.hub.Waiting.Enter(size) {
		l.hub.Delayed.Leave(1)
		return l.hub.Waiting.Name()
	}
	return ""
}
