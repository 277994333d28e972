package conformance

import (
	"context"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func destroyCases() []Case {
	const anchor = "#request-to-destroy-session"
	return []Case{
		test("destroy a session", "destroy_session of another session of the key is answered with destroy_session_ok.", anchor, destroysSession),
		test("destroy an unknown session", "destroy_session of a session that is not is answered with destroy_session_none.", anchor, destroysNone),
		test("destroy twice", "A destroyed session cannot be destroyed again.", anchor, destroysTwice),
		test("a destroyed session begins anew", "After destroy_session the first message gets a new_session_created.", anchor, destroyedBeginsAnew),
		test("another key's session", "destroy_session does not reach the sessions of another key.", anchor, destroysOwnOnly),
		test("destroy_auth_key", "destroy_auth_key is answered with destroy_auth_key_ok.", pageMethod+"destroy_auth_key", destroysKey),
		test("a destroyed key is unknown", "After destroy_auth_key the key is answered with -404.", pageMethod+"destroy_auth_key", destroyedKeyUnknown),
		test("http_wait over TCP", "http_wait has no meaning over TCP, and does no harm.", "#http-waitlong-poll", harmless(func(*peer) []byte { return value(idHTTPWait).i32(0).i32(0).i32(100) })),
	}
}

// destroy asks and returns the constructor of the answer, which comes by itself or
// in a rpc_result.
func (p *peer) destroy(ctx context.Context, session int64) (uint32, error) {
	sent, err := p.say(ctx, destroySession(session))
	if err != nil {
		return 0, err
	}
	kind := uint32(0)
	_, err = p.await(ctx, "DestroySessionRes", func(m rawclient.Message) bool {
		body := m.Body
		if m.Constructor() == idRPCResult && about(body) == sent.MsgID {
			body = body[12:]
		}
		id := rawclient.Message{Body: body}.Constructor()
		if (id != idDestroyOK && id != idDestroyNone) || about(body) != session {
			return false
		}
		kind = id
		return true
	})
	return kind, err
}

func (p *peer) destroys(ctx context.Context, session int64, want uint32) error {
	got, err := p.destroy(ctx, session)
	if err == nil && got != want {
		err = fmt.Errorf("expected %s; got %s", names[want], names[got])
	}
	return err
}

// two opens two sessions of one key, both used.
func (e *Env) two(ctx context.Context) (a, b *peer) {
	a = must(e.peer(ctx))
	must(a.fence(ctx))
	b = must(e.peer(ctx))
	must(b.fence(ctx))
	return a, b
}

func destroysSession(ctx context.Context, e *Env) error {
	a, b := e.two(ctx)
	return a.destroys(ctx, b.ID(), idDestroyOK)
}

func destroysNone(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	return p.destroys(ctx, randomID(), idDestroyNone)
}

func destroysTwice(ctx context.Context, e *Env) error {
	a, b := e.two(ctx)
	demand(a.destroys(ctx, b.ID(), idDestroyOK))
	return a.destroys(ctx, b.ID(), idDestroyNone)
}

func destroyedBeginsAnew(ctx context.Context, e *Env) error {
	a, b := e.two(ctx)
	demand(a.destroys(ctx, b.ID(), idDestroyOK))
	again := must(e.peerWith(ctx, rawclient.Options{}, b.Key(), b.ID()))
	_, err := again.created(ctx)
	return err
}

func destroysOwnOnly(ctx context.Context, e *Env) error {
	a := must(e.peer(ctx))
	must(a.fence(ctx))
	key := must(e.newKey(ctx))
	b := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	return b.destroys(ctx, a.ID(), idDestroyNone)
}

// destroyKey makes a key, has it destroyed, and returns the answer, which comes by
// itself or in a rpc_result.
func (e *Env) destroyKey(ctx context.Context) (*rawclient.AuthKey, error) {
	key := must(e.newKey(ctx))
	p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	must(p.ping(ctx))
	sent := must(p.say(ctx, value(idDestroyKey)))
	m := must(p.await(ctx, names[idDestroyKeyOK], func(m rawclient.Message) bool {
		return m.Constructor() == idDestroyKeyOK || m.Constructor() == idRPCResult && about(m.Body) == sent.MsgID
	}))
	if m.Constructor() == idRPCResult {
		m.Body = m.Body[12:]
	}
	return key, isKind(m.Body, idDestroyKeyOK)
}

func destroysKey(ctx context.Context, e *Env) error {
	_, err := e.destroyKey(ctx)
	return err
}

func destroyedKeyUnknown(ctx context.Context, e *Env) error {
	key := must(e.destroyKey(ctx))
	return e.unknown(ctx, key)
}

// harmless demands that a message is taken without a notice, and that the session
// goes on.
func harmless(body func(*peer) []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		must(p.fence(ctx))
		must(p.post(ctx, rawclient.Envelope{Body: body(p), SeqNo: rawclient.Ptr(p.NextSeqNo(false))}))
		demand(p.noNotice(ctx))
		_, err := p.askConfig(ctx)
		return err
	}
}
