package mockserver

import (
	"errors"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/link"
)

// ErrNamespaces is what Reset returns while namespaces are in use: it would take
// their uploads and logins from under them.
var ErrNamespaces = errors.New("mockserver: Reset while tests use namespaces of this server")

// Reset makes a server that many tests share as it was in the beginning, at the same
// addresses: connections are closed, uploads, sessions, logins and all auth keys but
// the ready ones forgotten, gates opened, injected rules removed, the journal is
// empty, and the scenario of Options is in force with fresh counters. Ordinals begin
// at 1 again, so that the same test meets the same faults.
//
// It is for tests that run one after another; those that run at once take a
// [Server.Namespace] each.
func (s *Server) Reset() error {
	s.resetting.Lock()
	defer s.resetting.Unlock()
	if s.spaces.any() {
		return ErrNamespaces
	}
	if err := s.pause(); err != nil {
		return err
	}
	defer s.resume()
	for _, c := range s.centers { // first: what still waits anywhere ends with its session
		c.hub.Sessions.Clear()
	}
	for _, c := range s.centers { // and leaves its room to the next test
		c.hub.Hurry()
	}
	s.faults.OpenAll()
	s.faults.RemoveAll()
	s.faults.Mute(false)
	s.uploads.Clear()
	s.home().hub.Handler.Clear()
	s.numbers.Store(0)
	for _, c := range s.centers {
		c.hub.Keys.Clear()
		s.addReadyKeys(c)
	}
	if err := s.SetScenario(s.options.Scenario); err != nil {
		return err // it was in force before
	}
	if err := s.flushDisk(); err != nil {
		return &DataDirError{err}
	}
	s.control("everything is as it was in the beginning")
	s.journal.Clear()
	return nil
}

// pause ends all connections and keeps new ones waiting.
func (s *Server) pause() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	s.paused = true
	for l := range s.links {
		l.CloseWithServer("the server was reset")
	}
	for c := range s.waiting {
		_ = c.Close()
	}
	for len(s.links) > 0 && !s.closed {
		s.changed.Wait()
	}
	if s.closed {
		s.paused = false
		return ErrClosed
	}
	return nil
}

func (s *Server) resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = false
	s.swept = time.Now()
	s.changed.Broadcast()
}

// forgetLink is called when a connection has ended.
func (s *Server) forgetLink(l *link.Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.links, l)
	s.changed.Broadcast()
}
