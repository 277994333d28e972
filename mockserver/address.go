package mockserver

import (
	"fmt"
	"net"
	"strconv"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
)

// Addr returns the address of the datacenter, that of its first listener unless
// another was announced, such as 127.0.0.1:41234; "" if there is none.
func (s *Server) Addr() string { return s.AddrOf(s.home().id) }

// AddrOf does the same for one of several datacenters.
func (s *Server) AddrOf(dc int) string {
	c, ok := s.center(dc)
	if !ok {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.addr == nil {
		return ""
	}
	return c.addr.String()
}

// Announce tells a server where clients reach a datacenter, before it is served or
// where that is not the address of its first listener, as behind a forwarded port.
// help.getConfig, ready sessions and AddrOf name this address from then on.
func (s *Server) Announce(dc int, a net.Addr) error {
	c, ok := s.center(dc)
	if !ok {
		return fmt.Errorf("mockserver: announcing an address: there is no datacenter %d; see Options.MoreDCs", dc)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.addr, c.announced = a, true
	return nil
}

// dcs is what help.getConfig lists: each datacenter, then each once more as one
// for media only, which has the same address.
func (s *Server) dcs() []rpc.DC {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []rpc.DC
	for _, media := range []bool{false, true} {
		for _, c := range s.centers {
			host, port := dialable(c.addr)
			all = append(all, rpc.DC{ID: c.id, Host: host, Port: port, Media: media})
		}
	}
	return all
}

// dialable is an address as a client can use it. Without a listener, over
// net.Pipe, there is none, and clients are told the usual port.
func dialable(a net.Addr) (host string, port int) {
	tcp, ok := a.(*net.TCPAddr)
	switch {
	case !ok:
		return "127.0.0.1", 443
	case tcp.IP.IsUnspecified():
		return "127.0.0.1", tcp.Port
	}
	return tcp.IP.String(), tcp.Port
}

// hostPort is dialable in one string.
func hostPort(a net.Addr) string {
	host, port := dialable(a)
	return net.JoinHostPort(host, strconv.Itoa(port))
}
