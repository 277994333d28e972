package conformance

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func quickAckCases() []Case {
	const want = "A frame that asks for it is answered with the first 32 bits of SHA256(part of the auth key, plaintext), top bit set."
	return []Case{
		test("quick ack, intermediate", want, "#quick-ack", quickAcked(rawclient.Options{Transport: rawclient.Intermediate})),
		test("quick ack, abridged", "On abridged the token's bytes are swapped.", "#quick-ack", quickAcked(rawclient.Options{})),
		test("quick ack, padded", want, "#quick-ack", quickAcked(rawclient.Options{Transport: rawclient.Padded})),
		test("quick ack, obfuscated", want, "#quick-ack", quickAcked(rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true})),
		test("quick ack, websocket", want, "#quick-ack", quickAcked(rawclient.Options{Obfuscated: true, WebSocket: true})),
		test("no quick ack unasked", "A frame that does not ask gets no quick acknowledgement.", "#quick-ack", quickAckUnasked),
		test("no quick ack for a forgery", "A message whose msg_key is wrong is not acknowledged.", "#quick-ack", quickAckForged),
	}
}

// quickAcked sends two pings that ask, and demands their tokens and their pongs.
func quickAcked(o rawclient.Options) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peerOver(ctx, o))
		for range 2 {
			id := nextPing()
			sent := must(p.post(ctx, rawclient.Envelope{Body: ping(id), QuickAck: true}))
			must(p.pong(ctx, sent.MsgID, id))
			// It may come before or after the pong; a second ping ends the wait.
			got := p.Conn().QuickAcks()
			if len(got) == 0 {
				must(p.ping(ctx))
				got = p.Conn().QuickAcks()
			}
			if len(got) != 1 || got[0] != sent.QuickAck {
				return fmt.Errorf("expected the quick acknowledgement %08x; got %08x", sent.QuickAck, got)
			}
		}
		return nil
	}
}

func quickAckUnasked(ctx context.Context, e *Env) error {
	p := must(e.peerOver(ctx, rawclient.Options{Transport: rawclient.Intermediate}))
	for range 3 {
		must(p.ping(ctx))
	}
	if got := p.Conn().QuickAcks(); len(got) > 0 {
		return fmt.Errorf("expected no quick acknowledgement; got %08x", got)
	}
	return nil
}

func quickAckForged(ctx context.Context, e *Env) error {
	p := must(e.peerOver(ctx, rawclient.Options{Transport: rawclient.Intermediate}))
	must(p.ping(ctx))
	id := nextPing()
	must(p.post(ctx, rawclient.Envelope{Body: ping(id), MsgKey: &[16]byte{1}, QuickAck: true}))
	demand(p.discards(ctx, id))
	if got := p.Conn().QuickAcks(); len(got) > 0 {
		return fmt.Errorf("expected no quick acknowledgement; got %08x", got)
	}
	return nil
}

func transportErrorCases() []Case {
	const unknown = "A message under an auth key that the server does not know is answered with -404."
	var cases []Case
	for _, t := range plainTransports {
		cases = append(cases, test("unknown key, "+t.String(), unknown, "#transport-errors", unknownKey(rawclient.Options{Transport: t})))
	}
	return append(cases,
		test("unknown key, obfuscated", unknown, "#transport-errors", unknownKey(rawclient.Options{Obfuscated: true})),
		test("unknown key, websocket", unknown, "#transport-errors", unknownKey(rawclient.Options{Obfuscated: true, WebSocket: true})),
		test("a new key after -404", "After -404 a new auth key can be made, over the same connection unless the server has ended it.", "#transport-errors", newKeyAfter404),
		test("error is four bytes", "A transport error is a frame of four bytes, a negative number, little endian.", "#transport-errors", errorBytes),
	)
}

// unknownSession is a session under a key that nobody made.
func (e *Env) unknownSession(ctx context.Context, o rawclient.Options) (*peer, error) {
	var value [256]byte
	copy(value[:], fmt.Sprintf("no server has this key %p", e))
	return e.peerWith(ctx, o, rawclient.NewAuthKey(value, 1), 0)
}

func unknownKey(o rawclient.Options) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.unknownSession(ctx, o))
		must(p.say(ctx, ping(nextPing())))
		return e.transportError(ctx, p.Conn(), -404)
	}
}

func newKeyAfter404(ctx context.Context, e *Env) error {
	p := must(e.unknownSession(ctx, rawclient.Options{}))
	must(p.say(ctx, ping(nextPing())))
	demand(e.transportError(ctx, p.Conn(), -404))
	conn := p.Conn()
	key, err := e.makeKeyOver(ctx, conn, e.keyOptions())
	if broke := new(rawclient.HandshakeError); errors.As(err, &broke) && isClosed(broke.Err) {
		if conn, err = e.dial(ctx, rawclient.Options{}); err == nil {
			key, err = e.makeKeyOver(ctx, conn, e.keyOptions())
		}
	}
	if err != nil {
		return err
	}
	s := must(rawclient.NewSession(conn, key, 0))
	_, err = (&peer{Session: s, env: e}).ping(ctx)
	return err
}

func errorBytes(ctx context.Context, e *Env) error {
	p := must(e.unknownSession(ctx, rawclient.Options{Transport: rawclient.Intermediate}))
	must(p.say(ctx, ping(nextPing())))
	b := must(e.readRaw(ctx, p.Conn(), 8))
	if n, code := binary.LittleEndian.Uint32(b), int32(binary.LittleEndian.Uint32(b[4:])); n != 4 || code != -404 {
		return errors.New("expected 04 00 00 00, then -404; got " + fmt.Sprintf("% x", b))
	}
	return e.serves(ctx)
}
