package main

import (
	"net"
	"strconv"

	"github.com/fakedc/fakedc/mockserver"
)

// listen opens the address of a flag, or a free port on loopback if it is empty.
func listen(flag, address string) (net.Listener, error) {
	if address == "" {
		l, err := mockserver.Listen()
		if err != nil {
			return nil, ioErrorf("%w", err)
		}
		return l, nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, usageErrorf("%s %s: %w; it takes HOST:PORT, such as 127.0.0.1:0", flag, address, err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, ioErrorf("%w; %s 127.0.0.1:0 takes a port that is free", err, flag)
	}
	return l, nil
}

// isLoopback tells whether only this machine can reach an address.
func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// reachable is the address that a client on this machine dials: a listener on
// all interfaces has none of its own.
func reachable(a net.Addr) (ip net.IP, port int) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return nil, 0
	}
	if tcp.IP.IsUnspecified() {
		return net.IPv4(127, 0, 0, 1), tcp.Port
	}
	return tcp.IP, tcp.Port
}

// dialAddress is reachable in one string.
func dialAddress(a net.Addr) string {
	ip, port := reachable(a)
	return net.JoinHostPort(ip.String(), strconv.Itoa(port))
}
