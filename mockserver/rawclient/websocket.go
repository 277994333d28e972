package rawclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/coder/websocket"
)

// upgrade turns the socket into a stream of binary websocket messages.
//
// https://core.telegram.org/mtproto/transports#websocket
func (c *Conn) upgrade(ctx context.Context) (net.Conn, error) {
	var taken atomic.Bool
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		if taken.Swap(true) {
			return nil, errors.New("rawclient: the server asked for a second connection")
		}
		return c.socket, nil
	}}
	ws, _, err := websocket.Dial(ctx, "ws://"+host(c.socket)+c.opts.Path, &websocket.DialOptions{
		HTTPClient:   &http.Client{Transport: transport},
		Subprotocols: []string{"binary"},
	})
	transport.CloseIdleConnections()
	if err != nil {
		return nil, fmt.Errorf("rawclient: websocket upgrade: %w", c.because(ctx, err))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = ws.CloseNow()
		return nil, ErrClosed
	}
	c.ws = ws
	return websocket.NetConn(context.WithoutCancel(ctx), ws, websocket.MessageBinary), nil
}

// host is what goes into the Host header; a pipe has no address that fits.
func host(c net.Conn) string {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return a.String()
	}
	return "localhost"
}
