package mockserver

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
)

// Listen opens a listener on loopback at a port that is free.
func Listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		return l, nil
	}
	six, err6 := net.Listen("tcp", "[::1]:0") // a machine without IPv4
	if err6 == nil {
		return six, nil
	}
	return nil, fmt.Errorf("mockserver: no loopback address to listen on: %w", err)
}

// Serve accepts connections until the server is closed; then it returns
// ErrClosed. One server may serve several listeners. No connection's failure ends
// it.
func (s *Server) Serve(l net.Listener) error {
	if !s.addListener(l) {
		_ = l.Close()
		return ErrClosed
	}
	return s.accept(l)
}

func (s *Server) accept(l net.Listener) error {
	wait := time.Duration(0)
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			wait = 0
			s.start(c)
		case s.isClosed():
			return ErrClosed
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("mockserver: the listener was closed: %w", err)
		default:
			// Out of file descriptors, or a client that left at once: neither is
			// a reason to stop. The longer it lasts, the longer the wait.
			wait = min(max(5*time.Millisecond, 2*wait), time.Second)
			time.Sleep(wait)
		}
	}
}

// ServeConn serves one connection and returns when it has ended. It takes any
// net.Conn: with net.Pipe a whole test can run in a testing/synctest bubble.
func (s *Server) ServeConn(c net.Conn) {
	if l := s.open(c); l != nil {
		s.run(l)
	}
}

func (s *Server) start(c net.Conn) {
	if l := s.open(c); l != nil {
		go s.run(l)
	}
}

// open registers a connection, or closes it: nil.
func (s *Server) open(c net.Conn) *link.Link {
	if !s.conns.Enter(1) {
		_ = c.Close()
		s.journal.Add(time.Now(), journal.Event{Kind: journal.KindLimit, Text: fmt.Sprintf("Connections: %d are open", s.conns.Limit())})
		return nil
	}
	s.sweep(time.Now())
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.conns.Leave(1)
		_ = c.Close()
		return nil
	}
	l := s.hub.Open(c)
	s.links[l] = struct{}{}
	s.running.Add(1)
	return l
}

func (s *Server) run(l *link.Link) {
	defer s.running.Done()
	defer s.conns.Leave(1)
	l.Run()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.links, l)
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
	if due {
		s.hub.Sessions.Sweep(now)
		s.uploads.Sweep(now)
	}
}

func (s *Server) addListener(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.listeners = append(s.listeners, l)
	return true
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Addr returns the address of the first listener, such as 127.0.0.1:41234, or ""
// if there is none.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.listeners) == 0 {
		return ""
	}
	return s.listeners[0].Addr().String()
}

// dcs is what help.getConfig lists.
func (s *Server) dcs() []rpc.DC {
	dc := rpc.DC{ID: s.options.DC, Host: "127.0.0.1", Port: 443}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.listeners) > 0 {
		if a, ok := s.listeners[0].Addr().(*net.TCPAddr); ok {
			dc.Host, dc.Port = a.IP.String(), a.Port
			if a.IP.IsUnspecified() {
				dc.Host = "127.0.0.1"
			}
		}
	}
	return []rpc.DC{dc}
}

// Connections returns how many connections are open.
func (s *Server) Connections() int { return int(s.conns.Held()) }

// Close ends all listeners and connections and waits until they are gone. Further
// calls do nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.running.Wait()
		return nil
	}
	s.closed = true
	for _, l := range s.listeners {
		_ = l.Close()
	}
	for l := range s.links {
		l.Close("the server was closed")
	}
	s.mu.Unlock()
	s.running.Wait()
	s.hub.Stop()
	return nil
}
