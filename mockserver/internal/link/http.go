package link

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/wire"
)

// Over HTTP a server speaks only when it is spoken to: each request gets one
// response, in order, with one message. So the queue of such a connection holds
// exactly one item for each request, and what sessions have to say waits in their
// mailboxes for the next of them.
// https://core.telegram.org/mtproto/transports#http

// request is an item of the queue: whatever the session has to say by the time
// that it is due, or nothing.
type request struct {
	session   *session.Session // nil: a response without a body
	key       *Key             // to seal it with; it may be destroyed meanwhile
	at        time.Time
	wait      session.HTTPWait
	preflight bool
	goOn      bool // no response: the client waits for leave to send the request's body
	held      int  // bytes in the mailbox when it was asked: the reader stops for them too
}

// overHTTP tells whether the rules of HTTP hold.
func (l *Link) overHTTP() bool { return l.conn != nil && l.conn.HTTP() }

// onExpect has the client told to go on, behind the responses that it waits for.
func (l *Link) onExpect() { l.put(item{http: &request{goOn: true}}) }

// request handles one HTTP request; false ends the connection.
func (l *Link) request(now time.Time, f wire.Frame) bool {
	l.replied = false
	if f.Preflight {
		return l.put(item{http: &request{preflight: true}})
	}
	if !l.frame(now, f) {
		return false
	}
	return l.replied || l.put(item{http: &request{}}) // the client waits for a response
}

// ask queues the response to an encrypted message.
func (l *Link) ask(now time.Time, k *Key, s *session.Session) {
	r := &request{session: s, key: k, at: now, wait: l.got.Wait, held: l.hub.mail.size(s)}
	// A connection without any frame ends after IdleTime; polls end before.
	r.wait.MaxWait = min(r.wait.MaxWait, l.hub.Limits.Idle/4*3)
	l.hub.mail.enter(s)
	if !l.put(item{http: r}) {
		l.hub.mail.leave(s)
	}
}

// post leaves a message for the next response.
func (l *Link) post(s *session.Session, m session.Outgoing) bool {
	if l.queue.isClosed() {
		return false
	}
	items, bytes := l.hub.mail.put(time.Now(), l, s, []session.Outgoing{m})
	if full := l.hub.Limits.overflow(items, bytes); full != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Session: s.ID, Text: full + ": the client does not poll for what waits for it"})
		l.Close("the client does not poll for what it asked for")
		return false
	}
	l.hub.Backlog.relieve()
	return true
}

func (l *Link) enterMail(s *session.Session) {
	if l.overHTTP() {
		l.hub.mail.enter(s)
	}
}

func (l *Link) leaveMail(s *session.Session) {
	if l.overHTTP() {
		l.hub.mail.leave(s)
	}
}

// respond is the writer's goroutine of an HTTP connection.
func (l *Link) respond() {
	ended := false
	var items []item
	defer close(l.written)
	defer func() {
		for i := range items {
			l.forget(&items[i])
		}
		if !ended {
			l.Close("fakedc failed while it wrote")
		}
		// What was asked meanwhile is answered by nobody.
		rest, _ := l.queue.take()
		for i := range rest {
			l.forget(&rest[i])
		}
	}()
	defer l.contain("writing")
	for {
		var open bool
		if items, open = l.queue.take(); len(items) == 0 {
			if !open {
				l.hangUp()
				ended = true
				return
			}
			<-l.queue.wake
			continue
		}
		all := items
		for len(items) > 0 {
			err := l.answer(&items[0], len(items) > 1)
			l.forget(&items[0])
			items = items[1:]
			if err != nil {
				l.writeFailed(err)
				ended = true
				return
			}
		}
		l.queue.done(all)
		if l.conn.Done() {
			l.setWhy("closed, as the client asked")
			l.endSoon()
		}
	}
}

// forget gives back what an item holds.
func (l *Link) forget(it *item) {
	if it.http != nil && it.http.session != nil {
		l.hub.mail.leave(it.http.session)
	}
}

// owe leaves a transport error for the next response to a message: it is about a query
// that was put aside, and none of its own may be left.
func (l *Link) owe(code int32) {
	l.owed.Store(code)
	l.queue.nudge()
}

// answer writes one response. more tells that another request waits behind it.
func (l *Link) answer(it *item, more bool) error {
	r := it.http
	if r == nil {
		return l.flush([]item{*it})
	}
	if r.goOn {
		l.writeBy()
		return l.conn.WriteContinue()
	}
	if r.session == nil {
		_ = l.raw.SetWriteDeadline(time.Now().Add(l.hub.Limits.Write))
		return l.conn.WriteEmpty(r.preflight)
	}
	closed := l.awaitMail(r, more)
	if code := l.owed.Swap(0); code != 0 {
		return l.flush([]item{{code: code}})
	}
	now := time.Now()
	if !closed {
		r.session.FlushAcks(now)
	}
	messages := l.hub.mail.take(r.session)
	bytes := sizes(messages)
	l.queue.owe(bytes)
	defer l.queue.owe(-bytes)
	if closed && len(messages) == 0 {
		return nil // the end of the connection is the answer
	}
	return l.flush([]item{{session: r.session, key: r.key, message: r.session.Pack(now, messages)}})
}

// awaitMail waits until the response is due, and tells whether the connection ends
// instead. It does not wait in the way of another request: responses come in
// order, and that one can wait as well.
func (l *Link) awaitMail(r *request, more bool) (closed bool) {
	for {
		due, news := l.hub.mail.due(r.session, r.at, r.wait)
		left := time.Until(due)
		if left <= 0 || more || l.owed.Load() != 0 {
			return l.queue.isClosed()
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-news:
		case <-l.queue.wake:
		}
		timer.Stop()
		waiting, closed := l.queue.state()
		if closed {
			return true
		}
		more = waiting > 0
	}
}
