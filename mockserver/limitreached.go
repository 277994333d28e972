package mockserver

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// Limits returns the limits that are in force, with all defaults filled in.
func (s *Server) Limits() Limits { return s.options.Limits }

// LimitReached notes that a limit was reached, by the name of its field in Limits, as
// an event of kind "limit". It is for what is built around a server, such as the admin
// API: the server notes its own.
func (s *Server) LimitReached(name, what string) {
	s.journal.Add(time.Now(), journal.Event{Kind: journal.KindLimit, Text: name + ": " + what})
}

// outboxPassed notes that a client does not acknowledge its answers, or misses one; the
// session is locked.
func (s *Server) outboxPassed(now time.Time, one *session.Session, bound, how string) {
	s.journal.Add(now, journal.Event{
		Kind: journal.KindLimit, Key: one.Key, Session: one.ID,
		Text: bound + ": " + how,
	})
}
