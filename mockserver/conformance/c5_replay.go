package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func replayCases() []Case {
	const anchor = "#checking-msg-id"
	return []Case{
		test("frame replayed", "A frame that is sent again, byte by byte the same, is not carried out again.", anchor, replayed(func(_ context.Context, _ *Env, p *peer) (*rawclient.Conn, error) {
			return p.Conn(), nil
		})),
		test("frame replayed elsewhere", "A frame that somebody else sends over another connection is not carried out again.", anchor, replayed(func(ctx context.Context, e *Env, _ *peer) (*rawclient.Conn, error) {
			return e.dial(ctx, rawclient.Options{})
		})),
		test("msg_id used again", "A second message with the msg_id of an earlier one is not carried out, whatever it holds.", anchor, idUsedAgain),
		test("old frame under an old time", "A message whose time is minutes ago is refused with bad_msg_notification, in a new session, too.", anchor, oldFrame),
		test("session_id of nobody", "A session_id that was never used begins a session of the key; it finds no other's.", "#checking-session-id", sessionOfNobody),
		test("after a replay", "A replayed frame does no harm to the session.", anchor, afterReplay),
	}
}

// replayed sends a query's frame three times more and demands that no other result
// comes of it, on this connection or on that of the replay.
func replayed(over func(context.Context, *Env, *peer) (*rawclient.Conn, error)) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.runsDiffer(ctx))
		sent := must(p.say(ctx, sendCode()))
		first, _ := must2(p.result(ctx, sent.MsgID))
		conn := must(over(ctx, e, p))
		for range 3 {
			demand(conn.SendFrame(ctx, sent.Frame))
		}
		s := must(rawclient.NewSession(conn, p.Key(), p.ID()))
		fence := p.fence
		if conn != p.Conn() {
			other := &peer{Session: s, env: e}
			for range 60 {
				other.NextSeqNo(true)
			}
			fence = func(ctx context.Context) ([]rawclient.Message, error) { return fenceBoth(ctx, p, other) }
		}
		rest := must(fence(ctx))
		for _, m := range rest {
			if m.Constructor() == idRPCResult && about(m.Body) == sent.MsgID && !bytes.Equal(m.Body[12:], first) {
				return errors.New("expected the query to be carried out once; a second result came")
			}
		}
		return nil
	}
}

func idUsedAgain(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.say(ctx, getConfig()))
	must2(p.result(ctx, sent.MsgID))
	id := nextPing()
	must(p.post(ctx, rawclient.Envelope{Body: ping(id), MsgID: &sent.MsgID, SeqNo: &sent.SeqNo}))
	return p.discards(ctx, id)
}

func oldFrame(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.post(ctx, rawclient.Envelope{Body: ping(nextPing()), MsgID: rawclient.Ptr(rawclient.MsgID(time.Now().Add(-time.Hour)))}))
	m := must(p.await(ctx, "bad_msg_notification", func(m rawclient.Message) bool { b, ok := readBadMsg(m.Body); return ok && b.msgID == sent.MsgID }))
	if b, _ := readBadMsg(m.Body); b.code != 16 && b.code != 20 {
		return fmt.Errorf("expected code 16, or 20; got %d", b.code)
	}
	return nil
}

func sessionOfNobody(ctx context.Context, e *Env) error {
	a := must(e.peer(ctx))
	must(a.askConfig(ctx)) // leaves an answer unacknowledged
	b := must(e.peerWith(ctx, rawclient.Options{}, a.Key(), a.ID()^1))
	must(b.created(ctx))
	for _, m := range must(b.fence(ctx)) {
		if m.Constructor() == idRPCResult {
			return errors.New("expected nothing of another session; got its rpc_result")
		}
	}
	return nil
}

func afterReplay(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.say(ctx, getConfig()))
	must2(p.result(ctx, sent.MsgID))
	for range 5 {
		demand(p.Conn().SendFrame(ctx, sent.Frame))
	}
	_, err := p.ping(ctx)
	return err
}
