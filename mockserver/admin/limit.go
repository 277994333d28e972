package admin

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver"
)

// Listen bounds the connections of a listener that the admin API is served on, by the
// server's Limits.AdminConnections: further ones are closed at once, which is an event
// of kind "limit". Errors are those of l.
func Listen(s *mockserver.Server, l net.Listener) net.Listener {
	return &listener{Listener: l, server: s}
}

type listener struct {
	net.Listener
	server *mockserver.Server
	open   atomic.Int64
}

// Accept returns the next connection that there is room for.
func (l *listener) Accept() (net.Conn, error) {
	most := int64(l.server.Limits().AdminConnections)
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.open.Add(1) <= most {
			return &counted{Conn: c, open: &l.open}, nil
		}
		l.open.Add(-1)
		_ = c.Close()
		l.server.LimitReached("AdminConnections", fmt.Sprintf("%d are open", most))
	}
}

// counted is a connection that gives its place back.
type counted struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

// Close closes the connection.
func (c *counted) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// bounded is the body of a call; that it is too long is noted.
type bounded struct {
	io.ReadCloser
	server *mockserver.Server
}

// Read reads the body.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		b.server.LimitReached("AdminBody", fmt.Sprintf("a call sent more than %d bytes", long.Limit))
	}
	return n, err
}
