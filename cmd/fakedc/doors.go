package main

import (
	"errors"
	"net"
	"net/netip"
	"strconv"

	"github.com/fakedc/fakedc/mockserver"
)

// door is one address that a server is reached at.
type door struct {
	dc int // its datacenter, 0 for the SOCKS proxy
	net.Listener
	advertised *net.TCPAddr // what clients are told, nil: where it listens
}

// told is the address that clients are told.
func (o door) told() net.Addr {
	if o.advertised != nil {
		return o.advertised
	}
	return o.Addr()
}

// doors are all of them: the home datacenter first.
type doors []door

// doorAddresses are the flags about them.
type doorAddresses struct{ listen, advertise, socks string }

// openDoors listens for each datacenter and for the SOCKS proxy. The datacenters
// beside the first take the ports that follow its own, so that a port that was
// chosen says them all; without one they take any that are free.
func openDoors(dcs []int, at doorAddresses) (d doors, err error) {
	defer func() {
		if err != nil {
			d.close()
			d = nil
		}
	}()
	for i, dc := range dcs {
		address, err := nthAddress("--listen", at.listen, i)
		if err != nil {
			return d, err
		}
		told, err := at.advertised(i)
		if err != nil {
			return d, err
		}
		l, err := listen("--listen", address)
		if err != nil {
			return d, err
		}
		d = append(d, door{dc, l, told})
	}
	if at.socks == "" {
		return d, nil
	}
	l, err := listen("--socks", at.socks)
	if err != nil {
		return d, err
	}
	return append(d, door{0, l, nil}), nil
}

// advertised is what clients are told of the nth datacenter; nil is nothing else
// than where it listens. They are told numbers, and no name is looked up here.
func (at doorAddresses) advertised(n int) (*net.TCPAddr, error) {
	if at.advertise == "" {
		return nil, nil
	}
	address, err := nthAddress("--advertise", at.advertise, n)
	if err != nil {
		return nil, err
	}
	told, err := netip.ParseAddrPort(address)
	if err != nil || told.Port() == 0 || told.Addr().IsUnspecified() {
		return nil, usageErrorf("--advertise %s: it takes the IP:PORT that clients reach this server at", at.advertise)
	}
	return net.TCPAddrFromAddrPort(told), nil
}

// nthAddress is the address with the port n places on.
func nthAddress(flag, address string, n int) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if n == 0 || err != nil || port == "0" || port == "" {
		return address, nil // what is wrong with it, listen will say
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return address, nil
	}
	if number += uint64(n); number > 65535 {
		return "", usageErrorf("%s %s: datacenters beside the first take the ports that follow, and there is no port %d", flag, address, number)
	}
	return net.JoinHostPort(host, strconv.FormatUint(number, 10)), nil
}

// announce has the server know all addresses before the first client comes.
func (d doors) announce(server *mockserver.Server) error {
	for _, o := range d {
		if o.dc == 0 {
			continue
		}
		if err := server.Announce(o.dc, o.told()); err != nil {
			return ioErrorf("%w", err)
		}
	}
	return nil
}

// serve serves all of them. Each ends with one value in the channel.
func (d doors) serve(server *mockserver.Server) <-chan error {
	ended := make(chan error, len(d))
	for _, o := range d {
		go func() {
			err := server.ServeSOCKS
			if o.dc != 0 {
				err = func(l net.Listener) error { return server.ServeDC(o.dc, l) }
			}
			ended <- o.blame(err(o.Listener))
		}()
	}
	return ended
}

// blame says which door failed, unless it was closed with the server.
func (o door) blame(err error) error {
	if errors.Is(err, mockserver.ErrClosed) {
		return nil
	}
	return ioErrorf("serving on %v: %w", o.Addr(), err)
}

func (d doors) close() {
	for _, o := range d {
		_ = o.Close() // nothing was written to it
	}
}

// socks is the address of the proxy, "" if there is none.
func (d doors) socks() string {
	for _, o := range d {
		if o.dc == 0 {
			return dialAddress(o.Addr())
		}
	}
	return ""
}
