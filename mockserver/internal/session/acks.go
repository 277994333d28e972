package session

import (
	"slices"
	"time"

	"github.com/gotd/td/mt"
)

// needAck notes a content-related message.
func (s *Session) needAck(id int64) {
	if len(s.acks) < MaxIDs {
		s.acks = append(s.acks, id)
	}
}

func (s *Session) dropAck(id int64) {
	if i := slices.Index(s.acks, id); i >= 0 {
		s.acks = slices.Delete(s.acks, i, i+1)
	}
}

// Decide tells that these queries are carried out, or are on the way to be: whatever
// is said next over any link may acknowledge them.
func (s *Session) Decide(queries []Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decide(queries)
}

func (s *Session) decide(queries []Query) {
	for _, q := range queries {
		if e := s.window.find(q.MsgID); e != nil {
			e.undecided = false
		}
	}
}

// FlushAcks sends what is still to be acknowledged in one msgs_ack, with these
// queries decided.
// https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
func (s *Session) FlushAcks(now time.Time, decided ...Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decide(decided)
	if len(s.acks) == 0 {
		return
	}
	var due, wait []int64
	for _, id := range s.acks {
		e := s.window.find(id)
		if e != nil && e.undecided {
			wait = append(wait, id) // another link is at it
			continue
		}
		if e != nil {
			e.acked = true
		}
		due = append(due, id)
	}
	if s.acks = wait; len(due) > 0 {
		s.send(now, encode(&mt.MsgsAck{MsgIDs: due}), false, 0)
	}
}
