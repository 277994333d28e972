package session

import (
	"cmp"
	"container/list"
	"slices"
	"sync"
	"time"
)

// Limits are the bounds of one session. Zero values are not replaced here.
type Limits struct {
	Window      int // received msg_ids remembered
	Outbox      int // unacknowledged messages kept
	OutboxBytes int // and their bytes

	// Outboxes is a bound over all sessions; nil: none.
	Outboxes *Outboxes
	// Passed is told once for each session and bound that a client has let its answers
	// pass, by the name of the field in mockserver's Limits, and how that is known; nil:
	// nobody. The session is locked: it must not block nor call back.
	Passed func(now time.Time, s *Session, bound, how string)
}

// Sink is where a session's messages leave: a link. Deliver must not block and
// must not call back into the session; it returns false once the link is gone.
type Sink interface {
	Deliver(s *Session, m Outgoing) bool
	// Number orders links by the time they were opened: the highest is the newest.
	Number() int64
}

// Session is one client session of one auth key. It is safe for concurrent use.
type Session struct {
	// ID is the session_id that the client chose, Key the auth_key_id it belongs
	// to: a session is the pair of both.
	ID, Key int64
	// Ordinal numbers the sessions of a table, from 1 in the order in which they
	// began; 0 for one whose first message was refused.
	Ordinal int64

	salts *Salts

	place, ofKey *list.Element // of the table, whose lock guards them

	mu        sync.Mutex
	ways      []Sink // links that are open, in the order of their numbers
	window    window
	out       outbox
	overtaken []overtaken
	lies      map[int64]string // messages that broke a rule, by msg_id
	acks      []int64          // content-related messages not acknowledged yet
	lastMsgID int64
	recent    [3]int64 // the last that the client has got, 0 for none
	sent      int32    // content-related messages sent
	round     int64    // messages received
	lastUsed  time.Time
	uniqueID  int64
	passed    []string // bounds that Passed was told of
	waiters   []*waiter
	late      map[int64]late // answers that leave later, by the msg_id of their query
	greeted   bool
	ended     bool // the table has forgotten it
}

func newSession(key, id int64, salts *Salts, l *Limits, unique int64, now time.Time) *Session {
	return &Session{
		ID: id, Key: key, salts: salts, lastUsed: now, uniqueID: unique,
		window: window{size: l.Window},
		out:    outbox{limits: l},
	}
}

// newest returns the link that was opened last of those that are open, or nil.
func (s *Session) newest() Sink {
	if len(s.ways) == 0 {
		return nil
	}
	return s.ways[len(s.ways)-1]
}

// attach notes the link that a message came over. If it is the newest so far, what
// no link is known to have taken is sent over it.
func (s *Session) attach(sink Sink, now time.Time) {
	s.lastUsed = now
	s.round++
	i, known := slices.BinarySearchFunc(s.ways, sink.Number(), func(w Sink, n int64) int {
		return cmp.Compare(w.Number(), n)
	})
	if known {
		return
	}
	away := len(s.ways) == 0 // what was answered meanwhile went nowhere
	s.ways = slices.Insert(s.ways, i, sink)
	s.heard()
	if s.newest() == sink { // and no late message over an older connection
		s.resend(nil)
	}
	if s.out.lost(away) {
		s.tell(now, "OutboxBytes", "a connection ended, and answers that the client had not acknowledged had made room for others: they cannot be sent again")
	}
}

// Detach tells the session that the link is gone. What was sent over it and not
// acknowledged may have been swallowed: it is sent again over the newest link that
// is left, or over the next.
func (s *Session) Detach(sink Sink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ways = slices.DeleteFunc(s.ways, func(w Sink) bool { return w == sink })
	s.out.cutOff()
	s.resend(sink)
	s.alone()
}

// resend sends again what was handed to a link, and what was handed to none.
func (s *Session) resend(via Sink) {
	for i := range s.out.messages() {
		if m := &s.out.messages()[i]; m.via == nil || m.via == via {
			s.deliver(m)
		}
	}
}

// deliver hands a message to the newest link and notes whether it took it.
func (s *Session) deliver(m *Outgoing) bool {
	m.via = nil
	if w := s.newest(); w != nil && w.Deliver(s, *m) {
		m.via, m.round = w, s.round
	}
	return m.via != nil
}

