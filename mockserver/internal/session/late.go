package session

import (
	"maps"
	"slices"
)

// late is an answer that is to leave later.
type late struct {
	tell func(heard bool)
	due  bool // it left where nobody was
}

// Late has tell know what becomes of an answer that leaves late: that nobody is
// there to hear it, as soon as that is so, and that somebody is when it leaves. Who comes
// back hears it then. Tell is called with the session locked: it must not block nor call
// back.
func (s *Session) Late(request int64, tell func(heard bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.late == nil {
		s.late = map[int64]late{}
	}
	s.late[request] = late{tell: tell}
	if len(s.ways) == 0 { // the last of them is gone since the query came
		tell(false)
	}
}

// Leaves says that the answer leaves now.
func (s *Session) Leaves(request int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaves(request)
}

func (s *Session) leaves(request int64) {
	l, known := s.late[request]
	switch {
	case !known:
	case len(s.ways) > 0:
		delete(s.late, request)
		l.tell(true)
	case s.ended: // and nobody comes back
		delete(s.late, request)
	default:
		l.due = true
		s.late[request] = l
	}
}

// alone tells that nobody is there, if so.
func (s *Session) alone() {
	if len(s.ways) > 0 {
		return
	}
	for _, request := range slices.Sorted(maps.Keys(s.late)) {
		s.late[request].tell(false)
	}
}

// heard tells that somebody is there again for what left meanwhile.
func (s *Session) heard() {
	for _, request := range slices.Sorted(maps.Keys(s.late)) {
		if s.late[request].due {
			s.leaves(request)
		}
	}
}
