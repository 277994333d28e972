package scenarios

import (
	"slices"
	"sync"
)

// Meeting is where the answers wait that a Hold keeps in one scope. No two scopes, rules or engines share one. It is safe for
// concurrent use.
type Meeting struct {
	mu      sync.Mutex
	over    bool
	waiting []*func()
}

// Wait has leave called with the end of the meeting. stop takes that back. ok is false where the end has come already: between its
// decision and this, others may have decided and ended it.
func (m *Meeting) Wait(leave func()) (stop func(), ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.over {
		return nil, false
	}
	one := &leave
	m.waiting = append(m.waiting, one)
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if i := slices.Index(m.waiting, one); i >= 0 {
			m.waiting = slices.Delete(m.waiting, i, i+1)
		}
	}, true
}

// End lets go who waits, in the order of their coming. It can end more than once.
func (m *Meeting) End() {
	m.mu.Lock()
	all := m.waiting
	m.over, m.waiting = true, nil
	m.mu.Unlock()
	for _, leave := range all {
		(*leave)()
	}
}
