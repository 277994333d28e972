package conformance

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func hostileCases() []Case {
	return []Case{
		test("every transport on one port", "The framing is told by what a connection starts with, each for itself.", "", allAtOnce),
		test("connect and leave", "A connection that is closed without a byte ends nothing but itself.", "", connectAndLeave),
		test("silence", "A connection that says nothing keeps no other from being served.", "", silence()),
		test("a first byte, then silence", "A connection that stops within its tag keeps no other from being served.", "", silence(0xee)),
		test("half a frame, then the end", "A connection that ends within a frame ends nothing but itself.", "", halfFrame),
		test("length 0", "A frame without room for a message is not answered as one, and nobody else notices.", "#intermediate",
			ignores(rawclient.Intermediate, []byte{0, 0, 0, 0})),
		test("abridged length 0", "A frame without room for a message is not answered as one, and nobody else notices.", "#abridged",
			ignores(rawclient.Abridged, []byte{0})),
		test("abridged, 64 MiB claimed", "A length that no message has does not make the server wait for it, and nobody else notices.", "#abridged",
			survives(rawclient.Abridged, []byte{0x7f, 0xff, 0xff, 0xff})),
		test("intermediate, 2 GiB claimed", "A length that no message has does not make the server wait for it, and nobody else notices.", "#intermediate",
			survives(rawclient.Intermediate, []byte{0xff, 0xff, 0xff, 0x7f})),
		test("padded, 2 GiB claimed", "A length that no message has does not make the server wait for it, and nobody else notices.", "#padded-intermediate",
			survives(rawclient.Padded, []byte{0xfc, 0xff, 0xff, 0x7f})),
		test("full, 2 GiB claimed", "A length that no message has does not make the server wait for it, and nobody else notices.", "#full",
			survives(rawclient.Full, []byte{0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0})),
		test("full, lengths 1 to 3", "A length that is less than the length field itself ends the connection, and nobody else notices.", "#full", fullLengths(1, 2, 3)),
		test("full, lengths 8 to 11", "A length that leaves no room for the checksum ends the connection, and nobody else notices.", "#full", fullLengths(8, 9, 10, 11)),
		test("HTTP request", "An HTTP request that asks for no websocket is not taken for MTProto, and nobody else notices.", "",
			foreign("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
		test("HTTP post", "An HTTP request that asks for no websocket is not taken for MTProto, and nobody else notices.", "",
			foreign("POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nabcd")),
		test("TLS ClientHello", "A TLS handshake is not taken for MTProto, and nobody else notices.", "",
			foreign("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"+string(slices.Repeat([]byte{7}, 507)))),
		test("garbage", "Bytes of no meaning are not answered as MTProto, and nobody else notices.", "",
			foreign("SSH-2.0-OpenSSH_9.9\r\n"+string(slices.Repeat([]byte{0x5a}, 300)))),
		test("a frame too short for a key", "A frame of four bytes holds no message: it is not answered as one.", "#intermediate", shortFrame),
	}
}

func allAtOnce(ctx context.Context, e *Env) error {
	var peers []*peer
	for _, o := range []rawclient.Options{
		{}, {Transport: rawclient.Intermediate}, {Transport: rawclient.Padded}, {Transport: rawclient.Full},
		{Obfuscated: true}, {Transport: rawclient.Padded, Obfuscated: true}, {Obfuscated: true, WebSocket: true},
	} {
		p := must(e.peerOver(ctx, o))
		must(p.ping(ctx))
		peers = append(peers, p)
	}
	for _, p := range peers {
		must(p.ping(ctx))
	}
	return nil
}

func connectAndLeave(ctx context.Context, e *Env) error {
	for range 3 {
		c := must(e.dial(ctx, rawclient.Options{NoPreamble: true}))
		_ = c.Close()
		demand(e.serves(ctx))
	}
	return nil
}

func silence(said ...byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		for range 3 {
			c := must(e.dial(ctx, rawclient.Options{NoPreamble: true}))
			demand(c.SendRaw(ctx, said))
		}
		return e.serves(ctx)
	}
}

func halfFrame(ctx context.Context, e *Env) error {
	for _, t := range plainTransports {
		c := must(e.dial(ctx, rawclient.Options{Transport: t, NoPreamble: true}))
		_, payload := must2(e.plainRequest())
		half := framed(t, payload)
		demand(c.SendRaw(ctx, half[:len(half)/2]))
		_ = c.Close()
	}
	return e.serves(ctx)
}

// survives sends a header that lies, demands that it ends the connection, and that
// others are served.
func survives(t rawclient.Transport, header []byte) func(context.Context, *Env) error {
	return behind(t, header, func(ctx context.Context, e *Env, c *rawclient.Conn) error {
		if err := e.closes(ctx, c); err != nil {
			return fmt.Errorf("after % x: %w", header, err)
		}
		return e.serves(ctx)
	})
}

// ignores sends a frame that holds nothing, which may be refused or ignored.
func ignores(t rawclient.Transport, frame []byte) func(context.Context, *Env) error {
	return behind(t, frame, func(ctx context.Context, e *Env, c *rawclient.Conn) error { return e.refusesOrIgnores(ctx, c) })
}

// behind sends bytes over a connection that was opened, and looks at what comes of it.
func behind(t rawclient.Transport, sent []byte, look func(context.Context, *Env, *rawclient.Conn) error) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		c := must(e.dial(ctx, rawclient.Options{Transport: t}))
		demand(c.Open(ctx))
		demand(c.SendRaw(ctx, sent))
		return look(ctx, e, c)
	}
}

func fullLengths(lengths ...byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		for _, n := range lengths {
			// Enough follows for a server that believes the length.
			if err := contained(ctx, e, survives(rawclient.Full, append([]byte{n, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 32)...))); err != nil {
				return fmt.Errorf("length %d: %w", n, err)
			}
		}
		return nil
	}
}

// foreign sends another protocol's first bytes. An HTTP error may be answered, MTProto not.
func foreign(said string) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		c := must(e.dial(ctx, rawclient.Options{NoPreamble: true}))
		demand(c.SendRaw(ctx, []byte(said)))
		demand(e.noMTProto(ctx, c))
		return e.serves(ctx)
	}
}

// noMTProto demands that nothing is answered but HTTP, and takes both an end of the
// connection and silence.
func (e *Env) noMTProto(ctx context.Context, c *rawclient.Conn) error {
	ctx, cancel := e.patient(ctx)
	defer cancel()
	var got []byte
	for buffer := make([]byte, 4096); len(got) < 64<<10; {
		n, err := c.ReadRaw(ctx, buffer)
		got = append(got, buffer[:n]...)
		if err != nil {
			break
		}
	}
	if len(got) > 0 && !bytes.HasPrefix(got, []byte("HTTP/1.")) {
		return fmt.Errorf("expected no answer, or one in HTTP; got % x", got[:min(len(got), 32)])
	}
	return nil
}

func shortFrame(ctx context.Context, e *Env) error {
	c := must(e.dial(ctx, rawclient.Options{Transport: rawclient.Intermediate}))
	demand(c.SendFrame(ctx, []byte{1, 2, 3, 4}))
	return e.refusesOrIgnores(ctx, c)
}
