package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func invokingCases() []Case {
	const init = "#saving-client-info"
	const layers = "#layers"
	const after = "#sequential-requests"
	config := func() []byte { return encoded("help.getConfig", nil) }
	return []Case{
		test("invokeWithLayer and initConnection", "A query inside both is answered.", init, answered(getConfig)),
		test("an older layer", "A client of layer 160 is answered.", layers, answered(func() []byte {
			return withLayer(160, encoded("initConnection", rawclient.Fields{
				"api_id": int32(1), "device_model": "c", "system_version": "1", "app_version": "1",
				"system_lang_code": "en", "lang_pack": "", "lang_code": "en", "query": config(),
			}))
		})),
		test("query without initConnection", "Before initConnection a query that needs it is answered with 400 CONNECTION_NOT_INITED.", init, notInited),
		test("initConnection holds for the key", "A later session of the key need not repeat initConnection.", init, initOfKey),
		test("invokeWithoutUpdates", "A query inside invokeWithoutUpdates is answered.", "#disabling-updates", answered(func() []byte { return withoutUpdates(getConfig()) })),
		test("wrappers in wrappers", "Wrappers may be nested in any order.", "", answered(func() []byte {
			return withoutUpdates(withLayer(rawclient.NewestLayer, withoutUpdates(inited(withoutUpdates(config())))))
		})),
		test("hundreds of wrappers", "A query inside three hundred wrappers is answered or refused, and nobody else notices.", "", refusesOrAnswers(func() []byte {
			b := getConfig()
			for range 300 {
				b = withoutUpdates(b)
			}
			return b
		})),
		test("invokeAfterMsg", "A query inside invokeAfterMsg is answered after the one that it names.", after, afterMsg),
		test("invokeAfterMsgs", "A query inside invokeAfterMsgs is answered after those that it names.", after, afterMsgs),
		test("wrapper without a query", "A wrapper around nothing is answered with a rpc_error.", "", errs(func() []byte { return withoutUpdates(nil) })),
	}
}

func notInited(ctx context.Context, e *Env) error {
	key := must(e.newKey(ctx))
	p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	body, _ := must2(p.ask(ctx, encoded("help.getAppConfig", rawclient.Fields{"hash": int32(0)})))
	return isRPCError(body, 400, "CONNECTION_NOT_INITED")
}

func initOfKey(ctx context.Context, e *Env) error {
	key := must(e.newKey(ctx))
	first := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	must(first.askConfig(ctx))
	second := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	body, _ := must2(second.ask(ctx, encoded("help.getAppConfig", rawclient.Fields{"hash": int32(0)})))
	if _, text, ok := readRPCError(body); ok && text == "CONNECTION_NOT_INITED" {
		return errors.New("expected initConnection of the first session to count; got CONNECTION_NOT_INITED")
	}
	return nil
}

// refusesOrAnswers demands an answer of any kind or the end of the connection, and
// that others are served.
func refusesOrAnswers(query func() []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		sent := must(p.say(ctx, query()))
		if _, _, err := p.result(ctx, sent.MsgID); err != nil {
			if _, alive := p.ping(ctx); alive == nil {
				return fmt.Errorf("expected an answer: %w", err)
			}
		}
		return e.serves(ctx)
	}
}

// inOrder demands the results of queries in the order in which they were sent.
func (p *peer) inOrder(ctx context.Context, msgIDs ...int64) error {
	for _, want := range msgIDs {
		m := must(p.await(ctx, "a rpc_result", func(m rawclient.Message) bool { return m.Constructor() == idRPCResult }))
		if got := about(m.Body); got != want {
			return fmt.Errorf("expected the result of %d next; got that of %d", want, got)
		}
		if _, _, ok := readRPCError(m.Body[12:]); ok {
			return fmt.Errorf("expected a result; got %s", describe(m.Body))
		}
	}
	return nil
}

func afterMsg(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	first := must(p.say(ctx, getConfig()))
	second := must(p.say(ctx, encoded("invokeAfterMsg", rawclient.Fields{"msg_id": first.MsgID, "query": getConfig()})))
	return p.inOrder(ctx, first.MsgID, second.MsgID)
}

func afterMsgs(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	first := must(p.say(ctx, getConfig()))
	second := must(p.say(ctx, encoded("invokeAfterMsg", rawclient.Fields{"msg_id": first.MsgID, "query": getConfig()})))
	third := must(p.say(ctx, encoded("invokeAfterMsgs", rawclient.Fields{"msg_ids": []any{first.MsgID, second.MsgID}, "query": getConfig()})))
	return p.inOrder(ctx, first.MsgID, second.MsgID, third.MsgID)
}
