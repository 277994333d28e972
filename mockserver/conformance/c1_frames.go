package conformance

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func abridgedCases() []Case {
	o := rawclient.Options{}
	return []Case{
		test("abridged", "After 0xef, a message in the abridged framing is answered.", "#abridged", pongsOver(o)),
		test("abridged short header", "A payload of less than 127 words has one byte of length before it, in words.", "#abridged", abridgedHeader),
		test("abridged long frames", "A payload of 127 words or more has 0x7f and three bytes of length before it, in both directions.", "#abridged", longBothWays(o)),
		test("abridged in single bytes", "Where the stream is cut into TCP segments has no meaning.", "#abridged", bytewise(rawclient.Abridged)),
		test("abridged frames together", "Frames that arrive in one segment are each answered.", "#abridged", twoInOneWrite(o)),
	}
}

func intermediateCases() []Case {
	o := rawclient.Options{Transport: rawclient.Intermediate}
	return []Case{
		test("intermediate", "After 0xeeeeeeee, a message in the intermediate framing is answered.", "#intermediate", pongsOver(o)),
		test("intermediate header", "A payload has four bytes of length before it, in bytes, little endian.", "#intermediate", intermediateHeader),
		test("intermediate long frames", "Frames of over a kilobyte pass in both directions.", "#intermediate", longBothWays(o)),
		test("intermediate in single bytes", "Where the stream is cut into TCP segments has no meaning.", "#intermediate", bytewise(rawclient.Intermediate)),
		test("intermediate frames together", "Frames that arrive in one segment are each answered.", "#intermediate", twoInOneWrite(o)),
	}
}

func paddedCases() []Case {
	o := rawclient.Options{Transport: rawclient.Padded}
	return []Case{
		test("padded intermediate", "After 0xdddddddd, a message in the padded intermediate framing is answered.", "#padded-intermediate", pongsOver(o)),
		test("padding of encrypted messages", "An encrypted message may have 0 to 15 random bytes behind it.", "#padded-intermediate", paddingEncrypted),
		test("padding of unencrypted messages", "An unencrypted message may have 0 to 15 random bytes behind it.", "#padded-intermediate", paddingPlain),
		test("padding of answers", "The server puts 0 to 15 bytes behind its payloads, and they can be told from them.", "#padded-intermediate", paddingOfAnswers),
		test("padded in single bytes", "Where the stream is cut into TCP segments has no meaning.", "#padded-intermediate", bytewise(rawclient.Padded)),
		test("padded frames together", "Frames that arrive in one segment are each answered.", "#padded-intermediate", twoInOneWrite(o)),
	}
}

func fullCases() []Case {
	o := rawclient.Options{Transport: rawclient.Full}
	return []Case{
		test("full", "Without a tag, a message in the full framing is answered.", "#full", pongsOver(o)),
		test("full header", "The server's first frame has its whole length, sequence number 0 and the CRC32 of all before it.", "#full", fullHeader),
		test("full sequence of answers", "The server numbers its frames 0, 1, 2.", "#full", fullSequence),
		test("full in single bytes", "Where the stream is cut into TCP segments has no meaning.", "#full", bytewise(rawclient.Full)),
		test("full frames together", "Frames that arrive in one segment are each answered.", "#full", twoInOneWrite(o)),
		test("full wrong checksum", "A frame with a wrong CRC32 is not acted upon.", "#full", fullRefuses(func(f *rawclient.Frame) { f.CRC = rawclient.Ptr(uint32(0xdeadbeef)) })),
		test("full sequence repeated", "A frame that repeats a sequence number is not acted upon.", "#full", fullRefuses(func(f *rawclient.Frame) { f.SeqNo = rawclient.Ptr(uint32(0)) })),
		test("full sequence skipped", "A frame that skips a sequence number is not acted upon.", "#full", fullRefuses(func(f *rawclient.Frame) { f.SeqNo = rawclient.Ptr(uint32(7)) })),
	}
}

func abridgedHeader(ctx context.Context, e *Env) error {
	_, payload := must2(e.firstBytes(ctx, rawclient.Abridged, 1, func(h []byte) int {
		if h[0] >= 0x7f {
			return -1
		}
		return int(h[0]) * 4
	}))
	return isResPQ(payload)
}

