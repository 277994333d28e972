package wire

import (
	"bufio"
	"crypto/cipher"
	"io"
	"net"
	"strings"
	"sync"
)

// Conn is one connection whose transport is known. One goroutine may read while another writes; Close may be called
// from anywhere and interrupts both. After ReadFrame or a Write method has failed, that direction is lost: the only
// thing left to do is Close, which must be called in any case.
type Conn struct {
	net     net.Conn
	out     io.Writer
	ws      *socket // nil: frames travel on the bare connection
	options Options

	transport  string
	framing    framing
	http       *hypertext // the framing, if that is HTTP; else nil
	obfuscated bool
	name       string

	src  *input        // reader's: what in reads, outside of a websocket
	in   *bufio.Reader // reader's
	wary bool          // reader's
	next begun         // reader's: of a frame whose header was read ahead

	enc      cipher.Stream // writer's; nil: bytes travel as they are
	writeErr error         // writer's; the first failure, after which nothing is sent

	closing  sync.Once
	closeErr error
}

// WebSocket says whether frames travel in websocket messages.
func (c *Conn) WebSocket() bool { return c.ws != nil }

// Name returns all of it for people, e.g. "websocket obfuscated intermediate".
func (c *Conn) Name() string { return c.name }

// Buffered returns how many bytes can be read without asking the system; Waiting asks it, too.
func (c *Conn) Buffered() int { return c.in.Buffered() }

// Waiting returns how many bytes have come and can be read without waiting, as far as that is known: what the system
// holds is counted on Linux alone, and inside a websocket nothing is.
func (c *Conn) Waiting() int {
	if c.ws != nil {
		return 0
	}
	n := c.in.Buffered()
	if a, ok := c.src.src.(*ahead); ok {
		n += a.come()
	}
	return n
}

// describe sets the name from what is known.
func (c *Conn) describe() {
	var words []string
	if c.ws != nil {
		words = append(words, "websocket")
	}
	if c.obfuscated {
		words = append(words, "obfuscated")
	}
	if c.transport != "" {
		words = append(words, c.transport)
	}
	c.name = strings.Join(words, " ")
}

// Close closes the connection. A websocket is closed without the closing handshake, which would mean to wait for the
// client. Further calls return what the first one returned.
func (c *Conn) Close() error {
	c.closing.Do(func() {
		if c.ws != nil {
			c.closeErr = c.ws.close()
			return
		}
		c.closeErr = c.net.Close()
	})
	return c.closeErr
}
