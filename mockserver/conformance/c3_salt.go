package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func saltCases() []Case {
	const anchor = "#server-salt"
	const notice = pageAbout + "#notice-of-ignored-error-message"
	return []Case{
		test("wrong salt", "A message with a wrong salt is answered with bad_server_salt, code 48, and the right one.", notice, wrongSalt(1)),
		test("salt 0", "Salt 0 is a wrong one, with which clients begin that know none.", notice, wrongSalt(0)),
		test("wrong salt, not carried out", "A query with a wrong salt is not carried out.", notice, saltNotRun),
		test("wrong salt in a container", "A container with a wrong salt is refused as a whole.", notice, saltOfContainer),
		test("resent with the right salt", "The query, sent again with the salt from bad_server_salt, is answered.", notice, saltResent),
		test("salt of messages from the server", "The server's messages carry a salt that it takes.", anchor, serverSalt),
		test("salt of new_session_created", "new_session_created has a salt that is taken.", pageService+"#new-session-creation-notification", sessionSalt),
		test("salt belongs to the key", "A salt is good in each session of its key.", anchor, saltOfKey),
	}
}

// wrongSaltFor is neither the salt of the session nor likely to be another of its key.
func wrongSaltFor(p *peer, seed int64) int64 {
	if seed == 0 {
		return 0
	}
	return p.Salt() ^ 0x5a5a5a5a5a5a5a5a
}

func wrongSalt(seed int64) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		sent := must(p.post(ctx, rawclient.Envelope{Body: ping(nextPing()), Salt: rawclient.Ptr(wrongSaltFor(p, seed))}))
		b := must(p.badSalt(ctx, sent))
		p.SetSalt(b.newSalt)
		_, err := p.ping(ctx)
		return err
	}
}

// badSalt waits for the bad_server_salt about a message and checks it.
func (p *peer) badSalt(ctx context.Context, sent rawclient.Sent) (badMsg, error) {
	m := must(p.awaitAbout(ctx, idBadSalt, sent.MsgID))
	b, ok := readBadMsg(m.Body)
	switch {
	case !ok:
		return b, errors.New("expected bad_server_salt with five fields; it does not parse")
	case b.code != 48 || b.seqno != sent.SeqNo:
		return b, fmt.Errorf("expected code 48 and seqno %d; got %d and %d", sent.SeqNo, b.code, b.seqno)
	}
	return b, nil
}

func saltNotRun(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.post(ctx, rawclient.Envelope{Body: getConfig(), Salt: rawclient.Ptr(wrongSaltFor(p, 1))}))
	b := must(p.badSalt(ctx, sent))
	p.SetSalt(b.newSalt)
	for _, m := range must(p.fence(ctx)) {
		if m.Constructor() == idRPCResult {
			return fmt.Errorf("expected the query not to be carried out; got %s", describe(m.Body))
		}
	}
	return nil
}

func saltOfContainer(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	id := nextPing()
	body := rawclient.Container(p.inner(ping(id), true))
	sent := must(p.post(ctx, rawclient.Envelope{Body: body, Salt: rawclient.Ptr(wrongSaltFor(p, 1))}))
	must(p.badSalt(ctx, sent))
	for _, m := range must(p.fence(ctx)) {
		if isPong(m, id) {
			return errActedOn
		}
	}
	return nil
}

func saltResent(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	sent := must(p.post(ctx, rawclient.Envelope{Body: getConfig(), Salt: rawclient.Ptr(int64(0))}))
	b := must(p.badSalt(ctx, sent))
	p.SetSalt(b.newSalt)
	_, err := p.askConfig(ctx)
	return err
}

func serverSalt(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	m := must(p.ping(ctx))
	if _, err := p.pingAs(ctx, rawclient.Envelope{Salt: &m.Salt}); err != nil {
		return fmt.Errorf("with salt %016x, as in the server's message: %w", uint64(m.Salt), err)
	}
	return nil
}

func sessionSalt(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	created := must(p.created(ctx))
	_, err := p.pingAs(ctx, rawclient.Envelope{Salt: &created.salt})
	return err
}

func saltOfKey(ctx context.Context, e *Env) error {
	key := must(e.newKey(ctx))
	for range 3 {
		p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
		must(p.ping(ctx))
	}
	return nil
}
