package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// isClosed tells whether a read ended because the server ended the connection.
func isClosed(err error) bool {
	var transport *rawclient.TransportError
	var envelope *rawclient.EnvelopeError
	var frame *rawclient.FrameError
	switch {
	case err == nil, errors.As(err, &transport), errors.As(err, &envelope), errors.As(err, &frame):
		return false
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, os.ErrDeadlineExceeded):
		return false
	}
	return true // end of file, reset, a websocket's goodbye
}

// refusesPlain demands that a step of the exchange is refused: by a transport error, by
// closing the connection, or by one of the exchange's own refusals; and that the server
// is there for others, since one that is not refuses everything.
//
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func (e *Env) refusesPlain(ctx context.Context, c *rawclient.Conn) error {
	return e.refusesUnless(ctx, c, func([]byte) bool { return false })
}

// refusesOrIgnores is refusesPlain for what the documentation has no answer to. It may be
// ignored as well: the next answer is that to a new req_pq then.
func (e *Env) refusesOrIgnores(ctx context.Context, c *rawclient.Conn) error {
	next, err := e.shakeOver(c, nil)
	if err != nil {
		return err
	}
	_ = next.send(ctx, next.ReqPQBody()) // to a closed connection perhaps: what comes tells
	return e.refusesUnless(ctx, c, func(body []byte) bool { return next.TakeResPQ(body) == nil })
}

func (e *Env) refusesUnless(ctx context.Context, c *rawclient.Conn, fine func(body []byte) bool) error {
	wait, cancel := e.patient(ctx)
	defer cancel()
	m, err := c.RecvPlain(wait)
	var transport *rawclient.TransportError
	switch {
	case errors.As(err, &transport), isClosed(err):
		return e.serves(ctx)
	case err != nil:
		return fmt.Errorf("expected a refusal (transport error, closed connection, *_fail); got %s", e.saying(wait, err))
	}
	switch id := (rawclient.Message{Body: m.Body}).Constructor(); {
	case id == idDHFail, id == idDHGenFail, fine(m.Body):
		return e.serves(ctx)
	}
	return fmt.Errorf("expected a refusal (transport error, closed connection, *_fail); got %s", describe(m.Body))
}

// transportError demands this transport error as the next frame, from a server that
// has better answers for others.
func (e *Env) transportError(ctx context.Context, c *rawclient.Conn, code int32) error {
	wait, cancel := e.patient(ctx)
	defer cancel()
	frame, err := c.RecvFrame(wait)
	var transport *rawclient.TransportError
	switch {
	case errors.As(err, &transport) && transport.Code == code:
		return e.serves(ctx)
	case err != nil:
		return fmt.Errorf("expected transport error %d; got %s", code, e.saying(wait, err))
	}
	return fmt.Errorf("expected transport error %d; got a frame of %d bytes", code, len(frame))
}

// mostOfError is the longest that a transport error can be in raw bytes: the length, the
// number, and the padding of padded intermediate. Every message is longer.
//
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
const mostOfError = 4 + 4 + 15

// closes demands that the server ends the connection without another message.
func (e *Env) closes(ctx context.Context, c *rawclient.Conn) error { return e.ends(ctx, c, false) }

// unanswered demands that no message comes, whether the server ends the connection or not.
func (e *Env) unanswered(ctx context.Context, c *rawclient.Conn) error { return e.ends(ctx, c, true) }

func (e *Env) ends(run context.Context, c *rawclient.Conn, orSilent bool) error {
	ctx, cancel := e.patient(run)
	defer cancel()
	buffer := make([]byte, 4096)
	for total := 0; ; {
		n, err := c.ReadRaw(ctx, buffer)
		total += n
		switch {
		case errors.Is(err, io.EOF), isClosed(err):
			return nil
		case err != nil && orSilent && run.Err() == nil:
			return nil
		case err != nil:
			return fmt.Errorf("expected the connection to be closed; got %d bytes, then %s", total, e.saying(ctx, err))
		case total > mostOfError:
			return fmt.Errorf("expected the connection to be closed, after a transport error at the most; got %d bytes and more", total)
		}
	}
}

// discards demands that a message was not acted on: no pong for it comes, whether
// the server closes the connection, answers a transport error or goes on.
func (p *peer) discards(ctx context.Context, pingID int64) error {
	fence := nextPing()
	if _, err := p.say(ctx, ping(fence)); err != nil {
		return p.ended(ctx, pingID) // closed already
	}
	ctx, cancel := p.env.patient(ctx)
	defer cancel()
	for {
		for _, m := range p.inbox {
			if isPong(m, pingID) {
				return errActedOn
			}
			if isPong(m, fence) {
				return nil
			}
		}
		p.inbox = nil
		if err := p.receive(ctx); err != nil {
			var transport *rawclient.TransportError
			if errors.As(err, &transport) || isClosed(err) {
				return nil
			}
			return fmt.Errorf("expected the message to be discarded; got %s", p.env.saying(ctx, err))
		}
	}
}

var errActedOn = errors.New("expected the message to be discarded; it was carried out and answered with a pong")

// ended reads what there is until the connection's end.
func (p *peer) ended(ctx context.Context, pingID int64) error {
	ctx, cancel := p.env.patient(ctx)
	defer cancel()
	for p.receive(ctx) == nil {
		for _, m := range p.inbox {
			if isPong(m, pingID) {
				return errActedOn
			}
		}
	}
	return nil
}

// serves demands that the server still makes connections and answers on them: what
// one client does wrong must not be felt by another.
func (e *Env) serves(ctx context.Context) error {
	s, err := e.shake(ctx, nil)
	if err != nil {
		return fmt.Errorf("the server does not serve others any more: %w", err)
	}
	if err := s.reqPQ(ctx); err != nil {
		return fmt.Errorf("the server does not serve others any more: %w", err)
	}
	return nil
}
