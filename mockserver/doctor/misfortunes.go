package doctor

import "github.com/fakedc/fakedc/mockserver/internal/journal"

// misfortunes are what befell the connections of an upload.
type misfortunes struct {
	dropped map[int64]bool    // connections that ended, and not because the client had enough
	upset   map[int64]bool    // connections that it had a reason to close
	carried map[[2]int64]bool // which sessions which connections were used for
}

func newMisfortunes() misfortunes {
	return misfortunes{dropped: map[int64]bool{}, upset: map[int64]bool{}, carried: map[[2]int64]bool{}}
}

// carry takes in over which connection a call came, and whether a client may give that up
// for the answer: after a transport error it has to.
func (m *misfortunes) carry(e *Event) {
	m.carried[[2]int64{e.Conn, e.Session}] = true
	switch e.Answer {
	case journal.AnswerNothing, journal.AnswerRefused, journal.AnswerGarbage:
		m.upset[e.Conn] = true
	}
}

// end takes in why a connection ended.
func (m *misfortunes) end(e *Event) {
	if !closedByClient(e.Text) || m.upset[e.Conn] {
		m.dropped[e.Conn] = true
	}
}

// befell tells whether the answer to a call may not have reached the client, so that it
// makes the call again as e: the connection has ended, or the client has left the session
// since one of its connections ended, and takes no answers in it any more.
func (m *misfortunes) befell(last, e *Event) bool {
	if m.dropped[last.Conn] {
		return true
	}
	if last.Session == e.Session {
		return false
	}
	for conn := range m.dropped {
		if m.carried[[2]int64{conn, last.Session}] {
			return true
		}
	}
	return false
}
