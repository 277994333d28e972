package session

import "time"

// Info is what is told of a session to whoever looks.
type Info struct {
	ID, Key        int64
	Ordinal        int64
	LastUsed       time.Time
	Ways           []int64 // numbers of the links that it can be reached by
	Unacknowledged int     // messages in its outbox
}

// List describes all sessions, in no particular order.
func (t *Table) List() []Info {
	all := t.sessions()
	out := make([]Info, len(all))
	for i, s := range all {
		out[i] = s.info()
	}
	return out
}

// sessions returns those that there are now.
func (t *Table) sessions() []*Session {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]*Session, 0, len(t.all))
	for _, s := range t.all {
		all = append(all, s)
	}
	return all
}

func (s *Session) info() Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := Info{ID: s.ID, Key: s.Key, Ordinal: s.Ordinal, LastUsed: s.lastUsed, Ways: make([]int64, 0, len(s.ways)), Unacknowledged: len(s.out.messages())}
	for _, w := range s.ways {
		x.Ways = append(x.Ways, w.Number())
	}
	return x
}

// Drop forgets the sessions with an id, under whatever key, and returns how many
// there were. Queries that still run are answered no more: an answer of the old
// session in the middle of the new one would break its sequence.
func (t *Table) Drop(id int64) (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k := range t.all {
		if k.session == id {
			t.remove(k).end(true)
			n++
		}
	}
	return n
}
