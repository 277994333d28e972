package doctor

import (
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// misfortunes are what befell the connections of an upload.
type misfortunes struct {
	dropped  map[int64]bool    // connections that ended, and not because the client had enough
	upset    map[int64]bool    // connections that it had a reason to close
	sessions map[int64][]int64 // which a connection was used for
	shaken   map[int64]bool    // sessions that one of dropped was used for
}

func newMisfortunes() misfortunes {
	return misfortunes{dropped: map[int64]bool{}, upset: map[int64]bool{}, sessions: map[int64][]int64{}, shaken: map[int64]bool{}}
}

// carry takes in over which connection a call came, and whether a client may give that up
// for the answer: after a transport error it has to.
func (m *misfortunes) carry(e *Event) {
	if !slices.Contains(m.sessions[e.Conn], e.Session) {
		m.sessions[e.Conn] = append(m.sessions[e.Conn], e.Session)
	}
	switch e.Answer {
	case journal.AnswerNothing, journal.AnswerRefused, journal.AnswerGarbage:
		m.upset[e.Conn] = true
	}
}

// end takes in why a connection ended.
func (m *misfortunes) end(e *Event) {
	if closedByClient(e.Text) && !m.upset[e.Conn] {
		return
	}
	m.dropped[e.Conn] = true
	for _, session := range m.sessions[e.Conn] {
		m.shaken[session] = true
	}
}

// befell tells whether the answer to a call may not have reached the client, so that it
// makes the call again as e: the connection has ended, or the client has left the session
// since one of its connections ended, and takes no answers in it any more.
func (m *misfortunes) befell(last, e *Event) bool {
	return m.dropped[last.Conn] || last.Session != e.Session && m.shaken[last.Session]
}
