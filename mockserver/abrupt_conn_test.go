package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// ending is how a connection goes away that nobody closes in good order.
type ending int

const (
	byFIN ending = iota
	byRST
	byPipe // the end of a net.Pipe
	endings
)

// errSevered is what is written behind the end.
var errSevered = errors.New("the connection ended here")

// severed is a client's connection that ends behind a number of bytes.
type severed struct {
	net.Conn
	how   ending
	left  int // bytes that still go out; negative: any number
	count *atomic.Int64
	ended atomic.Bool
}

func (s *severed) Write(p []byte) (n int, err error) {
	if s.left < 0 {
		return s.Conn.Write(p)
	}
	if n = min(len(p), s.left); n > 0 {
		if n, err = s.Conn.Write(p[:n]); err != nil {
			return n, err
		}
	}
	if s.left -= n; s.left == 0 {
		s.sever()
		return n, errSevered
	}
	return n, nil
}

// sever ends the connection.
func (s *severed) sever() {
	if s.ended.Swap(true) {
		return
	}
	if tcp, ok := s.Conn.(*net.TCPConn); ok {
		if s.how == byRST {
			_ = tcp.SetLinger(0)
		} else {
			_ = tcp.CloseWrite() // what is unread here would make a reset of it
		}
	}
	_ = s.Conn.Close()
	s.count.Add(1)
}

// route is a way to speak to the server.
type route struct {
	rawclient.Options
	name string
}

// routes are all ways there are. The last is HTTP, over which the server does not
// speak unasked.
var routes = func() (all []route) {
	padding := func() int { return 3 }
	for _, t := range []rawclient.Transport{rawclient.Abridged, rawclient.Intermediate, rawclient.Padded} {
		all = append(all, route{rawclient.Options{Transport: t, Padding: padding}, t.String()},
			route{rawclient.Options{Transport: t, Padding: padding, Obfuscated: true}, "obfuscated " + t.String()})
	}
	return append(all, route{rawclient.Options{Transport: rawclient.Full}, "full"},
		route{rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true, WebSocket: true}, "websocket"},
		route{rawclient.Options{Transport: rawclient.HTTP}, "HTTP"})
}()

// header is how many bytes come before the payload of a frame.
func (r route) header(c *severed, payload int) (n int, err error) {
	plain := r.Options
	plain.WebSocket = false
	counter := &weighed{Conn: c}
	conn, err := rawclient.NewConn(counter, plain)
	if err != nil {
		return 0, err
	}
	if err := conn.Open(context.Background()); err != nil {
		return 0, err
	}
	counter.n = 0
	if err := conn.SendFrame(context.Background(), make([]byte, payload)); err != nil {
		return 0, err
	}
	trailer := map[rawclient.Transport]int{rawclient.Padded: 3, rawclient.Full: 4}[r.Transport]
	return counter.n - payload - trailer + r.message(counter.n), nil
}

// message is how many bytes the websocket protocol puts before a message of n: two,
// a longer length and a mask. https://www.rfc-editor.org/rfc/rfc6455#section-5.2
func (r route) message(n int) int {
	switch {
	case !r.WebSocket:
		return 0
	case n < 126:
		return 6
	case n < 1<<16:
		return 8
	}
	return 14
}

// weighed counts what is written, and writes nothing.
type weighed struct {
	net.Conn
	n int
}

func (c *weighed) Write(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

// connect opens a connection for victim number n: routes and endings in turn.
func (s *storm) connect(n int) (*rawclient.Conn, *severed, route, error) {
	r := routes[n%len(routes)]
	conn, cut, err := s.dial(r, ending(n/len(routes))%endings)
	return conn, cut, r, err
}

func (s *storm) dial(r route, how ending) (*rawclient.Conn, *severed, error) {
	cut := &severed{how: how, left: -1, count: &s.severed}
	if how == byPipe {
		here, there := net.Pipe()
		go s.dc.ServeConn(there)
		cut.Conn = here
	} else {
		socket, err := net.Dial("tcp", s.dc.Addr())
		if err != nil {
			return nil, nil, fmt.Errorf("dialing: %w", err)
		}
		cut.Conn = socket
	}
	s.dialed.Add(1)
	if r.WebSocket {
		s.webSockets.Add(1)
	}
	conn, err := rawclient.NewConn(cut, r.Options)
	return conn, cut, err
}
