package link

import (
	"bytes"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// afterTime is how long a query waits for those that it is to come after.
// Implementation limit: TDLib and gotd give up on their own after about as long.
const afterTime = 30 * time.Second

// await puts a query aside until those that invokeAfterMsg(s) names are answered.
func (l *Link) await(k *Key, s *session.Session, q session.Query, queries []int64) {
	size := int64(len(q.Body))
	if full := l.enterWaiting(size); full != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Key: k.ID, Session: s.ID, MsgID: q.MsgID, Text: full + ": a query cannot wait for others"})
		l.finish(s, q.MsgID, rpc.WaitTimeout())
		return
	}
	q.Body = bytes.Clone(q.Body) // the frame is used again
	var once sync.Once
	var stop, cancel func()
	ready := make(chan struct{}) // both functions are there
	end := func(f func() bool) {
		once.Do(func() {
			<-ready
			stop()
			cancel()
			l.hub.Delayed.Leave(1)
			l.hub.Waiting.Leave(size)
			if !f() {
				l.endSoon()
			}
		})
	}
	cancel = l.hub.timers.after(afterTime, func() {
		end(func() bool { return l.finish(s, q.MsgID, rpc.WaitTimeout()) })
	})
	stop = s.Await(queries, func() {
		// Not here: the session is locked, and a query takes its time.
		l.hub.timers.after(0, func() {
			end(func() bool { return l.query(time.Now(), k, s, q) })
		})
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
