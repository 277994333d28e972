package link

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// finish sends an answer, or does in its place what a scenario wants; false ends
// the connection.
func (l *Link) finish(s *session.Session, request int64, r rpc.Result) bool {
	return l.finishAs(s, request, r, l.overHTTP())
}

// finishAs does it. late says that the response to the request may be gone, so that a
// transport error is for the next one.
func (l *Link) finishAs(s *session.Session, request int64, r rpc.Result, late bool) bool {
	now := time.Now()
	if r.Late != nil && r.Reorder == 0 {
		s.Leaves(request)
	}
	switch {
	case r.BadSalt:
		s.RefuseSalt(now, request)
	case r.BadMsg != 0:
		s.Refuse(now, request, r.BadMsg)
	case r.Hostile != "" && r.Body != nil:
		l.lie(now, s, request, r)
	case r.NewSession:
		s.Renew(now, request)
	case r.Cut && r.Body != nil && !l.overHTTP(): // a response is whole or not there
		if via, ok := s.AnswerCut(now, request, result(request, r.Body)).(*Link); ok && via != l {
			via.endSoon() // the client is back over another connection: nothing can follow there
		}
	case (r.Drop || r.TransportError != 0) && r.Body == nil:
		s.Forget(request)
	case r.Drop || r.TransportError != 0:
		s.Keep(now, request, result(request, r.Body))
	case r.Silent:
		s.Silence(request)
	case r.Reorder > 0:
		if s.AnswerBehind(now, request, result(request, r.Body), r.Reorder) {
			l.after(fault.MaxReorderTime, func() { s.Overtake(time.Now(), request) })
		}
	case r.Twice:
		s.AnswerTwice(now, request, result(request, r.Body))
	case r.Spoil:
		s.AnswerSpoilt(now, request, result(request, r.Body))
	default:
		s.Answer(now, request, result(request, r.Body))
	}
	l.relieve(now)
	switch {
	case r.TransportError == 0:
	case late:
		l.owe(r.TransportError)
	default:
		l.put(item{code: r.TransportError})
	}
	if r.Drop {
		l.drop(r)
	}
	return !r.Drop
}

// drop ends the connection in the way a scenario asks for, as far as it is not
// what the reader does anyway.
func (l *Link) drop(r rpc.Result) {
	switch {
	case r.Reset && r.Cut:
		l.resetOnClose() // what is cut has to leave before
		l.setWhy("reset" + byScenario)
	case r.Reset:
		l.flushHeld() // the reset is to cost this answer, no other
		l.resetOnClose()
		l.Close("reset by the scenario")
	case r.Stall:
		l.stalled.Store(true)
		l.setWhy("stalled" + byScenario)
	default:
		l.setWhy("dropped" + byScenario)
	}
}

// resetOnClose makes of the end of the connection a reset.
func (l *Link) resetOnClose() {
	l.resets.Store(true)
	if tcp, ok := l.raw.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0)
	}
}

// stall keeps a connection open over which nothing comes any more. What the client
// sends is read, or its end would never be noticed, and thrown away.
func (l *Link) stall() {
	l.queue.close()
	for until := time.Now().Add(l.hub.Limits.Idle); time.Now().Before(until); {
		_ = l.raw.SetReadDeadline(until)
		// A delayed stall wakes the reader by a deadline of its own, see endSoon.
		if _, err := io.Copy(io.Discard, l.raw); !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
	}
}

// relieve makes room in the outboxes of those who keep the most, if all of them keep
// too much together, in whatever datacenter.
func (l *Link) relieve(now time.Time) {
	for _, r := range l.hub.Outboxes.Relieve() {
		l.hub.Journal.Add(now, journal.Event{
			Kind: journal.KindLimit, Key: r.Session.Key, Session: r.Session.ID,
			Text: fmt.Sprintf("OutboxTotal: %d answers that were not acknowledged made room; of all sessions this one kept the most", r.Dropped),
		})
	}
}
