package mockserver

import (
	"cmp"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// Connection is one that is open.
type Connection struct {
	// Number is Conn of its events in the journal.
	Number int64 `json:"number"`
	// DC is the number of the datacenter that it was made to.
	DC int `json:"dc"`
	// Remote is the address of the client.
	Remote string `json:"remote"`
}

// OpenConnections lists what is open now, oldest first.
func (s *Server) OpenConnections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Connection, 0, len(s.links))
	for l := range s.links {
		out = append(out, Connection{Number: l.Number(), DC: l.DC(), Remote: l.Remote()})
	}
	slices.SortFunc(out, func(a, b Connection) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

// DropConnections closes all connections, as a network that fails does, and
// returns how many there were. Clients may connect again at once.
func (s *Server) DropConnections() int { return s.dropWhere(func(int64) bool { return true }) }

// DropConnection closes one, and tells whether it was open.
func (s *Server) DropConnection(number int64) bool {
	return s.dropWhere(func(n int64) bool { return n == number }) > 0
}

func (s *Server) dropWhere(wanted func(number int64) bool) (n int) {
	s.mu.Lock()
	for l := range s.links {
		if wanted(l.Number()) {
			l.Close("dropped on request")
			n++
		}
	}
	s.mu.Unlock()
	s.control(words.Were(n, "connection") + " dropped")
	return n
}
