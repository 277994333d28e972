package session

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// Outboxes bounds what all sessions of some tables keep together until it is
// acknowledged. It is safe for concurrent use; nil bounds nothing.
type Outboxes struct {
	limit  int64
	held   atomic.Int64
	tables []*Table // in use before the first message comes
}

// NewOutboxes makes a bound of some bytes.
func NewOutboxes(limit int64) *Outboxes { return &Outboxes{limit: limit} }

// messageCost is what a kept message takes beside its body, in bytes.
const messageCost = 128

func (o *Outboxes) count(m *Outgoing, sign int64) {
	if o != nil {
		o.held.Add(sign * int64(len(m.Body)+messageCost))
	}
}

// full tells that more is kept than the bound.
func (o *Outboxes) full() bool { return o != nil && o.held.Load() > o.limit }

// Relief is what one session lost so that the others can keep theirs.
type Relief struct {
	Session *Session
	Dropped int // messages
}

// Relieve makes room if more is kept than the bound: the sessions that keep the most
// lose their oldest answers, until an eighth of the bound is free. Who holds little
// notices nothing. Whoever has answered a query calls it, holding no lock.
func (o *Outboxes) Relieve() (all []Relief) {
	if !o.full() {
		return nil
	}
	type hoard struct {
		*Session
		bytes int64
	}
	var hoards []hoard
	for _, t := range o.tables {
		for _, s := range t.sessions() {
			hoards = append(hoards, hoard{s, s.hoarded()})
		}
	}
	slices.SortFunc(hoards, func(a, b hoard) int { return cmp.Compare(b.bytes, a.bytes) })
	for i, h := range hoards {
		excess := o.held.Load() - o.limit/8*7
		if excess <= 0 || h.bytes == 0 {
			break
		}
		// No further than the next one, while that suffices.
		share := h.bytes
		if i+1 < len(hoards) {
			share = max(h.bytes-hoards[i+1].bytes, h.bytes/2)
		}
		if n := h.dropOldest(min(excess, max(share, 1))); n > 0 {
			all = append(all, Relief{h.Session, n})
		}
	}
	return all
}

// hoarded returns how much the outbox holds.
func (s *Session) hoarded() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(s.out.bytes + messageCost*len(s.out.messages()))
}

// dropOldest forgets answers until so many bytes are free, and returns how many.
func (s *Session) dropOldest(bytes int64) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n < len(s.out.messages()) && bytes > 0 {
		bytes -= int64(len(s.out.messages()[n].Body) + messageCost)
		n++
	}
	s.out.drop(n)
	return n
}
