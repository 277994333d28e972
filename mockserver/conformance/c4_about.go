package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func ackCases() []Case {
	const anchor = "#acknowledgment-of-receipt"
	return []Case{
		test("query acknowledged", "A query is acknowledged, by msgs_ack or by its rpc_result.", anchor, acknowledged),
		test("query repeated", "A query that is sent again with its msg_id gets the same answer, or msg_detailed_info about it, and is not carried out again.", anchor, repeatedSame),
		test("query repeated in a container", "A query that is sent again inside a container is not carried out again.", anchor, repeatedInContainer),
		test("answer not acknowledged is sent again", "An answer that was not acknowledged is sent again when the session has reconnected and asks, after msg_detailed_info perhaps.", anchor, resentAfterReconnect),
		test("acknowledging what never was", "msgs_ack of msg_ids that the server never sent does no harm.", anchor, harmless(func(*peer) []byte { return rawclient.MsgsAck(1, 5, 1<<62+1) })),
		test("acknowledging thousands", "msgs_ack may have 8,192 msg_ids.", anchor, harmless(func(*peer) []byte { return rawclient.MsgsAck(make([]int64, 8192)...) })),
		test("acknowledgement that lies", "A msgs_ack that claims two billion msg_ids does no harm.", anchor, discardable(func() []byte {
			return value(idMsgsAck).u32(idVector).i32(2_000_000_000).i64(1)
		})),
		test("acknowledgement cut short", "A msgs_ack without a vector does no harm.", anchor, discardable(func() []byte { return value(idMsgsAck) })),
	}
}

func acknowledged(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.say(ctx, getConfig()))
	_, err := p.await(ctx, "msgs_ack or rpc_result for the query", func(m rawclient.Message) bool {
		return slices.Contains(readAck(m.Body), sent.MsgID) || m.Constructor() == idRPCResult && about(m.Body) == sent.MsgID
	})
	return err
}

// sendCode is a query whose every run has another result: phone_code_hash.
func sendCode() []byte {
	return inited(encoded("auth.sendCode", rawclient.Fields{
		"phone_number": "+9996621234", "api_id": int32(1), "api_hash": "0123456789abcdef0123456789abcdef",
		"settings": rawclient.NewObject("codeSettings", nil),
	}))
}

// runsDiffer makes sure of that, with a key of its own; a server for which it is not
// so cannot be judged by it.
func (e *Env) runsDiffer(ctx context.Context) (*peer, error) {
	key := must(e.newKey(ctx))
	p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	first, _ := must2(p.ask(ctx, sendCode()))
	second, _ := must2(p.ask(ctx, sendCode()))
	if _, _, ok := readRPCError(first); ok || bytes.Equal(first, second) {
		return nil, &SkipError{"auth.sendCode does not tell one run from another here"}
	}
	return p, nil
}

func repeatedSame(ctx context.Context, e *Env) error {
	p := must(e.runsDiffer(ctx))
	return p.repeats(ctx, func(rawclient.Inner) ([]byte, error) { return nil, nil })
}

func repeatedInContainer(ctx context.Context, e *Env) error {
	p := must(e.runsDiffer(ctx))
	return p.repeats(ctx, func(again rawclient.Inner) ([]byte, error) { return rawclient.Container(again), nil })
}

// repeats sends a query twice, the second time as wrap says, and demands that no
// other result comes than the first.
func (p *peer) repeats(ctx context.Context, wrap func(rawclient.Inner) ([]byte, error)) error {
	query := sendCode()
	sent := must(p.say(ctx, query))
	first, answer := must2(p.result(ctx, sent.MsgID))
	container := must(wrap(rawclient.Inner{MsgID: sent.MsgID, SeqNo: sent.SeqNo, Body: query}))
	if container == nil {
		demand(p.Conn().SendFrame(ctx, sent.Frame))
	} else {
		must(p.say(ctx, container))
	}
	for _, m := range must(p.fence(ctx)) {
		switch {
		case m.Constructor() == idRPCResult && about(m.Body) == sent.MsgID && !bytes.Equal(m.Body[12:], first):
			return errors.New("expected the answer of the first run; got another one: the query was carried out twice")
		case m.Constructor() == idDetailed && about(m.Body) == sent.MsgID:
			if got := (&reader{b: m.Body[12:]}).i64(); got != answer.MsgID {
				return fmt.Errorf("expected msg_detailed_info about the answer %d; got %d", answer.MsgID, got)
			}
		}
	}
	return nil
}

func resentAfterReconnect(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.say(ctx, getConfig()))
	must2(p.result(ctx, sent.MsgID))
	_ = p.Conn().Close()
	again := e.reconnect(ctx, p)
	demand(again.Conn().SendFrame(ctx, sent.Frame))
	m, err := again.await(ctx, "rpc_result or msg_detailed_info about it", func(m rawclient.Message) bool {
		id := m.Constructor()
		return (id == idRPCResult || id == idDetailed) && about(m.Body) == sent.MsgID
	})
	if err != nil || m.Constructor() == idRPCResult {
		return err
	}
	// The answer itself is to be had then.
	must(again.say(ctx, resendReq((&reader{b: m.Body[12:]}).i64())))
	_, _, err = again.result(ctx, sent.MsgID)
	return err
}

