package rawclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
)

// ReadRaw reads what is there from the socket, at least one byte, below
// everything. What RecvFrame has already taken from the socket is not returned
// again. On a websocket it only works before the upgrade.
func (c *Conn) ReadRaw(ctx context.Context, b []byte) (int, error) {
	c.mu.Lock()
	ws := c.ws
	c.mu.Unlock()
	if ws != nil {
		return 0, errors.New("rawclient: the websocket owns the socket; use RecvPacket")
	}
	return c.read(ctx, c.socket, b)
}

func (c *Conn) read(ctx context.Context, from net.Conn, b []byte) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, context.Cause(ctx)
	}
	defer interruptOn(ctx, from.SetReadDeadline)()
	n, err := 0, error(nil)
	for n == 0 && err == nil { // an empty write to a pipe reads as nothing
		n, err = from.Read(b)
	}
	if n > 0 {
		return n, nil
	}
	if !errors.Is(err, io.EOF) {
		err = fmt.Errorf("rawclient: reading: %w", c.because(ctx, err))
	}
	return 0, err
}

// RecvFrame returns the payload of the next frame, the caller's to keep. A
// transport error comes back as *TransportError, and the connection can be read
// further. Quick acknowledgements are put aside for QuickAcks.
func (c *Conn) RecvFrame(ctx context.Context) ([]byte, error) {
	for {
		p, err := c.RecvPacket(ctx)
		switch {
		case err != nil:
			return nil, err
		case p.QuickAck != nil:
			c.keepQuickAck(*p.QuickAck)
		case c.opts.Transport == HTTP && len(p.Payload) == 0: // the response to what deserves no frame
		default:
			if e := p.TransportError(); e != nil {
				return nil, e
			}
			return p.Payload, nil
		}
	}
}

// RecvPacket returns the next frame or quick acknowledgement, whatever it says.
// io.EOF means that the server closed between two of them. When ctx ends first
// nothing is lost: the next call goes on. (Not so on a websocket, whose library
// closes it.)
func (c *Conn) RecvPacket(ctx context.Context) (Packet, error) {
	from, err := c.readable()
	if err != nil {
		return Packet{}, err
	}
	for {
		p, n, err := c.frames.next(c.in)
		if err != nil {
			return Packet{}, err
		}
		if n > 0 {
			p.Payload = slices.Clone(p.Payload)
			c.consume(n)
			return p, nil
		}
		c.in = slices.Grow(c.in, 4096) // doubles: memory follows what arrived
		n, err = c.read(ctx, from, c.in[len(c.in):cap(c.in)])
		c.in = c.in[:len(c.in)+n]
		if err != nil {
			if errors.Is(err, io.EOF) && len(c.in) > 0 {
				err = fmt.Errorf("rawclient: inside a frame: %w", io.ErrUnexpectedEOF)
			}
			return Packet{}, err
		}
	}
}

func (c *Conn) consume(n int) {
	c.in = c.in[:copy(c.in, c.in[n:])]
}

const maxQuickAcks = 1024

func (c *Conn) keepQuickAck(token uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.quickAcks) == maxQuickAcks {
		c.quickAcks = c.quickAcks[1:]
	}
	c.quickAcks = append(c.quickAcks, token)
}

// QuickAcks returns the tokens that RecvFrame came across, at most the last
// 1024, and forgets them.
func (c *Conn) QuickAcks() []uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	acks := c.quickAcks
	c.quickAcks = nil
	return acks
}
