package link

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/wire"
	"github.com/gotd/td/proto"
)

// encrypted opens a message and has it carried out.
func (l *Link) encrypted(now time.Time, k *Key, f wire.Frame) bool {
	m, err := l.open(k, f.Payload)
	if err != nil {
		// Nothing in it can be trusted, so nothing is answered:
		// https://core.telegram.org/mtproto/security_guidelines#mtproto-encrypted-messages
		l.note(journal.Event{Kind: journal.KindRefused, Key: k.ID, Text: err.Error()})
		l.setWhy("a message that does not open")
		return false
	}
	if !l.known {
		l.known = true
		l.hub.known.Add(1)
		l.conn.Trust(true)
	}
	l.endShake() // whoever has a key is making none: to ask for resPQ is a ping of TDLib's
	k.touch(now)
	if name := k.believed(); name != "" {
		l.noteHostile(name, true)
	}
	if f.QuickAck {
		l.put(item{isAck: true, ack: m.QuickAck})
	}
	s := l.hub.Sessions.Receive(now, session.Incoming{
		Key: k.ID, Salts: k.Salts, SessionID: m.SessionID, Salt: m.Salt,
		Message: session.Message{MsgID: m.MsgID, SeqNo: m.SeqNo, Body: m.Body}, Undecided: true,
	}, l, &l.got)
	l.received(now, k, s)
	l.hashed = rpc.Hashed{Bytes: m.Hashed, SHA256: m.SHA256}
	defer l.letGo()
	l.budget = rpc.NewBudget(l.hub.Limits.Inflated)
	for i, q := range l.got.Queries {
		// Whoever closes the connection waits for this one, and for no other.
		if !l.query(now, k, s, q, &l.hashed) || i+1 < len(l.got.Queries) && l.isGone() {
			// Those behind it in the container were not run: they may come again.
			for _, rest := range l.got.Queries[i+1:] {
				s.Forget(rest.MsgID)
			}
			s.Decide(l.got.Queries[:i+1])
			l.hub.mail.tidy(s)
			return false
		}
	}
	if l.overHTTP() {
		s.Decide(l.got.Queries)
		if !l.replied { // by a transport error, which is the response
			l.ask(now, k, s)
		}
		return true
	}
	// What is not answered by now is answered late: the client must not wait for
	// that with nothing in its hands.
	s.FlushAcks(now, l.got.Queries...)
	return true
}

// open opens a message, or does the rest of it if that was begun while it came.
func (l *Link) open(k *Key, frame []byte) (envelope.Message, error) {
	if !l.opening.Begun() {
		l.opening.Begin(k.Key, frame, len(frame), l.hub.Handler.Finder()) // if it does not, Finish refuses the frame
	}
	return l.opening.Finish(frame)
}

// letGo forgets where a frame was: its buffer is for others to use, and must be
// collected if nobody does.
func (l *Link) letGo() {
	clear(l.got.Queries)
	l.hashed = rpc.Hashed{}
}

// received notes what the session said of a message.
func (l *Link) received(now time.Time, k *Key, s *session.Session) {
	if l.got.Accepted {
		l.remember(s)
	}
	if l.got.DisconnectAfter > 0 {
		l.disconnectAt = now.Add(l.got.DisconnectAfter)
	}
	if l.got.DestroyKey != 0 {
		l.destroyKey(now, k, s)
	}
	if l.got.Created {
		l.note(journal.Event{Kind: journal.KindSession, Key: k.ID, Session: s.ID})
	}
	if l.got.Evicted != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Key: k.ID, Session: s.ID, Text: l.got.Evicted + ": the session that was used least recently was forgotten"})
	}
	for _, name := range l.got.Believed {
		l.noteHostile(name, true)
	}
	if len(l.got.Acked) > 0 {
		l.hub.Journal.Tell(now, journal.Event{Kind: journal.KindAck, Conn: l.number, DC: l.hub.DC, Key: k.ID, Session: s.ID, Acked: l.got.Acked})
	}
	for _, r := range l.got.Refusals {
		e := journal.Event{Kind: journal.KindRefused, Key: k.ID, Session: s.ID, MsgID: r.MsgID, Text: r.Reason}
		switch r.Code {
		case 0:
		case session.CodeSalt: // usual for a client's first message
			e.Error = "bad_server_salt"
		default:
			e.Error = fmt.Sprintf("bad_msg_notification %d", r.Code)
		}
		l.note(e)
	}
}