// discardable sends a service message that does not parse: the connection may end,
// others are served.
func discardable(body func() []byte) func(context.Context, *Env) error {
	return refusesQuery(body)
}

func stateCases() []Case {
	const anchor = "#request-for-message-status-information"
	const info = "#informational-message-regarding-status-of-messages"
	const resend = "#explicit-request-to-re-send-messages"
	return []Case{
		test("msgs_state_req", "msgs_state_req is answered with msgs_state_info that has its msg_id and a byte for each message.", anchor, stateBytes),
		test("state of a received message", "A message that was received has state 4.", info, stateOf(4, func(ctx context.Context, p *peer) (int64, error) {
			m, err := p.askConfig(ctx)
			if err != nil {
				return 0, err
			}
			return about(m.Body), nil
		})),
		test("state of a future message", "A msg_id above all that were received has state 3, or 2.", info, stateOf(3, func(_ context.Context, p *peer) (int64, error) {
			return p.NextMsgID() + 1<<32, nil
		})),
		test("state of a skipped message", "A msg_id between those received has state 2.", info, stateOf(2, func(ctx context.Context, p *peer) (int64, error) {
			skipped := p.NextMsgID()
			_, err := p.ping(ctx)
			return skipped, err
		})),
		test("state of an ancient message", "A msg_id of long ago has state 1, or 2.", info, stateOf(1, func(context.Context, *peer) (int64, error) { return 1 << 34, nil })),
		test("msg_resend_req", "msg_resend_req makes the server send an answer again, with its msg_id.", resend, resendsAnswer),
		test("msg_resend_req of what is not there", "msg_resend_req of an unknown msg_id is answered with msgs_state_info.", resend, resendsState),
		test("state of the client's messages", "msgs_state_info from the client does no harm.", info, harmless(func(p *peer) []byte {
			return append(value(idStateInfo).i64(p.NextMsgID()), 1, 4, 0, 0)
		})),
		test("msgs_all_info from the client", "msgs_all_info from the client does no harm.", "#voluntary-communication-of-status-of-messages", harmless(func(p *peer) []byte {
			return append(value(idAllInfo).longs(1), 1, 4, 0, 0)
		})),
		test("msg_detailed_info from the client", "msg_new_detailed_info from the client does no harm.", "#extended-voluntary-communication-of-status-of-one-message",
			harmless(func(p *peer) []byte { return value(idNewDetailed).i64(1).i32(8).i32(0) })),
		test("msgs_state_req that lies", "A msgs_state_req that claims two billion msg_ids does no harm.", anchor, discardable(func() []byte {
			return value(idStateReq).u32(idVector).i32(2_000_000_000)
		})),
	}
}

// states asks for the state of messages.
func (p *peer) states(ctx context.Context, ids ...int64) ([]byte, error) {
	sent, err := p.say(ctx, stateReq(ids...))
	if err != nil {
		return nil, err
	}
	m, err := p.awaitAbout(ctx, idStateInfo, sent.MsgID)
	if err != nil {
		return nil, err
	}
	r := &reader{b: m.Body[12:]}
	info := r.bytes()
	if r.short || len(info) != len(ids) {
		return nil, fmt.Errorf("expected %d bytes of info; got %d", len(ids), len(info))
	}
	return info, nil
}

func stateBytes(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	_, err := p.states(ctx, p.NextMsgID(), p.NextMsgID(), p.NextMsgID())
	return err
}

// stateOf demands the lower three bits of a state. What was not received may be told
// less precisely: 2 says neither how old nor how new.
func stateOf(want byte, message func(context.Context, *peer) (int64, error)) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		must(p.ping(ctx))
		id := must(message(ctx, p))
		info := must(p.states(ctx, id))
		if got := info[0] & 7; got != want && (want == 4 || got != 2) {
			return fmt.Errorf("expected state %d; got %d (%#02x)", want, got, info[0])
		}
		return nil
	}
}

func resendsAnswer(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	m := must(p.askConfig(ctx))
	must(p.say(ctx, resendReq(m.MsgID)))
	again := must(p.awaitAbout(ctx, idRPCResult, about(m.Body)))
	if again.MsgID != m.MsgID || !bytes.Equal(again.Body, m.Body) {
		return fmt.Errorf("expected message %d again; got %s with msg_id %d", m.MsgID, describe(again.Body), again.MsgID)
	}
	return nil
}

func resendsState(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.say(ctx, resendReq(p.NextMsgID()+1)))
	_, err := p.awaitAbout(ctx, idStateInfo, sent.MsgID)
	return err
}
