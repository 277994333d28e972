package mockserver

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/socks"
)

// ServeSOCKS serves a SOCKS5 proxy all of whose destinations are the fake
// datacenter: for clients that have Telegram's addresses compiled in and know a
// proxy setting. Nothing leaves the machine. With several datacenters the one
// that the address belongs to is taken, be it one of Telegram's or of this
// server's own. Any name and password will do. It returns as [Server.Serve] does.
func (s *Server) ServeSOCKS(l net.Listener) error {
	if !s.addListener(l, nil) {
		_ = l.Close()
		return ErrClosed
	}
	return s.accept(l, func(conn net.Conn) {
		if s.enter(conn) {
			s.startSOCKS(conn)
		}
	})
}

func (s *Server) startSOCKS(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.conns.Leave(1)
		_ = conn.Close()
		return
	}
	s.waiting[conn] = struct{}{}
	s.running.Go(func() {
		if l := s.throughSOCKS(conn); l != nil {
			s.run(l)
		}
	})
}

// throughSOCKS goes through the SOCKS conversation under a deadline.
func (s *Server) throughSOCKS(conn net.Conn) *link.Link {
	_ = conn.SetDeadline(time.Now().Add(s.options.Limits.DetectTime))
	target, err := socks.Accept(conn)
	_ = conn.SetDeadline(time.Time{})
	s.mu.Lock()
	delete(s.waiting, conn)
	s.mu.Unlock()
	if err != nil {
		if !errors.Is(err, socks.ErrSilent) {
			// Noted first: whoever sees the connection end finds out why.
			s.journal.Add(time.Now(), journal.Event{Kind: journal.KindRefused, Text: err.Error()})
		}
		s.conns.Leave(1)
		_ = conn.Close()
		return nil
	}
	return s.link(conn, s.centerBehind(target))
}

// centerBehind finds the datacenter that a client means by an address: one of the
// server's own, as help.getConfig lists them, or one of Telegram's. Any other is
// the home of all accounts.
func (s *Server) centerBehind(t socks.Target) *center {
	if ip, err := netip.ParseAddr(t.Host); err == nil {
		t.Host = ip.Unmap().String() // clients may write IPv4 in IPv6
	}
	s.mu.Lock()
	for _, c := range s.centers {
		if c.addr != nil && hostPort(c.addr) == t.String() {
			s.mu.Unlock()
			return c
		}
	}
	s.mu.Unlock()
	if dc, known := t.DC(); known {
		if c, ok := s.center(dc); ok {
			return c
		}
	}
	return s.home()
}