// query carries one query out; false ends the connection.
func (l *Link) query(now time.Time, k *Key, s *session.Session, q session.Query, h *rpc.Hashed) bool {
	return l.carryOut(now, k, s, q, pass{hashed: h, budget: &l.budget})
}

// pass is what a query has with it.
type pass struct {
	hashed *rpc.Hashed // of its frame; nil: nothing is
	budget *rpc.Budget // of its frame; nil: it was put aside, and has its own
	gate   bool        // no gate is to hold it any more
}

// carryOut does it for a query that was put aside, too.
func (l *Link) carryOut(now time.Time, k *Key, s *session.Session, q session.Query, p pass) bool {
	r := l.handle(now, rpc.Caller{Auth: k.Auth, Key: k.ID, Conn: l.number, Session: s.ID, SessionOrdinal: s.Ordinal, MsgID: q.MsgID, Others: s, Pace: l.pace, Passed: p.gate, Aside: p.budget == nil, Hashed: p.hashed, Budget: p.budget}, q.Body)
	l.keep(now, k, &r)
	if len(r.After) > 0 {
		l.await(k, s, q, r.After)
		return true
	}
	if r.Gate != nil {
		return l.wait(k, s, q, r.Gate)
	}
	if late := r.Late; late != nil {
		s.Late(q.MsgID, func(heard bool) { late(time.Now(), heard) })
	}
	if r.Releases {
		r.Meeting.End()
	}
	if r.Held {
		return l.hold(s, q.MsgID, r)
	}
	if r.TransportError != 0 && l.overHTTP() && p.budget != nil {
		// It is the response to this request, which its reader is at.
		return (r.Delay <= 0 || l.pause(r.Delay)) && l.finishAs(s, q.MsgID, r, false)
	}
	if r.Delay <= 0 || r.Silent { // to wait with nothing to say would be no silence
		return l.finish(s, q.MsgID, r)
	}
	return l.later(s, q.MsgID, r)
}

// later finishes a query once its delay has passed. It stands alone so that what it
// keeps is allocated for such queries only.
func (l *Link) later(s *session.Session, request int64, r rpc.Result) bool {
	size := int64(len(r.Body))
	if full := l.enterWaiting(size); full != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Key: s.Key, Session: s.ID, MsgID: request, Text: full + ": an answer is not delayed"})
		return l.finish(s, request, r)
	}
	l.after(r.Delay, func() {
		defer l.leaveWaiting(size)
		if !l.finish(s, request, r) {
			l.endSoon()
		}
	})
	return true
}

// after runs f once d has passed, as timers do. If it fails, that ends the connection.
func (l *Link) after(d time.Duration, f func()) (cancel func()) {
	return l.hub.timers.after(d, func() {
		done := false
		defer func() {
			if !done {
				l.Close("fakedc failed while it answered late")
			}
		}()
		defer l.contain("answering late")
		f()
		done = true
	})
}

// endSoon ends the connection from outside of its reader.
func (l *Link) endSoon() {
	l.queue.close() // the reader looks at it once its wait is over
	_ = l.raw.SetReadDeadline(time.Now())
}

// handle contains a panic of one query: its client is told of a failure, and
// nobody else notices.
func (l *Link) handle(now time.Time, c rpc.Caller, body []byte) (r rpc.Result) {
	defer func() {
		if r.Body == nil && !r.Drop && !r.Silent && !r.Refuses() && len(r.After) == 0 && r.Gate == nil {
			r = rpc.Failure()
		}
	}()
	defer l.contain("a query")
	return l.hub.Handler.Handle(now, c, body)
}

// result wraps a body in rpc_result.
// https://core.telegram.org/mtproto/service_messages#response-to-an-rpc-query
func result(request int64, body []byte) []byte {
	b := make([]byte, 0, 12+len(body))
	b = binary.LittleEndian.AppendUint32(b, proto.ResultTypeID)
	b = binary.LittleEndian.AppendUint64(b, uint64(request))
	return append(b, body...)
}
