package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func securitySections() []section {
	return []section{
		{"5.1", pageSecurity, publicCases()},
		{"5.2", pageSecurity, msgKeyCases()},
		{"5.3", pageSecurity, lengthCases()},
		{"5.4", pageSecurity, replayCases()},
	}
}

func msgKeyCases() []Case {
	const anchor = "#checking-sha256-hash-value-of-msg-key"
	return []Case{
		test("msg_key", "A message whose msg_key is another is discarded.", anchor, discardsEnvelope(rawclient.Envelope{MsgKey: &[16]byte{1, 2, 3}})),
		test("bit of msg_key", "A message with one wrong bit in msg_key is discarded.", anchor, discardsFlipped(func(frame []byte) { frame[8] ^= 1 })),
		test("bit of the first block", "A message with one wrong bit in its first block is discarded.", anchor, discardsFlipped(func(frame []byte) { frame[24] ^= 0x80 })),
		test("bit of the body", "A message with one wrong bit in its body is discarded.", anchor, discardsFlipped(func(frame []byte) { frame[24+36] ^= 1 })),
		test("bit of the padding", "msg_key covers the padding: a message with one wrong bit there is discarded.", anchor, discardsFlipped(func(frame []byte) { frame[len(frame)-1] ^= 1 })),
		test("last block missing", "A message that lacks its last block is discarded.", anchor, discardsCut(16)),
		test("part of a block missing", "A message that is not in whole blocks is discarded.", anchor, discardsCut(7)),
		test("header only", "A message of auth_key_id and msg_key alone is discarded.", anchor, discardsCut(1<<20)),
		test("another key's message", "A message under one key with the auth_key_id of another is discarded.", anchor, discardsForeign),
		test("forger and owner", "A forged message does no harm to the key's other connections.", "#behavior-in-case-of-mismatch", forgerAndOwner),
		test("one answer to all forgeries", "What has a wrong msg_key is answered alike whether the length in it is right or not, so that nothing is learnt from the answer.", anchor, oneAnswer),
	}
}

func lengthCases() []Case {
	const anchor = "#checking-message-length"
	envelope := func(name, requirement string, e rawclient.Envelope) Case {
		return test(name, requirement, anchor, discardsEnvelope(e))
	}
	length := func(n int32) rawclient.Envelope { return rawclient.Envelope{Length: &n} }
	padding := func(n int) rawclient.Envelope { return rawclient.Envelope{Padding: &n} }
	return []Case{
		envelope("length negative", "A negative message_data_length makes a message be discarded.", length(-4)),
		envelope("length not divisible by four", "A message_data_length that is not divisible by four makes a message be discarded.", length(10)),
		envelope("length beyond the message", "A message_data_length beyond the message makes it be discarded.", length(1<<20)),
		envelope("length into the padding", "A message_data_length that leaves less than 12 bytes of padding makes a message be discarded.", length(24)),
		envelope("no padding", "A message without padding is discarded.", padding(4)),
		envelope("padding too long", "A message with more than 1,024 bytes of padding is discarded.", padding(1028)),
		// With 32 bytes before them, 36 and 16 bytes of body make whole blocks of these.
		test("shortest padding", "12 bytes of padding are taken.", anchor, takesPadding(12, func(p *peer, id int64) []byte {
			return rawclient.Container(p.inner(ping(id), true))
		})),
		test("longest padding", "1,024 bytes of padding are taken.", anchor, takesPadding(1024, func(_ *peer, id int64) []byte { return pingDelay(id, 60) })),
		test("padding of encrypted answers", "The server's messages have 12 to 1,024 bytes of padding, up to whole blocks.", anchor, answersPadded),
	}
}

// discardsEnvelope sends a falsified ping as a session's second message.
func discardsEnvelope(m rawclient.Envelope) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.usedPeer(ctx))
		id := nextPing()
		forged := m
		forged.Body = ping(id)
		must(p.post(ctx, forged))
		return p.discards(ctx, id)
	}
}

// usedPeer is a session that works, over intermediate, which carries any length.
func (e *Env) usedPeer(ctx context.Context) (*peer, error) {
	p := must(e.peerOver(ctx, rawclient.Options{Transport: rawclient.Intermediate}))
	_, err := p.fence(ctx)
	return p, err
}

func discardsFrame(change func([]byte) []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.usedPeer(ctx))
		id := nextPing()
		demand(p.Conn().SendFrame(ctx, change(must(p.seal(ping(id))))))
		return p.discards(ctx, id)
	}
}

func discardsFlipped(flip func([]byte)) func(context.Context, *Env) error {
	return discardsFrame(func(frame []byte) []byte {
		flip(frame)
		return frame
	})
}

func discardsCut(n int) func(context.Context, *Env) error {
	return discardsFrame(func(frame []byte) []byte { return frame[:max(24, len(frame)-n)] })
}

func discardsForeign(ctx context.Context, e *Env) error {
	p := must(e.usedPeer(ctx))
	other := must(e.newKey(ctx))
	id := nextPing()
	must(p.post(ctx, rawclient.Envelope{Body: ping(id), AuthKeyID: &other.ID}))
	return p.discards(ctx, id)
}

func forgerAndOwner(ctx context.Context, e *Env) error {
	owner := must(e.usedPeer(ctx))
	forger := must(e.peerWith(ctx, rawclient.Options{Transport: rawclient.Intermediate}, owner.Key(), owner.ID()))
	for range 3 {
		id := nextPing()
		if _, err := forger.post(ctx, rawclient.Envelope{Body: ping(id), MsgKey: &[16]byte{9}}); err != nil {
			break // closed already
		}
	}
	if _, err := owner.ping(ctx); err != nil {
		return fmt.Errorf("the key's owner: %w", err)
	}
	return nil
}

// oneAnswer compares what comes back for two kinds of forgery, both of which msg_key
// gives away: one that decrypts to noise, the length too, and one whose last block alone
// does, behind the body.
func oneAnswer(ctx context.Context, e *Env) error {
	noise := e.answerTo(ctx, func(frame []byte) { frame[8] ^= 1 })
	right := e.answerTo(ctx, func(frame []byte) { frame[len(frame)-1] ^= 1 })
	if noise != right {
		return fmt.Errorf("expected the same answer to both; got %s where the length is noise and %s where it is right", noise, right)
	}
	return nil
}

func (e *Env) answerTo(ctx context.Context, forge func(frame []byte)) string {
	p := must(e.usedPeer(ctx))
	frame := must(p.seal(ping(nextPing())))
	forge(frame)
	demand(p.Conn().SendFrame(ctx, frame))
	wait, cancel := e.patient(ctx)
	defer cancel()
	err := p.receive(wait)
	if err == nil {
		return describeAll(p.inbox)
	}
	if errors.Is(err, io.EOF) || isClosed(err) {
		return "the end of the connection"
	}
	return e.saying(wait, err)
}

// takesPadding sends some kind of ping with this much padding, and demands its pong.
func takesPadding(n int, body func(p *peer, pingID int64) []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		id := nextPing()
		must(p.post(ctx, rawclient.Envelope{Body: body(p, id), Padding: &n}))
		_, err := p.await(ctx, fmt.Sprintf("a pong, for %d bytes of padding", n), func(m rawclient.Message) bool { return isPong(m, id) })
		return err
	}
}

func answersPadded(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	for range 5 {
		m := must(p.ping(ctx)) // its opening checks the bounds
		if m.Padding != 0 && (m.Padding < 12 || m.Padding > 1024) {
			return fmt.Errorf("expected 12 to 1,024 bytes of padding; got %d", m.Padding)
		}
	}
	return nil
}
