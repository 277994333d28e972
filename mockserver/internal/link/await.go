package link

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// await puts a query aside until those that invokeAfterMsg(s) names are answered.
func (l *Link) await(k *Key, s *session.Session, q session.Query, queries []int64) {
	refuse := func(why string) bool {
		l.note(journal.Event{Kind: journal.KindLimit, Key: k.ID, Session: s.ID, MsgID: q.MsgID, Text: why})
		return l.finish(s, q.MsgID, rpc.WaitTimeout())
	}
	if !s.MayAwait(len(queries)) {
		refuse(fmt.Sprintf("awaited queries: with %d more it is more than %d that those of one session wait for", len(queries), session.MaxAwaited))
		return
	}
	if full := l.enterWaiting(int64(len(q.Body))); full != "" {
		refuse(full + ": a query cannot wait for others")
		return
	}
	q.Body = bytes.Clone(q.Body) // the frame is used again
	l.aside(s, q, l.hub.Limits.After, func(run func()) (stop func()) { return s.Await(queries, run) },
		func() bool { return l.carryOut(time.Now(), k, s, q, pass{}) },
		func() bool { return refuse("AfterTime: the queries that one comes after were not answered") })
}

// wait puts a query aside until a gate lets it pass, or for fault.MaxGate. Where
// there is no room for it, it is carried out at once.
func (l *Link) wait(k *Key, s *session.Session, q session.Query, g *fault.Gate) bool {
	run := func() bool { return l.carryOut(time.Now(), k, s, q, pass{gate: true}) }
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
			l.leaveWaiting(int64(len(q.Body)))
			if !s.Ended() && !f() {
				l.endSoon()
			}
		})
	}
	cancel = l.after(most, func() { end(late) })
	stop = subscribe(func() {
		// Not here: whoever calls may hold a lock, and a query takes its time.
		l.after(0, func() { end(run) })
	})
	close(ready)
}

// enterWaiting makes room for what is put aside; it returns the name of the limit that
// is in the way, "" for none.
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

func (l *Link) leaveWaiting(size int64) {
	l.hub.Delayed.Leave(1)
	l.hub.Waiting.Leave(size)
}
