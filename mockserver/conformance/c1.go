package conformance

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func transportSections() []section {
	return []section{
		{"1.1", pageTransports, abridgedCases()},
		{"1.2", pageTransports, intermediateCases()},
		{"1.3", pageTransports, paddedCases()},
		{"1.4", pageTransports, fullCases()},
		{"1.5", pageTransports, obfuscatedCases()},
		{"1.6", pageWebSocket, webSocketCases()},
		{"1.7", pageTransports, quickAckCases()},
		{"1.8", pageTransports, transportErrorCases()},
		{"1.9", pageTransports, hostileCases()},
	}
}

// pongsOver demands that a ping is answered over a transport.
func pongsOver(o rawclient.Options) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peerOver(ctx, o))
		_, err := p.ping(ctx)
		return err
	}
}

// plainRequest is the payload of a req_pq_multi, and its exchange.
func (e *Env) plainRequest() (*rawclient.KeyExchange, []byte, error) {
	x, err := rawclient.NewKeyExchange(e.keyOptions(), nil)
	if err != nil {
		return nil, nil, err
	}
	return x, rawclient.PlainMessage{MsgID: rawclient.MsgID(time.Now()), Body: x.ReqPQBody()}.Append(nil), nil
}

// framed is a payload as a plain connection's first frame: with the tag before it.
func framed(t rawclient.Transport, payload []byte) []byte {
	n := uint32(len(payload))
	switch t {
	case rawclient.Abridged:
		if n/4 >= 0x7f {
			return append([]byte{0xef, 0x7f, byte(n / 4), byte(n / 4 >> 8), byte(n / 4 >> 16)}, payload...)
		}
		return append([]byte{0xef, byte(n / 4)}, payload...)
	case rawclient.Intermediate:
		return append(binary.LittleEndian.AppendUint32([]byte{0xee, 0xee, 0xee, 0xee}, n), payload...)
	case rawclient.Padded:
		return append(binary.LittleEndian.AppendUint32([]byte{0xdd, 0xdd, 0xdd, 0xdd}, n), payload...)
	}
	b := binary.LittleEndian.AppendUint32(nil, n+12)
	b = append(binary.LittleEndian.AppendUint32(b, 0), payload...)
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// bytewise demands that a request is understood when each byte comes in a write of
// its own.
func bytewise(t rawclient.Transport) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		c := must(e.dial(ctx, rawclient.Options{Transport: t, NoPreamble: true}))
		x, payload := must2(e.plainRequest())
		for _, b := range framed(t, payload) {
			if err := c.SendRaw(ctx, []byte{b}); err != nil {
				return fmt.Errorf("sending one byte after the other: %w", err)
			}
		}
		return e.takesResPQ(ctx, c, x)
	}
}

func (e *Env) takesResPQ(ctx context.Context, c *rawclient.Conn, x *rawclient.KeyExchange) error {
	wait, cancel := e.patient(ctx)
	defer cancel()
	m, err := c.RecvPlain(wait)
	if err != nil {
		return fmt.Errorf("expected resPQ; got %s", e.saying(wait, err))
	}
	return x.TakeResPQ(m.Body)
}

// twoInOneWrite demands that both of two frames are answered that came together.
func twoInOneWrite(o rawclient.Options) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peerOver(ctx, o))
		first, second := nextPing(), nextPing()
		a := must(p.seal(ping(first)))
		b := must(p.seal(ping(second)))
		demand(p.Conn().SendFrames(ctx, rawclient.Frame{Payload: a}, rawclient.Frame{Payload: b}))
		for _, id := range []int64{first, second} {
			must(p.await(ctx, "a pong for each of the two pings", func(m rawclient.Message) bool { return isPong(m, id) }))
		}
		return nil
	}
}

// longBothWays demands that frames of more than 127 words travel in both directions.
func longBothWays(o rawclient.Options) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peerOver(ctx, o))
		if _, err := p.pingAs(ctx, rawclient.Envelope{Padding: rawclient.Ptr(1012)}); err != nil {
			return fmt.Errorf("a ping of over a kilobyte: %w", err)
		}
		// The answer has a byte for each of them, neither more nor less.
		ids := make([]int64, 512)
		for i := range ids {
			ids[i] = p.NextMsgID()
		}
		if _, err := p.states(ctx, ids...); err != nil {
			return fmt.Errorf("msgs_state_req of %d messages: %w", len(ids), err)
		}
		return nil
	}
}

// firstBytes sends a req_pq_multi and returns the raw bytes of the first answer's
// header and what follows it, read for as long as need says.
func (e *Env) firstBytes(ctx context.Context, t rawclient.Transport, head int, need func(head []byte) int) (header, payload []byte, err error) {
	c := must(e.dial(ctx, rawclient.Options{Transport: t}))
	_, request := must2(e.plainRequest())
	demand(c.SendFrame(ctx, request))
	header = must(e.readRaw(ctx, c, head))
	n := need(header)
	if n < 0 || n > 1<<12 {
		return header, nil, fmt.Errorf("expected the header of a short frame; got % x", header)
	}
	payload, err = e.readRaw(ctx, c, n)
	return header, payload, err
}

func (e *Env) readRaw(ctx context.Context, c *rawclient.Conn, n int) ([]byte, error) {
	ctx, cancel := e.patient(ctx)
	defer cancel()
	b := make([]byte, n)
	for read := 0; read < n; {
		k, err := c.ReadRaw(ctx, b[read:])
		if err != nil {
			return nil, fmt.Errorf("expected %d bytes; got %d, then %s", n, read, e.saying(ctx, err))
		}
		read += k
	}
	return b, nil
}

// isResPQ checks the bytes of an unencrypted resPQ.
func isResPQ(payload []byte) error {
	m := must(rawclient.ParsePlain(payload))
	if (rawclient.Message{Body: m.Body}).Constructor() != idResPQ {
		return fmt.Errorf("expected resPQ; got %s", describe(m.Body))
	}
	return nil
}

var plainTransports = []rawclient.Transport{rawclient.Abridged, rawclient.Intermediate, rawclient.Padded, rawclient.Full}

// obfuscatable are the transports that have a tag.
var obfuscatable = slices.Clone(plainTransports[:3])
