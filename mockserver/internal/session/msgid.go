package session

import (
	"cmp"
	"time"
)

// Specification constants: a client's msg_id may be 300 seconds old and 30
// seconds ahead. https://core.telegram.org/mtproto/description#message-identifier-msg-id
const (
	maxAge   = 300 * time.Second
	maxAhead = 30 * time.Second
)

// msgIDAt returns unixtime * 2^32 with the fraction of the second, lowest two
// bits clear.
func msgIDAt(t time.Time) int64 {
	fraction := int64(t.Nanosecond()) << 32 / int64(time.Second)
	return (t.Unix()<<32 | fraction) &^ 3
}

// Parities of the server's ids.
const (
	parityAnswer = 1 // a response to a client's message
	parityOther  = 3
)

// nextMsgID returns an id above all that the session has sent.
func (s *Session) nextMsgID(now time.Time, parity int64) int64 {
	id := msgIDAt(now)
	if id <= s.lastMsgID {
		id = (s.lastMsgID + 4) &^ 3
	}
	s.lastMsgID = id | parity
	s.recent = [...]int64{s.recent[1], s.recent[2], s.lastMsgID}
	return s.lastMsgID
}

// oldMsgID is that of the third last message, or of the first: a client that knows no more
// than the last one again forgets too much.
// https://core.telegram.org/mtproto/security_guidelines#checking-msg-id
func (s *Session) oldMsgID() int64 { return cmp.Or(s.recent[:]...) }

// nextSeqno returns twice the number of content-related messages sent before,
// plus one if this one is content-related.
// https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno
func (s *Session) nextSeqno(content bool) int32 {
	n := s.sent * 2
	if content {
		s.sent++
		n++
	}
	return n
}
