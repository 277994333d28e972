package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func sessionCases() []Case {
	const anchor = "#new-session-creation-notification"
	return []Case{
		test("new_session_created", "The first message of a session is answered with new_session_created.", anchor, sessionCreated),
		test("first_msg_id", "first_msg_id is not above the session's first message.", anchor, firstMsgID),
		test("new_session_created is content-related", "It has to be acknowledged: its seqno is odd.", anchor, createdIsContent),
		test("created once", "Later messages of a session get no new_session_created, over a new connection either.", anchor, createdOnce),
		test("unique_id", "Two sessions have different unique_ids.", anchor, uniqueIDs),
		test("first message refused", "A message that is refused creates no session: new_session_created comes with the one that is taken.", anchor, createdLater),
		test("sessions of a key", "Sessions of one key are apart: the same msg_id in both is two messages.", pageDescription+"#session", sessionsApart),
		test("session_id under another key", "The same session_id under two keys is two sessions.", pageSecurity+"#checking-session-id", sessionsOfTwoKeys),
		test("session over a new connection", "A session goes on over another connection.", pageDescription+"#session", sessionReconnected),
		test("answers over the newest connection", "After a session has reconnected, its answers come over the new connection.", pageDescription+"#session", newestConnection),
		test("session over two connections", "A session may have several connections at once, and each query is answered.", pageDescription+"#session", twoConnections),
		test("several sessions over one connection", "A connection may carry several sessions.", pageDescription+"#session", sessionsOverOne),
	}
}

type created struct{ first, unique, salt int64 }

// created sends a ping and returns the new_session_created that comes with its pong.
func (p *peer) created(ctx context.Context) (c created, err error) {
	if _, err := p.ping(ctx); err != nil {
		return c, err
	}
	return p.awaitCreated(ctx)
}

func (p *peer) awaitCreated(ctx context.Context) (c created, err error) {
	m, err := p.await(ctx, "new_session_created", func(m rawclient.Message) bool { return m.Constructor() == idNewSession })
	if err != nil {
		return c, err
	}
	r := &reader{b: m.Body[4:]}
	c = created{r.i64(), r.i64(), r.i64()}
	if r.short {
		return c, errors.New("expected three numbers in new_session_created; it is shorter")
	}
	return c, nil
}

func sessionCreated(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	_, err := p.created(ctx)
	return err
}

func firstMsgID(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	pong := must(p.ping(ctx))
	asked := about(pong.Body)
	c := must(p.awaitCreated(ctx))
	if c.first > asked {
		return fmt.Errorf("expected a first_msg_id of at most %d; got %d: the client would send its first message again", asked, c.first)
	}
	return nil
}

func createdIsContent(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	must(p.say(ctx, ping(nextPing())))
	m, err := p.await(ctx, "new_session_created", func(m rawclient.Message) bool { return m.Constructor() == idNewSession })
	if err == nil && !m.ContentRelated() {
		err = fmt.Errorf("expected an odd seqno of new_session_created; got %d", m.SeqNo)
	}
	return err
}

func createdOnce(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	c := must(p.created(ctx))
	again := e.reconnect(ctx, p)
	for _, s := range []*peer{p, again, again} {
		for _, m := range must(s.fence(ctx)) {
			// It may be sent again, as long as nobody has acknowledged it.
			r := &reader{b: m.Body}
			if r.u32() == idNewSession && (created{r.i64(), r.i64(), r.i64()}).unique != c.unique {
				return errors.New("expected one new_session_created for a session; got another")
			}
		}
	}
	return nil
}

// reconnect opens another connection for the session of p, that goes on counting.
func (e *Env) reconnect(ctx context.Context, p *peer) *peer {
	again := must(e.peerWith(ctx, rawclient.Options{}, p.Key(), p.ID()))
	for range 50 { // above what the first connection has used
		again.NextSeqNo(true)
	}
	return again
}

func uniqueIDs(ctx context.Context, e *Env) error {
	seen := map[int64]bool{}
	for range 3 {
		p := must(e.peer(ctx))
		c := must(p.created(ctx))
		if seen[c.unique] {
			return fmt.Errorf("expected another unique_id for each session; got %d again", c.unique)
		}
		seen[c.unique] = true
	}
	return nil
}

func createdLater(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.post(ctx, rawclient.Envelope{Body: ping(nextPing()), Salt: rawclient.Ptr(int64(0))}))
	b := must(p.badSalt(ctx, sent))
	if len(p.inbox) > 0 {
		return fmt.Errorf("expected bad_server_salt only; got %s, too", describeAll(p.inbox))
	}
	p.SetSalt(b.newSalt)
	_, err := p.created(ctx)
	return err
}

func sessionsApart(ctx context.Context, e *Env) error {
	a := must(e.peer(ctx))
	b := must(e.peer(ctx))
	id := a.NextMsgID()
	for _, p := range []*peer{a, b} {
		must(p.pingAs(ctx, rawclient.Envelope{MsgID: &id}))
	}
	return nil
}

func sessionsOfTwoKeys(ctx context.Context, e *Env) error {
	a := must(e.peer(ctx))
	first := must(a.created(ctx))
	key := must(e.newKey(ctx))
	b := must(e.peerWith(ctx, rawclient.Options{}, key, a.ID()))
	second, err := b.created(ctx)
	if err != nil {
		return fmt.Errorf("under another key: %w", err)
	}
	if first.unique == second.unique {
		return errors.New("expected two sessions; the unique_id is the same")
	}
	_, err = a.ping(ctx)
	return err
}

func sessionReconnected(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	must(p.ping(ctx))
	_ = p.Conn().Close()
	again := e.reconnect(ctx, p)
	_, err := again.askConfig(ctx)
	return err
}

func newestConnection(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	must(p.askConfig(ctx))
	again := e.reconnect(ctx, p) // while the first one is still open
	if _, err := again.askConfig(ctx); err != nil {
		return fmt.Errorf("over the new connection: %w", err)
	}
	return nil
}

func twoConnections(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	must(p.ping(ctx))
	again := e.reconnect(ctx, p)
	must(again.ping(ctx))
	// A ping over the older one, which the server may answer over either: a pong usually
	// comes over the connection of its ping.
	id := nextPing()
	must(p.post(ctx, rawclient.Envelope{Body: ping(id), SeqNo: rawclient.Ptr(int32(301))}))
	return awaitEither(ctx, p, again, "a pong over one of two connections", func(m rawclient.Message) bool { return isPong(m, id) })
}

func sessionsOverOne(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	must(p.created(ctx))
	s := must(rawclient.NewSession(p.Conn(), p.Key(), 0))
	other := &peer{Session: s, env: e}
	must(other.created(ctx))
	_, err := p.ping(ctx)
	return err
}
