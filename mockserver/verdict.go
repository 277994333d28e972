package mockserver

import (
	"github.com/fakedc/fakedc/mockserver/internal/observe"
	"github.com/fakedc/fakedc/validator"
)

// watch hands the journal to the oracles. The journal calls it, one event at a time.
// What happens in a namespace is not the server's business; what is about no
// account, such as an acknowledgement, any of them may be interested in.
func (s *Server) watch(e Event) {
	x, ok := observe.Of(&e)
	if !ok {
		return
	}
	if n := s.spaces.of(e.Account); n != nil {
		n.used.Store(true)
		n.oracle.Load().Observe(x)
		return
	}
	s.oracle.Load().Observe(x)
	if all := s.spaces.byAccount.Load(); all != nil && e.Account == 0 {
		for id, n := range *all {
			if id == n.bot() {
				n.oracle.Load().Observe(x)
			}
		}
	}
}

// Rules returns the upload rules with the modes that are in force for files that
// begin now.
func (s *Server) Rules() []validator.Rule { return s.uploads.Rules().Rules() }
