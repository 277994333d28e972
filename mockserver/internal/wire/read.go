package wire

import (
	"fmt"
	"io"
	"sync"
)

const (
	// smallestPayload is the shortest payload a client can send, in bytes: an auth_key_id. The four bytes of a
	// transport error are the server's alone. https://core.telegram.org/mtproto/mtproto-transports#transport-errors
	smallestPayload = 8

	// proofSize is how much of a frame must have arrived before a buffer for all of it is asked for, in bytes.
	proofSize = 16 << 10

	// arrivalSize is how much more of a long frame must have come before that is worth a call of Options.OnArrival.
	arrivalSize = 16 << 10
)

// proofs holds buffers in which the start of a frame waits for its final buffer.
var proofs = sync.Pool{New: func() any { return new([proofSize]byte) }}

// Frame is one transport packet from the client.
type Frame struct {
	// Payload is what the frame carried, without envelope and padding. It starts where the buffer from alloc starts.
	Payload []byte
	// QuickAck says that the client wants a quick ack for what is inside, see Conn.WriteQuickAck.
	QuickAck bool
	// Preflight says that this is no frame but a browser that asks whether it may send one; see Conn.WriteEmpty.
	Preflight bool
}

// ReadFrame reads the next frame. Only one goroutine may read.
//
// The payload goes into a buffer of exactly n bytes from alloc, which is called at most once per frame; nil means
// make. n is at most Options.MaxFrame, and alloc is called only after min(n, 16 KiB) bytes of the payload have
// arrived: a client that claims 2 MiB and sends nothing costs nothing, one that stops after 16 KiB costs its claim
// until the caller's deadline ends it. The buffer is the caller's from then on, which Options.OnArrival may make use of;
// on an error after alloc it is returned in Frame.Payload, with bytes of no meaning, so that it can go back to its pool.
//
// The error is io.EOF, unwrapped, if the client ended the connection between two frames; io.ErrUnexpectedEOF, wrapped,
// if inside one; a *ProtocolError if the client broke the transport's rules; otherwise the connection's own, wrapped.
func (c *Conn) ReadFrame(alloc func(n int) []byte) (Frame, error) {
	var h header
	var err error
	if c.next.is {
		h, err = c.next.take()
	} else {
		h, err = c.framing.header(c.in)
	}
	if h.preflight {
		return Frame{Preflight: true}, nil
	}
	if err == nil {
		err = c.checkLength(h.length)
	}
	if err != nil {
		return Frame{}, located(err, c.name, "reading the header of a frame")
	}
	if c.options.OnFrame != nil {
		c.options.OnFrame(int(h.length))
	}
	frame := Frame{QuickAck: h.quickAck}
	frame.Payload, err = c.readPayload(int(h.length), alloc)
	if err != nil {
		return frame, located(unexpected(err), c.name, "reading the payload of a frame")
	}
	payload, err := c.framing.trailer(c.in, frame.Payload)
	if err != nil {
		return frame, located(err, c.name, "reading the end of a frame")
	}
	frame.Payload = payload
	return frame, nil
}

// begun is what a header that was read ahead says.
type begun struct {
	is bool // there is one
	header
	err error
}

// take hands it over. It is not inlined: each connection that waits for a frame has ReadFrame
// on its stack, and a little more there makes that stack twice as large.
//
//go:noinline
func (b *begun) take() (header, error) {
	was := *b
	*b = begun{}
	return was.header, was.err
}

// longestHeader is the length of the longest header, in bytes: no frame with header and payload is shorter.
const longestHeader = fullHead

// Next tells whether all of the next frame has come, so that ReadFrame will not wait, and how many bytes of payload it
// claims. Where that is not known, it is false. The reader may call it.
func (c *Conn) Next() (length int, whole bool) {
	if !c.next.is {
		if c.http != nil || c.Waiting() < longestHeader {
			return 0, false
		}
		h, err := c.framing.header(c.in)
		c.next = begun{true, h, err}
	}
	if c.next.err != nil || c.checkLength(c.next.length) != nil {
		return 0, false
	}
	length = int(c.next.length)
	behind := 0
	if c.transport == nameFull {
		behind = fullTail
	}
	return length, c.Waiting() >= length+behind
}

