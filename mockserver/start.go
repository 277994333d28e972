package mockserver

import (
	"fmt"
	"net"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// TB is the part of *testing.T that Start needs, so that other frameworks can
// offer it too.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// Start runs a server on loopback, at a port that is free, until the test ends.
// It is ready when Start returns. If it cannot be started, the test fails.
//
// At the end of the test the server is closed, and the test fails for expectations
// of the scenario that were not met, rules that never fired and methods that nobody
// knows, each of which [Options.AtEnd] can allow, and if fakedc itself failed. If the
// test has failed for whatever reason, the end of the journal is logged.
func Start(t TB, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	done := make(chan struct{}, len(s.centers))
	for _, c := range s.centers {
		l, err := Listen()
		if err != nil {
			_ = s.Close()
			t.Fatalf("%v", err)
			return nil
		}
		s.addListener(l, c) // before it is served: Addr is known when Start returns
		go func() {
			_ = s.accept(l, func(conn net.Conn) { s.start(conn, c) }) // ends with the server
			s.stopListening(c)
			done <- struct{}{}
		}()
	}
	t.Cleanup(func() {
		t.Helper()
		s.closeFor(t)
		for range s.centers {
			<-done
		}
		s.atEnd(t, s.options.AtEnd)
		s.check(t)
	})
	return s
}

// check looks back at the end of a test.
func (s *Server) check(t TB) {
	t.Helper()
	s.requireNoPanics(t)
	s.requireFired(t, s.faults.Unfired())
	if n := s.Connections(); n != 0 {
		t.Errorf("mockserver: %s left after Close", words.Are(n, "connection"))
	}
	if f, ok := t.(interface{ Failed() bool }); ok && f.Failed() {
		s.logTail(t)
	}
}

// requireFired has a test fail for the injected rules that never fired.
func (s *Server) requireFired(t TB, unfired []string) {
	t.Helper()
	if len(unfired) > 0 && !s.options.AtEnd.AllowUnfired && !over(t) {
		t.Errorf("fakedc: injected rules that never fired: %s; remove them, or see mockserver.Options.AtEnd", strings.Join(unfired, ", "))
	}
}

// requireNoPanics has a test fail in which fakedc itself did, whatever came of it.
func (s *Server) requireNoPanics(t TB) {
	t.Helper()
	if n := s.Panics(); n > 0 {
		t.Errorf("fakedc panicked %s; please report it with the journal's events of kind %q", words.Count(n, "time"), EventPanic)
	}
}

// tail is how many events are logged for a test that failed.
const tail = 40

func (v *view) logTail(t TB) {
	t.Helper()
	events := v.Journal()
	if n := len(events) - tail; n > 0 {
		t.Logf("fakedc: %s left out", words.Are(n, "earlier event"))
		events = events[n:]
	}
	for _, e := range events {
		t.Logf("fakedc: %s", Line(e))
	}
}

// Line writes an event for a person.
func Line(e Event) string {
	line := fmt.Sprintf("%s #%d %s", e.Time.Format("15:04:05.000"), e.Conn, e.Kind)
	if e.Method != "" {
		line += " " + e.Method
	}
	if e.Part != nil {
		line += fmt.Sprintf(" file %d part %d", e.FileID, *e.Part)
		if e.Total != nil {
			line += fmt.Sprintf(" of %d", *e.Total)
		}
		line += fmt.Sprintf(", %d bytes", e.Size)
	}
	for _, s := range []string{e.Error, e.Fault, e.Text} {
		if s != "" {
			line += ": " + s
		}
	}
	return line
}
