package wire

import (
	"bufio"
	"io"
	"net"
)

// Accept reads as many bytes of a fresh connection as it takes to know its transport, and for a websocket answers the
// upgrade. It blocks as long as the client is silent: the deadline is the caller's.
//
// On error the caller closes c (it may be closed already). io.EOF means that the client left without a byte, a
// *ProtocolError that what it sent is no transport; anything else is a failure of the connection.
func Accept(c net.Conn, o Options) (*Conn, error) {
	conn := &Conn{net: c, options: o.withDefaults(), wary: o.Wary}
	if conn.out = conn.options.Output; conn.out == nil {
		conn.out = c
	}
	src := &input{src: readAhead(c), budget: -1, before: o.OnRead}
	conn.src = src
	err := conn.open(src, bufio.NewReaderSize(src, readBuffer))
	conn.describe()
	if err != nil {
		if conn.ws != nil {
			// The websocket library must hear of the end, or its finalizer would run long after.
			_ = conn.Close()
		}
		return nil, located(err, conn.name, "detecting the transport")
	}
	return conn, nil
}

// open detects the transport of a stream, and inside a websocket that of the stream within.
func (c *Conn) open(src *input, in *bufio.Reader) error {
	found, err := detect(in)
	if err != nil {
		return err
	}
	switch {
	case found == openingGET && c.ws == nil:
		return c.openWebSocket(src, in)
	case found == openingGET, found == nameHTTP && c.ws != nil:
		return violation("an HTTP request inside a websocket")
	case found == nameHTTP:
		c.http = &hypertext{src: src, onFrame: c.options.OnFrame, onExpect: c.options.OnExpect, most: int64(c.options.MaxFrame)}
		c.transport, c.framing, c.in = nameHTTP, c.http, in
		return nil
	case found == openingObfuscated:
		if err := c.openObfuscated(src, in); err != nil {
			return err
		}
	default:
		c.transport = found
	}
	c.in = in
	c.framing = newFraming(c.transport, c.options.Rand, c.options.Padding)
	return nil
}

// openObfuscated takes transport and keys from an obfuscated2 header.
func (c *Conn) openObfuscated(src *input, in *bufio.Reader) error {
	name, o, err := deobfuscate(src, in)
	if err != nil {
		return err
	}
	c.transport, c.obfuscated, c.enc = name, true, o.enc
	return nil
}

// openWebSocket answers an upgrade and opens the stream inside the messages. Telegram wants that stream obfuscated;
// a bare one is taken too, because nothing is won by refusing it.
// https://core.telegram.org/mtproto/transports#websocket
func (c *Conn) openWebSocket(src *input, in *bufio.Reader) error {
	ws, err := upgrade(c.net, src, in)
	if err != nil {
		return err
	}
	c.ws = ws
	inner := &input{src: ws, budget: -1}
	// An end before the first message leaves a websocket that never became a connection.
	err = c.open(inner, bufio.NewReaderSize(inner, innerBuffer))
	if err == io.EOF { //nolint:errorlint // made by this package, never wrapped
		return io.ErrUnexpectedEOF
	}
	return err
}
