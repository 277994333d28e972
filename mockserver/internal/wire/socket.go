package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/coder/websocket"
)

// innerBuffer is the read buffer of the stream inside websocket messages, in bytes. The library's own, below it, has
// readBuffer bytes and saves the system calls; this one only has to hold headers.
const innerBuffer = 512

// socket is a websocket read as a stream: where messages begin and end means nothing to MTProto.
type socket struct {
	lib     *websocket.Conn
	conn    *corked
	message io.Reader // reader's: the message being read, nil between messages
}

// Read reads from the current or the next binary message. It answers pings and the client's close on the way.
func (s *socket) Read(p []byte) (int, error) {
	for {
		if s.message == nil {
			if err := s.next(); err != nil {
				return 0, err
			}
		}
		n, err := s.message.Read(p)
		switch {
		case errors.Is(err, io.EOF):
			s.message = nil
		case err != nil:
			// The message is not whole. What the library hands over beside the error it
			// has not unmasked: taken for data, it would be another client's mistake.
			return 0, unexpected(s.readError(err))
		}
		if n > 0 {
			return n, nil
		}
	}
}

// next waits for the next message.
func (s *socket) next() error {
	kind, message, err := s.lib.Reader(context.Background())
	if err != nil {
		return s.readError(err)
	}
	if kind != websocket.MessageBinary {
		return violation("a websocket text message; MTProto travels in binary ones")
	}
	s.message = message
	return nil
}

// readError finds in a failure of the library what happened: the connection failed, one of the sides closed it, or
// the client broke the websocket protocol.
func (s *socket) readError(err error) error {
	switch {
	case s.conn.readErr != nil:
		return s.conn.readErr
	case websocket.CloseStatus(err) != -1:
		return io.EOF
	case errors.Is(err, net.ErrClosed):
		return net.ErrClosed
	}
	return &ProtocolError{Reason: "a breach of the websocket protocol", Err: err}
}

// writeMessage sends b as one binary message.
func (s *socket) writeMessage(b []byte) error {
	return s.lib.Write(context.Background(), websocket.MessageBinary, b)
}

// close ends the websocket and the connection below it.
func (s *socket) close() error { return s.lib.CloseNow() }

// corked is the connection as the websocket library sees it. While the cork is in, it gathers what is written, so that
// headers and messages leave in one Write; the library, which flushes after each message, cannot do that itself. Reader
// and writer both write, because the reader answers pings.
type corked struct {
	net.Conn
	from    io.Reader // the connection too, with what was read of it ahead
	readErr error     // reader's: the first failure of the connection, which the library wraps beyond recognition

	mu   sync.Mutex
	held *[]byte // nil: no cork
}

// Read implements net.Conn.
func (c *corked) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if err != nil && c.readErr == nil {
		c.readErr = err
	}
	return n, err
}

// Write implements net.Conn.
func (c *corked) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held != nil {
		*c.held = append(*c.held, p...)
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// cork makes Write gather until uncork.
func (c *corked) cork() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = outputs.Get().(*[]byte)
}

// uncork writes what was gathered.
func (c *corked) uncork() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.held
	c.held = nil
	defer keep(held)
	if len(*held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(*held)
	return err
}