// again sends a message of the outbox that the client asks for, unless it was sent
// since the question came in.
func (s *Session) again(m *Outgoing) bool {
	return m.via != nil && m.round == s.round || s.deliver(m)
}

// send numbers a message and hands it to the newest link. Content-related
// messages stay in the outbox until they are acknowledged.
func (s *Session) send(now time.Time, body []byte, content bool, request int64) Outgoing {
	parity := int64(parityOther)
	if request != 0 {
		parity = parityAnswer
	}
	m := Outgoing{MsgID: s.nextMsgID(now, parity), SeqNo: s.nextSeqno(content), Body: body, Request: request}
	s.deliver(&m)
	if content {
		s.keep(now, m)
	}
	return m
}

// keep puts a message into the outbox.
func (s *Session) keep(now time.Time, m Outgoing) {
	if bound := s.out.add(m); bound != "" {
		s.tell(now, bound, "the client does not acknowledge its answers; from here on the oldest make room")
	}
}

// missing notes that the client asks for a message that is not in the outbox.
func (s *Session) missing(now time.Time, id int64) {
	if s.out.asked(id) {
		s.tell(now, "OutboxBytes", "the client asks for an answer that it had not acknowledged, and that has made room for others")
	}
}

// tell says, once, that the client let its answers pass a bound.
func (s *Session) tell(now time.Time, bound, how string) {
	if bound == "OutboxBytes" {
		s.out.tell()
	}
	if slices.Contains(s.passed, bound) {
		return
	}
	s.passed = append(s.passed, bound)
	if tell := s.out.limits.Passed; tell != nil {
		tell(now, s, bound, how)
	}
}

// due finds a query that waits for its answer. One that the window had to forget
// while it ran has no entry any more, and waits all the same.
func (s *Session) due(request int64) (e *received, ok bool) {
	e = s.window.find(request)
	if e == nil {
		return nil, request <= s.window.floor
	}
	return e, e.status == statusRunning
}

// settle notes what became of a query. Whatever it was, there is nothing left to
// acknowledge: an answer does that too, and silence is to be silent.
func (s *Session) settle(e *received, request int64, to status, answer int64) {
	if e != nil {
		e.status, e.answer = to, answer
	}
	s.dropAck(request)
	s.wake()
}

// settleBy notes the answer to a query, in whatever way that leaves.
func (s *Session) settleBy(e *received, m Outgoing) {
	if e != nil {
		e.failed = isError(m.Body)
	}
	s.settle(e, m.Request, statusAnswered, m.MsgID)
}

// Answer sends the result of a query, an encoded rpc_result.
func (s *Session) Answer(now time.Time, request int64, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer(now, request, body)
	if len(s.overtaken) > 0 {
		s.pass(now)
	}
}

// answer sends the result of a query. The caller holds the lock.
func (s *Session) answer(now time.Time, request int64, body []byte) {
	if e, ok := s.due(request); ok { // else dropped by the client, or answered
		s.settleBy(e, s.send(now, body, true, request))
	}
}

// Silence marks a query that is never answered nor acknowledged, however often it
// is repeated.
func (s *Session) Silence(request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.due(request); ok {
		s.settle(e, request, statusSilenced, 0)
	}
}

// Keep stores the result of a query without sending it: the client gets it when
// it repeats the query or attaches a new link.
func (s *Session) Keep(now time.Time, request int64, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.due(request); ok {
		m := Outgoing{MsgID: s.nextMsgID(now, parityAnswer), SeqNo: s.nextSeqno(true), Body: body, Request: request}
		s.keep(now, m)
		s.settleBy(e, m)
	}
}

// Forget makes the session unaware of a query that was never run, so that its
// repetition is run as if it were the first.
func (s *Session) Forget(request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.window.remove(request)
	s.dropAck(request)
}

// Ended tells that the session was forgotten: the next message with its id begins
// another one.
func (s *Session) Ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// end takes note that the table has forgotten the session. With mute, queries that
// still run are answered no more.
func (s *Session) end(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.out.close() // its client cannot ask for them any more
	if mute {
		s.ways = nil
		s.alone()
	}
}
