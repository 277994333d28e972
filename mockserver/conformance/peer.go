package conformance

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// peer is a session by hand that remembers what it was sent and has not been asked
// for yet.
type peer struct {
	*rawclient.Session
	env   *Env
	inbox []rawclient.Message
}

// pingIDs are different in all cases of a process, so that no pong is taken for another.
var pingIDs atomic.Int64

func nextPing() int64 { return pingIDs.Add(1) | 1<<40 }

// peer opens a connection with a new session of the run's key.
func (e *Env) peer(ctx context.Context) (*peer, error) {
	return e.peerOver(ctx, rawclient.Options{})
}

func (e *Env) peerOver(ctx context.Context, o rawclient.Options) (*peer, error) {
	key, err := e.key(ctx)
	if err != nil {
		return nil, err
	}
	return e.peerWith(ctx, o, key, 0)
}

// peerWith opens a connection with a session of this key and id; 0 is a new one.
func (e *Env) peerWith(ctx context.Context, o rawclient.Options, key *rawclient.AuthKey, id int64) (*peer, error) {
	conn, err := e.dial(ctx, o)
	if err != nil {
		return nil, err
	}
	s, err := rawclient.NewSession(conn, key, id)
	return &peer{Session: s, env: e}, err
}

func (p *peer) post(ctx context.Context, e rawclient.Envelope) (rawclient.Sent, error) {
	ctx, cancel := p.env.patient(ctx)
	defer cancel()
	sent, err := p.Send(ctx, e)
	if err != nil {
		return sent, fmt.Errorf("sending: %w", err)
	}
	return sent, nil
}

func (p *peer) say(ctx context.Context, body []byte) (rawclient.Sent, error) {
	return p.post(ctx, rawclient.Envelope{Body: body})
}

// maxInbox and maxInboxBytes bound what a server can make a case keep that waits for
// something else: far above what any case is due, the thousand pongs of a container.
const (
	maxInbox      = 8192
	maxInboxBytes = 32 << 20
)

// receive adds the messages of the next frame to the inbox.
func (p *peer) receive(ctx context.Context) error {
	size := 0
	for _, m := range p.inbox {
		size += len(m.Body)
	}
	if len(p.inbox) > maxInbox || size > maxInboxBytes {
		return &rawclient.EnvelopeError{Reason: fmt.Sprintf("a flood: %d messages, %d bytes, and not the one that is due", len(p.inbox), size)}
	}
	m, err := p.Recv(ctx)
	if err != nil {
		return err
	}
	messages, err := rawclient.Unpack(m)
	for i := range messages {
		body, err := rawclient.Gunzip(messages[i].Body)
		if err != nil {
			return &rawclient.EnvelopeError{Reason: err.Error()} // no end of the connection
		}
		messages[i].Body = body
	}
	p.inbox = append(p.inbox, messages...)
	return err
}

// await returns the first message that matches, and leaves the others in the inbox.
func (p *peer) await(ctx context.Context, what string, match func(rawclient.Message) bool) (rawclient.Message, error) {
	ctx, cancel := p.env.patient(ctx)
	defer cancel()
	for seen := 0; ; {
		for ; seen < len(p.inbox); seen++ {
			if m := p.inbox[seen]; match(m) {
				p.inbox = append(p.inbox[:seen:seen], p.inbox[seen+1:]...)
				return m, nil
			}
		}
		if err := p.receive(ctx); err != nil {
			return rawclient.Message{}, &missing{fmt.Sprintf("expected %s; got %s, then %s", what, describeAll(p.inbox), p.env.saying(ctx, err)), err}
		}
	}
}

// missing says that a message did not come, and knows what came of waiting for it.
type missing struct {
	text string
	err  error
}

func (e *missing) Error() string { return e.text }
func (e *missing) Unwrap() error { return e.err }

// awaitEither waits for the first message that matches over two connections of a session.
// If it comes over neither, the error is that of the second one.
func awaitEither(ctx context.Context, a, b *peer, what string, match func(rawclient.Message) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	await := func(p *peer) error {
		_, err := p.await(ctx, what, match)
		if err == nil {
			cancel()
		}
		return err
	}
	var errA error
	var reading sync.WaitGroup
	reading.Go(func() { errA = await(a) })
	errB := await(b)
	if reading.Wait(); errA == nil {
		return nil
	}
	return errB
}

// awaitAbout waits for a message of one kind about msgID.
func (p *peer) awaitAbout(ctx context.Context, id uint32, msgID int64) (rawclient.Message, error) {
	return p.await(ctx, names[id], func(m rawclient.Message) bool { return m.Constructor() == id && about(m.Body) == msgID })
}

