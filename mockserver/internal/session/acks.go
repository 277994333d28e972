package session

import (
	"slices"
	"time"

	"github.com/gotd/td/mt"
)

// needAck notes a content-related message.
func (s *Session) needAck(id int64) {
	if len(s.acks) < maxIDs {
		s.acks = append(s.acks, id)
	}
}

func (s *Session) dropAck(id int64) {
	if i := slices.Index(s.acks, id); i >= 0 {
		s.acks = slices.Delete(s.acks, i, i+1)
	}
}

// FlushAcks sends what is still to be acknowledged in one msgs_ack.
// https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
func (s *Session) FlushAcks(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.acks) == 0 {
		return
	}
	body := encode(&mt.MsgsAck{MsgIDs: s.acks})
	s.acks = nil
	s.send(now, body, false, 0)
}

// PendingAcks returns how many messages wait to be acknowledged.
func (s *Session) PendingAcks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.acks)
}
