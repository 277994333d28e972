package wire

import (
	"encoding/binary"
	"fmt"
	"sync"
)

// transportErrorSize is the length of a transport error, in bytes:
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
const transportErrorSize = 4

// keptBuffer is the largest write buffer that goes back to the pool, in bytes: an answer with a file part of 1 MiB.
const keptBuffer = 1<<20 + 4<<10

// outputs holds the buffers in which frames are put together.
var outputs = sync.Pool{New: func() any { return new([]byte) }}

// keep returns a buffer to the pool unless it has grown too large to be worth keeping.
func keep(buf *[]byte) {
	if cap(*buf) <= keptBuffer {
		*buf = (*buf)[:0]
		outputs.Put(buf)
	}
}

// batch is what one Write carries: frames, one quick ack, or one response ready made.
type batch struct {
	payloads [][]byte
	ack      quickAcker              // set: a quick ack, and no payloads
	token    uint32                  // of the quick ack
	ready    func(dst []byte) []byte // set: appends an HTTP response without a frame
	interim  bool                    // which is none yet: the request still waits for one
}

// packets returns how many packets the batch holds.
func (b batch) packets() int { return max(1, len(b.payloads)) }

// append appends packet i.
func (b batch) append(f framing, dst []byte, i int) ([]byte, error) {
	if b.ready != nil {
		return b.ready(dst), nil
	}
	if b.ack != nil {
		return b.ack.appendQuickAck(dst, b.token), nil
	}
	return f.append(dst, b.payloads[i])
}

// WriteFrames sends each payload as one frame, all of them in one Write on the connection, in order. Only one
// goroutine may write; another may read meanwhile. The payloads are neither changed nor kept. Their lengths must be
// positive multiples of 4 up to MaxFrameCeiling; if one is not, nothing is sent and the connection stays usable. Inside
// a websocket each frame is a message of its own, so that a client may look for one frame per message. Over HTTP each is
// the response to a request; more of them than there are requests are refused.
func (c *Conn) WriteFrames(payloads ...[]byte) error {
	for i, payload := range payloads {
		if n := len(payload); n == 0 || n%word != 0 || n > MaxFrameCeiling {
			return fmt.Errorf("wire: writing frame %d of %d: %d bytes are no positive multiple of %d up to %d",
				i+1, len(payloads), n, word, MaxFrameCeiling)
		}
	}
	if len(payloads) == 0 {
		return nil
	}
	return c.write(batch{payloads: payloads})
}

// WriteQuickAck tells the client that a frame has come for which it wanted a quick ack. token is the first four bytes,
// little endian, of the SHA-256 that the frame's msg_key is taken from; its top bit is set here, its byte order is the
// transport's. On the full and the HTTP transport the error is ErrNoQuickAck and nothing is sent.
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
func (c *Conn) WriteQuickAck(token uint32) error {
	ack, ok := c.framing.(quickAcker)
	if !ok {
		return ErrNoQuickAck
	}
	return c.write(batch{ack: ack, token: token})
}

// WriteError sends a transport error, a frame of four bytes. code is negative, e.g. -404 for an unknown auth key; it
// travels as it is given. The connection stays usable.
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
func (c *Conn) WriteError(code int32) error {
	var payload [transportErrorSize]byte
	binary.LittleEndian.PutUint32(payload[:], uint32(code))
	return c.WriteFrames(payload[:])
}

// WriteHalf sends the first half of a frame, for a connection that is to end in the middle of it: whatever is written
// behind it fails with ErrHalf. Inside a websocket the half is a message of its own.
func (c *Conn) WriteHalf(payload []byte) error {
	if c.writeErr != nil {
		return c.writeErr
	}
	buf := outputs.Get().(*[]byte)
	defer keep(buf)
	var err error
	if *buf, err = c.framing.append((*buf)[:0], payload); err != nil {
		return err
	}
	half := (*buf)[:len(*buf)/2]
	c.encrypt(half)
	if c.ws != nil {
		err = c.ws.writeMessage(half)
	} else {
		_, err = c.out.Write(half)
	}
	c.writeErr = ErrHalf
	return err
}

// transportError reads the code of a transport error.
func transportError(payload []byte) int { return int(int32(binary.LittleEndian.Uint32(payload))) }

// write sends a batch and remembers a failure: behind half a frame nothing makes sense.
func (c *Conn) write(b batch) error {
	if c.writeErr != nil {
		return c.writeErr
	}
	if c.http != nil && !b.interim {
		if err := c.http.claim(b.packets()); err != nil {
			return fmt.Errorf("wire: writing to %s: %w", c.name, err)
		}
	}
	buf := outputs.Get().(*[]byte)
	defer keep(buf)
	var err error
	if c.ws == nil {
		err = c.writeStream(buf, b)
	} else {
		err = c.writeMessages(buf, b)
	}
	if err != nil {
		c.writeErr = fmt.Errorf("wire: writing to %s: %w", c.name, err)
	}
	return c.writeErr
}

// writeStream sends packets one behind the other.
func (c *Conn) writeStream(buf *[]byte, b batch) error {
	for i := range b.packets() {
		var err error
		if *buf, err = b.append(c.framing, *buf, i); err != nil {
			return err
		}
	}
	c.encrypt(*buf)
	_, err := c.out.Write(*buf)
	return err
}

// writeMessages sends packets as websocket messages, which leave together. The cork comes out whatever happens: the
// reader's pongs would gather behind it for ever.
func (c *Conn) writeMessages(buf *[]byte, b batch) error {
	c.ws.conn.cork()
	err := c.gatherMessages(buf, b)
	if sent := c.ws.conn.uncork(); err == nil {
		err = sent
	}
	return err
}

// gatherMessages makes each packet a message.
func (c *Conn) gatherMessages(buf *[]byte, b batch) error {
	for i := range b.packets() {
		var err error
		if *buf, err = b.append(c.framing, (*buf)[:0], i); err != nil {
			return err
		}
		c.encrypt(*buf)
		if err := c.ws.writeMessage(*buf); err != nil {
			return err
		}
	}
	return nil
}

// encrypt obfuscates b in place, if the connection is obfuscated.
func (c *Conn) encrypt(b []byte) {
	if c.enc != nil {
		c.enc.XORKeyStream(b, b)
	}
}
