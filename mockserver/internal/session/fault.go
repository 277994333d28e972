package session

import (
	"time"

	"github.com/gotd/td/mt"
)

// AnswerTwice is Answer with a message that the client gets two times.
func (s *Session) AnswerTwice(now time.Time, request int64, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.due(request); ok {
		m := s.send(now, body, true, request)
		s.deliver(&m)
		s.settleBy(e, m)
		s.pass(now)
	}
}

// AnswerSpoilt is Answer with a message that the client has to throw away. The
// outbox has it as it should be: sent again, it is good.
func (s *Session) AnswerSpoilt(now time.Time, request int64, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.due(request); ok {
		m := Outgoing{MsgID: s.nextMsgID(now, parityAnswer), SeqNo: s.nextSeqno(true), Body: body, Request: request, Spoil: true}
		s.deliver(&m)
		m.Spoil = false
		s.keep(now, m)
		s.settleBy(e, m)
		s.pass(now)
	}
}

// RefuseSalt changes the salt and refuses a query that was already taken for having
// the old one; it is forgotten, so that it may be sent again.
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
func (s *Session) RefuseSalt(now time.Time, request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seqno, ok := s.disown(request); ok {
		s.salts.Rotate(now)
		s.send(now, encode(&mt.BadServerSalt{
			BadMsgID: request, BadMsgSeqno: int(seqno), ErrorCode: CodeSalt, NewServerSalt: s.salts.Current(now),
		}), false, request)
	}
}

// Renew begins the session anew: the query is forgotten, and the client is told
// that whatever it sent up to it, or up to the container that it came in, has to be sent again.
// https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
func (s *Session) Renew(now time.Time, request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.window.sentWith(request)
	if _, ok := s.disown(request); ok {
		s.uniqueID++
		s.send(now, encode(&mt.NewSessionCreated{
			FirstMsgID: sent + 4, UniqueID: s.uniqueID, ServerSalt: s.salts.Current(now),
		}), true, 0)
	}
}

// AnswerCut is Answer with a message of which only the first half leaves: the
// connection ends in the middle of it. The outbox has it whole. It returns by which
// way the half leaves, nil for none.
func (s *Session) AnswerCut(now time.Time, request int64, body []byte) (via Sink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.due(request); ok {
		m := Outgoing{MsgID: s.nextMsgID(now, parityAnswer), SeqNo: s.nextSeqno(true), Body: body, Request: request, Cut: true}
		s.deliver(&m)
		via = m.via
		m.Cut = false
		s.keep(now, m)
		s.settleBy(e, m)
	}
	return via
}

// Refuse does the same for another reason, a code of bad_msg_notification.
func (s *Session) Refuse(now time.Time, request int64, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seqno, ok := s.disown(request); ok {
		s.send(now, encode(&mt.BadMsgNotification{BadMsgID: request, BadMsgSeqno: int(seqno), ErrorCode: code}), false, request)
	}
}

// disown forgets a query that waits for its answer, and returns its seqno.
func (s *Session) disown(request int64) (seqno int32, ok bool) {
	e, ok := s.due(request)
	if e != nil {
		seqno = e.seqno
	}
	if ok {
		s.window.remove(request)
		s.dropAck(request)
	}
	return seqno, ok
}