// ping sends a ping and waits for its pong; everything that comes before stays in
// the inbox.
func (p *peer) ping(ctx context.Context) (rawclient.Message, error) {
	return p.pingAs(ctx, rawclient.Envelope{})
}

func (p *peer) pingAs(ctx context.Context, e rawclient.Envelope) (rawclient.Message, error) {
	id := nextPing()
	e.Body = ping(id)
	sent, err := p.post(ctx, e)
	if err != nil {
		return rawclient.Message{}, err
	}
	return p.pong(ctx, sent.MsgID, id)
}

// pong waits for the pong with these ids.
func (p *peer) pong(ctx context.Context, msgID, pingID int64) (rawclient.Message, error) {
	m, err := p.await(ctx, "a pong", func(m rawclient.Message) bool { return isPong(m, pingID) })
	if err != nil {
		return m, err
	}
	if got, _ := readPong(m.Body); got.msgID != msgID {
		return m, fmt.Errorf("expected a pong with msg_id %d of the ping; it has %d", msgID, got.msgID)
	}
	return m, nil
}

func isPong(m rawclient.Message, pingID int64) bool {
	got, ok := readPong(m.Body)
	return ok && got.pingID == pingID
}

// fence pings, and returns all that came before the pong and was not taken. What is
// not among it, the server did not say to what was sent earlier.
func (p *peer) fence(ctx context.Context) ([]rawclient.Message, error) {
	if _, err := p.ping(ctx); err != nil {
		return nil, err
	}
	all := p.inbox
	p.inbox = nil
	return all, nil
}

// fenceBoth pings over each of two connections of a session, the one with the lower
// seqnos first, and over that once more, behind what the other one brought about there. It
// returns all that came over either before the pongs and was not taken.
func fenceBoth(ctx context.Context, a, b *peer) ([]rawclient.Message, error) {
	for i, p := range []*peer{a, b, a} {
		for range i / 2 * 120 { // beyond those of b
			a.NextSeqNo(true)
		}
		id := nextPing()
		if _, err := p.say(ctx, ping(id)); err != nil {
			return nil, err
		}
		if err := awaitEither(ctx, a, b, "a pong over one of two connections", func(m rawclient.Message) bool { return isPong(m, id) }); err != nil {
			return nil, err
		}
	}
	all := append(a.inbox, b.inbox...)
	a.inbox, b.inbox = nil, nil
	return all, nil
}

// ask sends a query and returns its result, unpacked.
func (p *peer) ask(ctx context.Context, query []byte) ([]byte, rawclient.Message, error) {
	sent, err := p.say(ctx, query)
	if err != nil {
		return nil, rawclient.Message{}, err
	}
	return p.result(ctx, sent.MsgID)
}

func (p *peer) result(ctx context.Context, msgID int64) ([]byte, rawclient.Message, error) {
	m, err := p.awaitAbout(ctx, idRPCResult, msgID)
	if err != nil {
		return nil, m, err
	}
	body, err := rawclient.Gunzip(m.Body[12:])
	return body, m, err
}

// askConfig asks for help.getConfig and demands that it is answered.
func (p *peer) askConfig(ctx context.Context) (rawclient.Message, error) {
	body, m, err := p.ask(ctx, getConfig())
	if err != nil {
		return m, err
	}
	if code, text, ok := readRPCError(body); ok {
		return m, fmt.Errorf("expected help.getConfig to be answered; got rpc_error %d %s", code, text)
	}
	return m, nil
}

// seal makes the frame of a message without sending it.
func (p *peer) seal(body []byte) ([]byte, error) {
	frame, _, err := rawclient.Seal(p.Key(), rawclient.Sealed{
		Salt: p.Salt(), SessionID: p.ID(), MsgID: p.NextMsgID(), SeqNo: p.NextSeqNo(true), Body: body,
	}, rand.Reader)
	return frame, err
}

// saying tells a person why no further message came.
func (e *Env) saying(ctx context.Context, err error) string {
	var transport *rawclient.TransportError
	switch {
	case errors.As(err, &transport):
		return fmt.Sprintf("transport error %d", transport.Code)
	case isClosed(err):
		return "the connection was closed"
	case ctx.Err() != nil:
		return fmt.Sprintf("nothing more within %v", e.suite.patience)
	}
	return err.Error()
}

// inner is a message for a container.
func (p *peer) inner(body []byte, contentRelated bool) rawclient.Inner {
	return rawclient.Inner{MsgID: p.NextMsgID(), SeqNo: p.NextSeqNo(contentRelated), Body: body}
}
