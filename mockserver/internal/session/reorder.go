package session

import (
	"slices"
	"time"
)

// overtaken is an answer that leaves behind later ones.
type overtaken struct {
	request int64
	body    []byte
	behind  int // so many are still to leave before it
}

// AnswerBehind is Answer once n later answers have left. It returns false if the
// session keeps too many back already, or too many bytes, or all sessions together do:
// the answer has left then.
func (s *Session) AnswerBehind(now time.Time, request int64, body []byte, n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(body)
	for _, o := range s.overtaken {
		size += len(o.body)
	}
	if len(s.overtaken) >= maxOvertaken || size > s.out.limits.OutboxBytes || s.out.limits.Outboxes.full() || n <= 0 {
		s.release(now, overtaken{request, body, n})
		return false
	}
	s.overtaken = append(s.overtaken, overtaken{request, body, n})
	s.out.limits.Outboxes.count(&Outgoing{Body: body}, 1)
	return true
}

// leave sends an answer that was kept back.
func (s *Session) leave(now time.Time, o overtaken) {
	s.out.limits.Outboxes.count(&Outgoing{Body: o.body}, -1)
	s.release(now, o)
}

func (s *Session) release(now time.Time, o overtaken) {
	s.leaves(o.request)
	s.answer(now, o.request, o.body)
}

// maxOvertaken bounds how many answers a session keeps back.
const maxOvertaken = 256

// Overtake sends an answer that has been kept back for long enough, if it is still
// there.
func (s *Session) Overtake(now time.Time, request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, o := range s.overtaken {
		if o.request == request {
			s.overtaken = slices.Delete(s.overtaken, i, i+1)
			s.leave(now, o)
			return
		}
	}
}

// pass counts an answer that left, and sends those that it was the last before.
func (s *Session) pass(now time.Time) {
	var due []overtaken
	for i := range s.overtaken {
		if s.overtaken[i].behind--; s.overtaken[i].behind <= 0 {
			due = append(due, s.overtaken[i])
		}
	}
	// It clears what it leaves: an answer may be of 1 MiB.
	s.overtaken = slices.DeleteFunc(s.overtaken, func(o overtaken) bool { return o.behind <= 0 })
	for _, o := range due {
		s.leave(now, o)
	}
}