// checkLength refuses what is too short to be a message or longer than the limit.
func (c *Conn) checkLength(n int64) error {
	if n < smallestPayload {
		return violation("a frame of %d bytes has no room for an auth_key_id", n)
	}
	if n > int64(c.options.MaxFrame) {
		return violation("a frame of %d bytes is longer than the limit of %d: FrameBytes", n, c.options.MaxFrame)
	}
	return nil
}

// readPayload reads n bytes into a buffer from alloc. A payload that fits the read buffer is awaited there, a longer
// one starts in a pooled buffer.
func (c *Conn) readPayload(n int, alloc func(n int) []byte) ([]byte, error) {
	if n > c.in.Size() {
		return c.readLong(n, alloc)
	}
	b, err := peek(c.in, n)
	if err != nil {
		return nil, err
	}
	buf, err := allocate(n, alloc)
	if err != nil {
		return nil, err
	}
	copy(buf, b)
	discard(c.in, n)
	c.arrived(buf, 0, n)
	return buf, nil
}

// readLong reads a payload whose start has to prove that the rest is worth a buffer.
func (c *Conn) readLong(n int, alloc func(n int) []byte) ([]byte, error) {
	buf, come, err := c.prove(n, alloc)
	if err != nil {
		return nil, err
	}
	c.arrived(buf, 0, come)
	for come < n {
		more, err := io.ReadAtLeast(c.in, buf[come:], min(arrivalSize, n-come))
		if more > 0 {
			c.arrived(buf, come, come+more)
		}
		if come += more; err != nil {
			return buf, unexpected(err)
		}
	}
	return buf, nil
}

// arrived takes note that the payload has come up to a point, before anybody changes it.
func (c *Conn) arrived(payload []byte, from, to int) {
	c.framing.take(payload[from:to])
	if c.options.OnArrival != nil && to < len(payload) {
		c.options.OnArrival(payload, to)
	}
}

// prove reads the first bytes of a payload of n, then gets its buffer and puts them there.
func (c *Conn) prove(n int, alloc func(n int) []byte) ([]byte, int, error) {
	proof := proofs.Get().(*[proofSize]byte)
	defer proofs.Put(proof)
	start := proof[:min(n, proofSize)]
	if _, err := io.ReadFull(c.in, start); err != nil {
		return nil, 0, err
	}
	if c.wary {
		var err error
		if start, err = c.proveMore(n, start); err != nil {
			return nil, 0, err
		}
	}
	buf, err := allocate(n, alloc)
	if err != nil {
		return nil, 0, err
	}
	return buf, copy(buf, start), nil
}

// proveMore goes on until a quarter of n bytes has come, in buffers of four times what there was before: thousands of
// connections that claim the longest frame and send its beginning cost a few times that beginning.
func (c *Conn) proveMore(n int, have []byte) ([]byte, error) {
	for 4*len(have) < n {
		more := make([]byte, 4*len(have))
		if _, err := io.ReadFull(c.in, more[copy(more, have):]); err != nil {
			return nil, err
		}
		have = more
	}
	return have, nil
}

// Trust says, in place of Options.Wary, whether the client is taken at its word. It is the reader's, and OnFrame's.
func (c *Conn) Trust(yes bool) { c.wary = !yes }

// allocate gets a buffer of n bytes.
func allocate(n int, alloc func(n int) []byte) ([]byte, error) {
	if alloc == nil {
		return make([]byte, n), nil
	}
	buf := alloc(n)
	if len(buf) != n {
		return nil, fmt.Errorf("alloc returned %d bytes where %d were asked for", len(buf), n)
	}
	return buf, nil
}
