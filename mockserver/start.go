package mockserver

import (
	"fmt"
	"net"

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
// test has failed for whatever reason, the end of the journal is logged, as far as it was
// not before; what fakedc has to say against the test stands below it.
//
// It is not for a testing/synctest bubble, in which no time passes for who waits for a
// socket: see [Server.ServeConn].
func Start(t TB, o Options) *Server {
	t.Helper()
	if bubbled() {
		t.Fatalf("mockserver: Start listens on sockets, and no time passes in a testing/synctest bubble for who waits for one: use New and ServeConn")
		return nil
	}
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
		s.end(t, s.lookBack(t))
	})
	return s
}

// lookBack says what is wrong at the end of a test.
func (s *Server) lookBack(t TB) []string {
	reasons := append(s.atEnd(t, s.faults.Unfired()), s.panicked()...)
	if n := s.Connections(); n != 0 {
		reasons = append(reasons, words.Are(n, "connection")+" left after Close")
	}
	return reasons
}

// panicked has a test fail in which fakedc itself did, whatever came of it.
func (s *Server) panicked() []string {
	if n := s.Panics(); n > 0 {
		return []string{fmt.Sprintf("fakedc panicked %s; please report it with the journal's events of kind %q", words.Count(n, "time"), EventPanic)}
	}
	return nil
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
