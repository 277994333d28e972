package rawclient

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
)

// Open does what comes before the first frame: the websocket upgrade and the
// obfuscated2 header or the transport's tag. The sending calls do it by
// themselves; it is here for those who want it early. More calls do nothing.
func (c *Conn) Open(ctx context.Context) error {
	if err := c.lock(ctx); err != nil {
		return err
	}
	defer c.unlock()
	return c.open(ctx)
}

// open is called with the right to write.
func (c *Conn) open(ctx context.Context) error {
	if c.opened {
		return nil
	}
	stream := c.socket
	if c.opts.WebSocket {
		if c.upgraded == nil { // else an earlier try has come that far
			var err error
			if c.upgraded, err = c.upgrade(ctx); err != nil {
				return err
			}
		}
		stream = c.upgraded
	}
	var err error
	if c.opts.Obfuscated {
		stream, err = c.obfuscate(ctx, stream)
	} else {
		err = c.sendTag(ctx, stream)
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.stream = stream
	c.mu.Unlock()
	c.opened = true
	close(c.ready)
	return nil
}

func (c *Conn) sendTag(ctx context.Context, to net.Conn) error {
	tag := c.opts.Transport.tag()
	switch {
	case c.opts.NoPreamble || c.opts.Transport == Full || c.opts.Transport == HTTP:
		return nil
	case c.opts.Transport == Abridged:
		return c.write(ctx, to, tag[:1])
	}
	return c.write(ctx, to, tag[:])
}

func (c *Conn) top() net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stream
}

// readable is where frames are read from. A plain connection can be read before
// it is opened, for what a server says unasked or in answer to SendRaw.
func (c *Conn) readable() (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stream == c.socket && c.unreadable() {
		return nil, ErrNotOpen
	}
	return c.stream, nil
}

// unreadable tells whether frames can be read only after opening.
func (c *Conn) unreadable() bool { return c.opts.WebSocket || c.opts.Obfuscated }

// awaitReadable waits until somebody has opened a connection that needs it.
func (c *Conn) awaitReadable(ctx context.Context) error {
	if !c.unreadable() {
		return nil
	}
	select {
	case <-c.ready:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Obfuscation2Header makes the 64 bytes that start an obfuscated connection, as
// sent, and the two ciphers for what follows in either direction. random gives
// the bytes that are free to choose; nil is crypto/rand.
//
// https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
func Obfuscation2Header(t Transport, dc int16, random io.Reader) (header [64]byte, send, receive cipher.Stream, err error) {
	if random == nil {
		random = rand.Reader
	}
	plain := header
	for try := 1; ; try++ {
		if _, err := io.ReadFull(random, plain[:]); err != nil {
			return header, nil, nil, fmt.Errorf("rawclient: random obfuscation header: %w", err)
		}
		if obfuscatable(plain) {
			break
		}
		if try == mostTries {
			return header, nil, nil, fmt.Errorf("rawclient: random obfuscation header: %w", errSameAgain)
		}
	}
	tag := t.tag()
	copy(plain[56:], tag[:])
	binary.LittleEndian.PutUint16(plain[60:], uint16(dc))

	backwards := slices.Clone(plain[8:56])
	slices.Reverse(backwards)
	send, receive = ctr(plain[8:40], plain[40:56]), ctr(backwards[:32], backwards[32:])

	// The key and the vector travel in the clear, the rest encrypted, and the
	// cipher goes on from there.
	header = plain
	var encrypted [64]byte
	send.XORKeyStream(encrypted[:], plain[:])
	copy(header[56:], encrypted[56:])
	return header, send, receive, nil
}

// mostTries is how often random bytes are asked for that have to be of some kind, which
// every second ones are at the least.
const mostTries = 100

var errSameAgain = fmt.Errorf("none of %d random values will do: is it always the same one?", mostTries)

// obfuscatable refuses the headers that look like another protocol.
func obfuscatable(h [64]byte) bool {
	if h[0] == 0xef || binary.LittleEndian.Uint32(h[4:]) == 0 {
		return false
	}
	switch string(h[:4]) {
	case "HEAD", "POST", "GET ", "OPTI", "PUT ", "\xee\xee\xee\xee", "\xdd\xdd\xdd\xdd", "\x16\x03\x01\x02":
		return false
	}
	return true
}

func ctr(key, iv []byte) cipher.Stream {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("rawclient: 32 bytes are an AES key: " + err.Error())
	}
	return cipher.NewCTR(block, iv)
}

func (c *Conn) obfuscate(ctx context.Context, under net.Conn) (net.Conn, error) {
	header, send, receive, err := Obfuscation2Header(c.opts.Transport, c.opts.DC, c.opts.Rand)
	if err != nil {
		return nil, err
	}
	if err := c.write(ctx, under, header[:]); err != nil {
		return nil, err
	}
	return &obfuscated{Conn: under, send: send, receive: receive}, nil
}

// obfuscated is a connection under two running ciphers.
type obfuscated struct {
	net.Conn
	send, receive cipher.Stream
}

func (o *obfuscated) Write(b []byte) (int, error) {
	out := make([]byte, len(b))
	o.send.XORKeyStream(out, b)
	return o.Conn.Write(out)
}

func (o *obfuscated) Read(b []byte) (int, error) {
	n, err := o.Conn.Read(b)
	o.receive.XORKeyStream(b[:n], b[:n])
	return n, err
}
