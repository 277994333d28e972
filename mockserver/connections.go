package mockserver

import (
	"errors"
	"net"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// enter counts a connection in, or closes it.
func (s *Server) enter(conn net.Conn) bool {
	if s.conns.Enter(1) {
		return true
	}
	// Noted first: a client that was closed out may be the end of the whole run.
	s.journal.Add(time.Now(), journal.Event{Kind: journal.KindLimit, Text: "Connections: " + words.Are(s.conns.Limit(), "connection") + " open"})
	_ = conn.Close()
	return false
}

// open registers a connection, or closes it: nil.
func (s *Server) open(conn net.Conn, c *center) *link.Link {
	if bubbled() != s.bubbled {
		panic("mockserver: a server serves no connection of another testing/synctest bubble: make it with New and close it in the same one")
	}
	if !s.enter(conn) {
		return nil
	}
	return s.link(conn, c)
}

// link makes the link of a connection that is counted already.
func (s *Server) link(conn net.Conn, c *center) *link.Link {
	s.sweep(time.Now())
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.paused && !s.closed {
		s.changed.Wait()
	}
	if s.closed {
		s.conns.Leave(1)
		_ = conn.Close()
		return nil
	}
	l := c.hub.Open(conn)
	s.links[l] = struct{}{}
	s.running.Add(1)
	return l
}

func (s *Server) run(l *link.Link) {
	defer s.running.Done()
	defer s.conns.Leave(1)
	l.Run()
	s.forgetLink(l)
}

// sweep forgets what is out of date, at most once a minute. It needs no goroutine
// of its own: without connections nothing grows.
func (s *Server) sweep(now time.Time) {
	s.mu.Lock()
	due := now.Sub(s.swept) > time.Minute
	if due {
		s.swept = now
	}
	s.mu.Unlock()
	if !due {
		return
	}
	forgotten := 0
	for _, c := range s.centers {
		forgotten += c.hub.Sessions.Sweep(now)
	}
	if forgotten > 0 {
		s.LimitReached("SessionTime", words.Were(forgotten, "session")+" forgotten that nobody used for so long")
	}
	_ = s.uploads.Sweep(now) // the journal has what went wrong
	s.home().hub.Handler.NoteLimits(now)
}

// Connections returns how many connections are open.
func (s *Server) Connections() int { return int(s.conns.Held()) }

// Close ends all listeners and connections and waits until they are gone. Its error
// is that of Options.Journal, or a *DataDirError. Further calls end nothing more.
func (s *Server) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.ended)
		for _, l := range s.listeners {
			_ = l.Close()
		}
		for l := range s.links {
			l.CloseWithServer("the server was closed")
		}
		for c := range s.waiting {
			_ = c.Close()
		}
		s.changed.Broadcast()
	}
	s.mu.Unlock()
	s.running.Wait()
	for _, c := range s.centers {
		c.hub.Stop()
	}
	return errors.Join(s.closeDisk(), s.journalFile.end(time.Now()))
}

// Panics returns how often fakedc itself has failed and that was contained: each ended
// one connection, or one query, and is an event of kind "panic". See Options.Strict.
func (s *Server) Panics() (n int64) {
	for _, c := range s.centers {
		n += c.hub.Panics()
	}
	return n
}