func intermediateHeader(ctx context.Context, e *Env) error {
	_, payload := must2(e.firstBytes(ctx, rawclient.Intermediate, 4, func(h []byte) int { return int(int32(binary.LittleEndian.Uint32(h))) }))
	return isResPQ(payload)
}

func fullHeader(ctx context.Context, e *Env) error {
	head, rest := must2(e.firstBytes(ctx, rawclient.Full, 8, func(h []byte) int { return int(int32(binary.LittleEndian.Uint32(h))) - 8 }))
	if n := binary.LittleEndian.Uint32(head[4:]); n != 0 {
		return fmt.Errorf("expected the first frame to have number 0; got %d", n)
	}
	if len(rest) < 4 {
		return fmt.Errorf("expected a checksum; the frame has %d bytes after its header", len(rest))
	}
	payload, sum := rest[:len(rest)-4], binary.LittleEndian.Uint32(rest[len(rest)-4:])
	if want := crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, payload); sum != want {
		return fmt.Errorf("expected CRC32 %08x; got %08x", want, sum)
	}
	return isResPQ(payload)
}

func fullSequence(ctx context.Context, e *Env) error {
	c := must(e.dial(ctx, rawclient.Options{Transport: rawclient.Full}))
	for want := range uint32(3) {
		_, request := must2(e.plainRequest())
		demand(c.SendFrame(ctx, request))
		head := must(e.readRaw(ctx, c, 8))
		if n := binary.LittleEndian.Uint32(head[4:]); n != want {
			return fmt.Errorf("expected frame %d to have that number; got %d", want, n)
		}
		n := int(binary.LittleEndian.Uint32(head)) - 8
		if n < 4 || n > 1<<12 {
			return fmt.Errorf("expected the length of a resPQ; got %d", n+8)
		}
		rest := must(e.readRaw(ctx, c, n))
		demand(isResPQ(rest[:n-4]))
	}
	return nil
}

// fullRefuses sends a good ping, then one in a falsified frame.
func fullRefuses(falsify func(*rawclient.Frame)) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peerOver(ctx, rawclient.Options{Transport: rawclient.Full}))
		must(p.ping(ctx))
		id := nextPing()
		frame := must(p.seal(ping(id)))
		f := rawclient.Frame{Payload: frame}
		falsify(&f)
		demand(p.Conn().SendFrames(ctx, f))
		return p.discards(ctx, id)
	}
}

// paddingEncrypted tries each length on a connection of its own, to tell which of
// them a server does not take.
func paddingEncrypted(ctx context.Context, e *Env) error {
	return eachPadding(func(n int) error {
		return contained(ctx, e, pongsOver(rawclient.Options{Transport: rawclient.Padded, Padding: func() int { return n }}))
	})
}

func paddingPlain(ctx context.Context, e *Env) error {
	return eachPadding(func(n int) error {
		c, err := e.dial(ctx, rawclient.Options{Transport: rawclient.Padded, Padding: func() int { return n }})
		if err != nil {
			return err
		}
		x, payload, err := e.plainRequest()
		if err != nil {
			return err
		}
		if err := c.SendFrame(ctx, payload); err != nil {
			return err
		}
		return e.takesResPQ(ctx, c, x)
	})
}

func eachPadding(try func(n int) error) error {
	var wrong []string
	for n := range 16 {
		if err := try(n); err != nil {
			wrong = append(wrong, fmt.Sprintf("%d (%v)", n, err))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("expected each padding to be taken; refused were %s", strings.Join(wrong, ", "))
	}
	return nil
}

func paddingOfAnswers(ctx context.Context, e *Env) error {
	c := must(e.dial(ctx, rawclient.Options{Transport: rawclient.Padded}))
	for range 6 {
		x := must(rawclient.NewKeyExchange(e.keyOptions(), nil))
		demand(c.SendPlain(ctx, x.ReqPQBody()))
		wait, cancel := e.patient(ctx)
		packet, err := c.RecvPacket(wait)
		cancel()
		if err != nil {
			return fmt.Errorf("expected resPQ; got %s", e.saying(wait, err))
		}
		if packet.Padding > 15 {
			return fmt.Errorf("expected at most 15 bytes of padding; got %d", packet.Padding)
		}
		demand(isResPQ(packet.Payload))
	}
	return nil
}
