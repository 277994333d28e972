package mockserver

import (
	"errors"
	"fmt"
	"net"
	"time"
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

// Serve accepts connections to the datacenter until the server is closed; then it
// returns ErrClosed. One server may serve several listeners. No connection's
// failure ends it.
func (s *Server) Serve(l net.Listener) error { return s.ServeDC(s.home().id, l) }

// ServeDC does the same for one of several datacenters.
func (s *Server) ServeDC(dc int, l net.Listener) error {
	c, ok := s.center(dc)
	if !ok {
		_ = l.Close()
		return fmt.Errorf("mockserver: there is no datacenter %d; see Options.MoreDCs", dc)
	}
	if !s.addListener(l, c) {
		_ = l.Close()
		return ErrClosed
	}
	defer s.stopListening(c)
	return s.accept(l, func(conn net.Conn) { s.start(conn, c) })
}

// accept takes connections, until the server or the listener is closed.
func (s *Server) accept(l net.Listener, start func(net.Conn)) error {
	wait := time.Duration(0)
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			wait = 0
			start(c)
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
// net.Conn: with net.Pipe a whole test can run in a testing/synctest bubble, in which
// the server was made and is closed.
func (s *Server) ServeConn(c net.Conn) { s.serveConn(c, s.home()) }

// ServeConnDC does the same for one of several datacenters. For a number that
// there is not, the connection is closed.
func (s *Server) ServeConnDC(dc int, conn net.Conn) {
	c, ok := s.center(dc)
	if !ok {
		_ = conn.Close()
		return
	}
	s.serveConn(conn, c)
}

func (s *Server) serveConn(conn net.Conn, c *center) {
	if l := s.open(conn, c); l != nil {
		s.run(l)
	}
}

func (s *Server) start(conn net.Conn, c *center) {
	if l := s.open(conn, c); l != nil {
		go s.run(l)
	}
}

// addListener takes a listener in; c is the datacenter that it is the way to, nil
// for one that is not a datacenter's address.
func (s *Server) addListener(l net.Listener, c *center) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.listeners = append(s.listeners, l)
	if c != nil {
		c.listening++
		if c.addr == nil {
			c.addr = l.Addr()
		}
	}
	return true
}

func (s *Server) stopListening(c *center) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.listening--
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}
