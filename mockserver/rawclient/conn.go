package rawclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Conn is one connection, driven by hand. One goroutine may read while others
// write; writes follow one another whole. A Conn starts no goroutine.
type Conn struct {
	socket net.Conn
	opts   Options
	framer framer
	frames deframer

	ready    chan struct{} // closed once opened
	writing  chan struct{} // holds a token while somebody writes
	opened   bool          // guarded by writing
	upgraded net.Conn      // guarded by writing: the websocket, nil before the upgrade
	broken   error         // guarded by writing: a write that stopped half-way

	mu     sync.Mutex // never held while blocking
	stream net.Conn   // socket, or what lies over it once opened
	ws     *websocket.Conn
	closed bool

	ids msgIDs // of unencrypted messages

	in        []byte // received, not yet framed; the reader's own
	quickAcks []uint32
}

// Dial connects to addr over TCP. Nothing is sent before the first frame.
func Dial(ctx context.Context, addr string, o Options) (*Conn, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("rawclient: dialing: %w", err)
	}
	return NewConn(c, o)
}

// NewConn drives a connection that is already there, net.Pipe's for example.
// It sends nothing. The Conn owns c from then on.
func NewConn(c net.Conn, o Options) (*Conn, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	return &Conn{
		socket:  c,
		opts:    o,
		framer:  framer{transport: o.Transport, padding: o.Padding, path: o.Path, host: host(c), rand: o.Rand},
		frames:  deframer{transport: o.Transport, max: o.MaxFrame},
		ready:   make(chan struct{}),
		writing: make(chan struct{}, 1),
		stream:  c,
	}, nil
}

// LocalAddr and RemoteAddr are the socket's.
func (c *Conn) LocalAddr() net.Addr { return c.socket.LocalAddr() }

// RemoteAddr is the server's address.
func (c *Conn) RemoteAddr() net.Addr { return c.socket.RemoteAddr() }

// Close closes the socket at once, without a websocket goodbye. Reads and writes
// under way end with ErrClosed.
func (c *Conn) Close() error {
	c.mu.Lock()
	ws, was := c.ws, c.closed
	c.closed = true
	c.mu.Unlock()
	if was {
		return nil
	}
	err := c.socket.Close()
	if ws != nil {
		_ = ws.CloseNow() // its own close finds the socket closed already
		if errors.Is(err, net.ErrClosed) {
			return nil // or it was first: it closes the socket once a read has failed
		}
	}
	return err
}

// lock waits for the right to write.
func (c *Conn) lock(ctx context.Context) error {
	select {
	case c.writing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Conn) unlock() { <-c.writing }

// SendRaw writes b to the socket as it is: below the framing, the obfuscation
// and the websocket. It sends no tag either.
func (c *Conn) SendRaw(ctx context.Context, b []byte) error {
	if err := c.lock(ctx); err != nil {
		return err
	}
	defer c.unlock()
	return c.write(ctx, c.socket, b)
}

// SendStream writes b where frames go, obfuscated and in a websocket message if
// these are on, but without a frame around it.
func (c *Conn) SendStream(ctx context.Context, b []byte) error {
	if err := c.lock(ctx); err != nil {
		return err
	}
	defer c.unlock()
	if err := c.open(ctx); err != nil {
		return err
	}
	return c.write(ctx, c.top(), b)
}

// SendFrame sends payload as one frame; before the first one it opens.
func (c *Conn) SendFrame(ctx context.Context, payload []byte) error {
	return c.SendFrames(ctx, Frame{Payload: payload})
}

// SendFrames sends frames, falsified where they say so, in one write.
func (c *Conn) SendFrames(ctx context.Context, frames ...Frame) error {
	if err := c.lock(ctx); err != nil {
		return err
	}
	defer c.unlock()
	if err := c.open(ctx); err != nil {
		return err
	}
	seq := c.framer.seq
	err := c.sendFrames(ctx, frames)
	if err != nil && c.broken == nil {
		c.framer.seq = seq // nothing was sent: the next frame is to have the number that is due
	}
	return err
}

// sendFrames is called with the right to write.
func (c *Conn) sendFrames(ctx context.Context, frames []Frame) error {
	var b []byte
	for _, f := range frames {
		var err error
		if b, err = c.framer.append(b, f); err != nil {
			return err
		}
	}
	return c.write(ctx, c.top(), b)
}

// write is called with the right to write.
func (c *Conn) write(ctx context.Context, to net.Conn, b []byte) error {
	if c.broken != nil {
		return fmt.Errorf("rawclient: an earlier write stopped half-way: %w", c.broken)
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	defer interruptOn(ctx, to.SetWriteDeadline)()
	if _, err := to.Write(b); err != nil {
		c.broken = c.because(ctx, err)
		return fmt.Errorf("rawclient: writing %d bytes: %w", len(b), c.broken)
	}
	return nil
}

// because puts the reason of the caller or of Close in the place of the
// deadline or socket error that carried it out.
func (c *Conn) because(ctx context.Context, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return ErrClosed
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return err
}

// interruptOn lets ctx end a read or write by its deadline. The returned
// function takes that back.
func interruptOn(ctx context.Context, setDeadline func(time.Time) error) func() {
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		_ = setDeadline(time.Unix(1, 0)) // any time that has passed
	})
	return func() {
		if !stop() {
			<-interrupted
			_ = setDeadline(time.Time{})
		}
	}
}
