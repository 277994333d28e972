package session

import (
	"sync"
	"time"
)

// Limits are the bounds of one session. Zero values are not replaced here.
type Limits struct {
	Window      int // received msg_ids remembered
	Outbox      int // unacknowledged messages kept
	OutboxBytes int // and their bytes
}

// Sink is where a session's messages leave: a link. Deliver must not block and
// must not call back into the session; it returns false once the link is gone.
type Sink interface {
	Deliver(s *Session, messages ...Outgoing) bool
	// Number orders links by the time they were opened: the highest is the newest.
	Number() int64
}

// Session is one client session of one auth key. It is safe for concurrent use.
type Session struct {
	// ID is the session_id that the client chose, Key the auth_key_id it belongs
	// to: a session is the pair of both.
	ID, Key int64

	salts *Salts

	mu        sync.Mutex
	sink      Sink
	window    window
	out       outbox
	acks      []int64 // content-related messages not acknowledged yet
	lastMsgID int64
	sent      int32 // content-related messages sent
	lastUsed  time.Time
	uniqueID  int64
	greeted   bool
}

func newSession(key, id int64, salts *Salts, l *Limits, unique int64, now time.Time) *Session {
	return &Session{
		ID: id, Key: key, salts: salts, lastUsed: now, uniqueID: unique,
		window: window{size: l.Window},
		out:    outbox{limits: l},
	}
}

// attach makes the link that was opened last the way out. If the former one is
// gone, what the client has not acknowledged is sent again, because it may have
// been swallowed; it reports whether anything was.
func (s *Session) attach(sink Sink, now time.Time) (resent bool) {
	s.lastUsed = now
	if s.sink == sink {
		return false
	}
	if s.sink != nil && s.sink.Number() > sink.Number() {
		return false // a late message over an older connection
	}
	lost := s.sink == gone{}
	s.sink = sink
	return lost && s.resend(func(via Sink) bool { return via != sink })
}

// Detach tells the session that the link is gone. What was sent over it and not
// acknowledged is sent again over the newest one, now or when there is one.
func (s *Session) Detach(sink Sink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sink == sink {
		s.sink = gone{}
		return
	}
	s.resend(func(via Sink) bool { return via == sink })
}

func (s *Session) resend(which func(via Sink) bool) (any bool) {
	for i := range s.out.messages {
		m := &s.out.messages[i]
		if which(m.via) && s.sink.Deliver(s, *m) {
			m.via, any = s.sink, true
		}
	}
	return any
}

// gone stands for a link that was closed: unlike nil, it says that there was one.
type gone struct{}

func (gone) Deliver(*Session, ...Outgoing) bool { return false }
func (gone) Number() int64                      { return -1 }

// send numbers a message and hands it to the newest link. Content-related
// messages stay in the outbox until they are acknowledged.
func (s *Session) send(now time.Time, body []byte, content bool, request int64) Outgoing {
	parity := int64(parityOther)
	if request != 0 {
		parity = parityAnswer
	}
	m := Outgoing{MsgID: s.nextMsgID(now, parity), SeqNo: s.nextSeqno(content), Body: body, Request: request}
	if s.sink != nil && s.sink.Deliver(s, m) {
		m.via = s.sink
	}
	if content {
		s.out.add(m)
	}
	return m
}

// Answer sends the result of a query, an encoded rpc_result.
func (s *Session) Answer(now time.Time, request int64, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.window.find(request)
	if r == nil || r.status != statusRunning {
		return // dropped by the client, or forgotten
	}
	m := s.send(now, body, true, request)
	r.status, r.answer = statusAnswered, m.MsgID
	s.dropAck(request) // an answer acknowledges its query
}

// Silence marks a query that is never answered, however often it is repeated.
func (s *Session) Silence(request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.window.find(request); r != nil {
		r.status = statusSilenced
	}
}

// Keep stores the result of a query without sending it: the client gets it when
// it repeats the query or attaches a new link.
func (s *Session) Keep(now time.Time, request int64, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.window.find(request)
	if r == nil || r.status != statusRunning {
		return
	}
	m := Outgoing{MsgID: s.nextMsgID(now, parityAnswer), SeqNo: s.nextSeqno(true), Body: body, Request: request}
	s.out.add(m)
	r.status, r.answer = statusAnswered, m.MsgID
	s.dropAck(request)
}

// Forget makes the session unaware of a query that was never run, so that its
// repetition is run as if it were the first.
func (s *Session) Forget(request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.window.remove(request)
	s.dropAck(request)
}

// Running tells whether a query is still without an answer.
func (s *Session) Running(request int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.window.find(request)
	return r != nil && r.status == statusRunning
}

// Salt returns the salt to send with.
func (s *Session) Salt(now time.Time) int64 { return s.salts.Current(now) }
