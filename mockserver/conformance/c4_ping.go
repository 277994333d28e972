package conformance

import (
	"context"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func dropCases() []Case {
	const anchor = "#cancellation-of-an-rpc-query"
	return []Case{
		test("drop an unknown query", "rpc_drop_answer of a msg_id that never came is answered with rpc_answer_unknown.", anchor, dropUnknown),
		test("drop an answered query", "rpc_drop_answer of a query whose answer is not acknowledged is answered with rpc_answer_dropped, by msg_id, seqno and length of the answer, or with rpc_answer_unknown.", anchor, dropAnswered),
		test("drop an acknowledged answer", "rpc_drop_answer of a query whose answer is acknowledged is answered with rpc_answer_unknown.", anchor, dropAcknowledged),
	}
}

// drop sends rpc_drop_answer; its answer comes in a rpc_result.
func (p *peer) drop(ctx context.Context, msgID int64) ([]byte, error) {
	body, _, err := p.ask(ctx, dropAnswer(msgID))
	return body, err
}

func isKind(body []byte, id uint32) error {
	if (rawclient.Message{Body: body}).Constructor() != id {
		return fmt.Errorf("expected %s; got %s", names[id], describe(body))
	}
	return nil
}

func dropUnknown(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	never := p.NextMsgID()
	return isKind(must(p.drop(ctx, never)), idDropUnknown)
}

func dropAnswered(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	m := must(p.askConfig(ctx))
	body := must(p.drop(ctx, about(m.Body)))
	if isKind(body, idDropUnknown) == nil {
		return nil // so says a server that keeps nothing of what it has responded to
	}
	demand(isKind(body, idDropped))
	r := &reader{b: body[4:]}
	if id, seqno, n := r.i64(), r.i32(), r.i32(); id != m.MsgID || seqno != m.SeqNo || n <= 0 {
		return fmt.Errorf("expected msg_id %d and seqno %d of the answer, and its length; got %d, %d, %d", m.MsgID, m.SeqNo, id, seqno, n)
	}
	return nil
}

func dropAcknowledged(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	m := must(p.askConfig(ctx))
	must(p.say(ctx, rawclient.MsgsAck(m.MsgID)))
	return isKind(must(p.drop(ctx, about(m.Body))), idDropUnknown)
}

func pingCases() []Case {
	const anchor = "#ping-messages-pingpong"
	const deferred = "#deferred-connection-closure--ping"
	return []Case{
		test("ping", "ping is answered with a pong that has its msg_id and ping_id.", anchor, pongsOver(rawclient.Options{})),
		test("ping_id of any value", "ping_id is returned as it is.", anchor, pingValues),
		test("pong is no rpc_result", "A pong comes by itself and not in a rpc_result.", anchor, pongAlone),
		test("ping_delay_disconnect", "ping_delay_disconnect is answered with a pong.", deferred, delayPong),
		test("disconnect after the delay", "Without another ping_delay_disconnect the server closes the connection when the delay is over.", deferred, delayCloses),
		test("delay starts anew", "Another ping_delay_disconnect in time keeps the connection open.", deferred, delayRenewed),
	}
}

func pingValues(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	for _, id := range []int64{0, -1, 1, -1 << 63, 1<<63 - 1} {
		sent := must(p.say(ctx, ping(id)))
		if _, err := p.pong(ctx, sent.MsgID, id); err != nil {
			return fmt.Errorf("ping_id %d: %w", id, err)
		}
	}
	return nil
}

func pongAlone(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.say(ctx, ping(3)))
	m := must(p.await(ctx, "a pong", func(m rawclient.Message) bool {
		return isPong(m, 3) || m.Constructor() == idRPCResult && about(m.Body) == sent.MsgID
	}))
	return isKind(m.Body, idPong)
}

func delayPong(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	return p.pingDelay(ctx, 60)
}

func (p *peer) pingDelay(ctx context.Context, seconds int32) error {
	id := nextPing()
	sent := must(p.say(ctx, pingDelay(id, seconds)))
	_, err := p.pong(ctx, sent.MsgID, id)
	return err
}

func delayCloses(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	started := time.Now() // the delay begins when the ping comes, and not with its pong
	demand(p.pingDelay(ctx, 1))
	wait, cancel := context.WithTimeout(ctx, time.Second+e.suite.patience)
	defer cancel()
	err := p.receive(wait)
	for err == nil {
		err = p.receive(wait)
	}
	switch {
	case !isClosed(err):
		return fmt.Errorf("expected the connection to be closed after a second; got %s", e.saying(wait, err))
	case time.Since(started) < 700*time.Millisecond:
		return fmt.Errorf("expected the connection to be open for a second; it was closed after %v", time.Since(started))
	}
	return nil
}

func delayRenewed(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	// Both at once: the first delay is not to be over before the first pong is here.
	short, long := nextPing(), nextPing()
	first, second := must(p.say(ctx, pingDelay(short, 1))), must(p.say(ctx, pingDelay(long, 60)))
	must(p.pong(ctx, first.MsgID, short))
	must(p.pong(ctx, second.MsgID, long))
	demand(pause(ctx, 1500*time.Millisecond))
	if _, err := p.ping(ctx); err != nil {
		return fmt.Errorf("after the first delay: %w", err)
	}
	return nil
}
