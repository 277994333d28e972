package conformance

import (
	"context"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func messageSections() []section {
	return []section{
		{"3.1", pageDescription, messageIDCases()},
		{"3.2", pageDescription, saltCases()},
		{"3.3", pageDescription, seqnoCases()},
		{"3.4", pageService, sessionCases()},
	}
}

func messageIDCases() []Case {
	const anchor = "#message-identifier-msg-id"
	const notice = pageAbout + "#notice-of-ignored-error-message"
	at := func(d time.Duration) func(*peer) int64 {
		return func(*peer) int64 { return rawclient.MsgID(time.Now().Add(d)) }
	}
	return []Case{
		test("msg_id too low", "A msg_id of more than 300 seconds ago is refused with bad_msg_notification 16.", notice, badMsgID(16, at(-310*time.Second))),
		test("msg_id of 1970", "A msg_id without a time is refused with bad_msg_notification 16.", notice, badMsgID(16, func(*peer) int64 { return 1 << 10 })),
		test("msg_id too high", "A msg_id of more than 30 seconds ahead is refused with bad_msg_notification 17.", notice, badMsgID(17, at(40*time.Second))),
		test("msg_id of another year", "A msg_id of next year is refused with bad_msg_notification 17.", notice, badMsgID(17, at(365*24*time.Hour))),
		test("msg_id, 1 modulo 4", "A client's msg_id has to be divisible by four: bad_msg_notification 18.", notice, badMsgID(18, func(p *peer) int64 { return p.NextMsgID() + 1 })),
		test("msg_id, 2 modulo 4", "A client's msg_id has to be divisible by four: bad_msg_notification 18.", notice, badMsgID(18, func(p *peer) int64 { return p.NextMsgID() + 2 })),
		test("msg_id, 3 modulo 4", "A client's msg_id has to be divisible by four: bad_msg_notification 18.", notice, badMsgID(18, func(p *peer) int64 { return p.NextMsgID() + 3 })),
		test("msg_id of minutes ago", "A msg_id of less than 300 seconds ago is taken.", anchor, takesMsgID(-280*time.Second)),
		test("msg_id slightly ahead", "A msg_id of less than 30 seconds ahead is taken.", anchor, takesMsgID(20*time.Second)),
		test("after a refused msg_id", "A refused message does no harm to those that follow.", notice, afterBadMsgID),
		test("answers have msg_ids 1 modulo 4", "The msg_id of an answer to a client's message is 1 modulo 4, and of this moment.", anchor, answerIDs),
		test("server's msg_ids rise", "Within a session the server's msg_ids never repeat.", anchor, serverIDsDiffer),
	}
}

// badMsgID demands that a message is refused for its msg_id, by number and seqno,
// and not carried out.
func badMsgID(code int32, id func(*peer) int64) func(context.Context, *Env) error {
	return refusedMessage(code, func(p *peer) rawclient.Envelope { return rawclient.Envelope{MsgID: rawclient.Ptr(id(p))} })
}

// refusedMessage sends a ping in an envelope, after a good one, and demands a
// bad_msg_notification of this code about it, and no pong.
func refusedMessage(code int32, envelope func(*peer) rawclient.Envelope) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		must(p.fence(ctx))
		id := nextPing()
		m := envelope(p)
		if m.Body == nil {
			m.Body = ping(id)
		}
		sent := must(p.post(ctx, m))
		return p.refused(ctx, sent, code, id)
	}
}

// refused demands a notification of this code about a message, and no pong for the
// ping in it. A second ping ends the wait where the server says nothing.
func (p *peer) refused(ctx context.Context, sent rawclient.Sent, code int32, pingID int64) error {
	what := fmt.Sprintf("bad_msg_notification %d", code)
	fence := nextPing()
	must(p.say(ctx, ping(fence)))
	notified := false
	for {
		m := must(p.await(ctx, what, func(m rawclient.Message) bool {
			b, ok := readBadMsg(m.Body)
			return ok && b.msgID == sent.MsgID || isPong(m, pingID) || isPong(m, fence)
		}))
		b, ok := readBadMsg(m.Body)
		switch {
		case !ok && isPong(m, pingID):
			return fmt.Errorf("expected %s; the message was carried out: %s", what, describe(m.Body))
		case !ok && !notified:
			return fmt.Errorf("expected %s; got %s, and an answer to the next message", what, describeAll(p.inbox))
		case !ok:
			return nil
		case b.code != code:
			return fmt.Errorf("expected %s; got %s", what, describe(m.Body))
		case b.seqno != sent.SeqNo:
			return fmt.Errorf("expected bad_msg_seqno %d; got %d", sent.SeqNo, b.seqno)
		}
		notified = true
	}
}

func takesMsgID(d time.Duration) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		_, err := p.pingAs(ctx, rawclient.Envelope{MsgID: rawclient.Ptr(rawclient.MsgID(time.Now().Add(d)))})
		return err
	}
}

func afterBadMsgID(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	for _, off := range []int64{1, 2, 3} {
		must(p.post(ctx, rawclient.Envelope{Body: ping(nextPing()), MsgID: rawclient.Ptr(p.NextMsgID() + off), SeqNo: rawclient.Ptr(int32(1))}))
	}
	_, err := p.askConfig(ctx)
	return err
}

func answerIDs(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	a := must(p.ping(ctx))
	if err := isServers(a.MsgID, 0); err != nil {
		return fmt.Errorf("pong: %w", err)
	}
	b := must(p.askConfig(ctx))
	if err := isServers(b.MsgID, a.MsgID); err != nil {
		return fmt.Errorf("rpc_result: %w", err)
	}
	return nil
}

func serverIDsDiffer(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	seen := map[int64]string{}
	note := func(m rawclient.Message) error {
		if other, ok := seen[m.MsgID]; ok {
			return fmt.Errorf("expected another msg_id for each message; %s has that of %s, %d", describe(m.Body), other, m.MsgID)
		}
		seen[m.MsgID] = describe(m.Body)
		return nil
	}
	for range 20 {
		m := must(p.ping(ctx))
		for _, m := range append(p.inbox, m) {
			demand(note(m))
		}
		p.inbox = nil
	}
	return nil
}
