package conformance

import (
	"context"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// shake is a key exchange, step by step.
type shake struct {
	*rawclient.KeyExchange
	env  *Env
	conn *rawclient.Conn
}

// shake opens a connection for a key exchange; change, if set, alters its options.
func (e *Env) shake(ctx context.Context, change func(*rawclient.KeyOptions)) (*shake, error) {
	conn, err := e.dial(ctx, rawclient.Options{})
	if err != nil {
		return nil, err
	}
	return e.shakeOver(conn, change)
}

func (e *Env) shakeOver(conn *rawclient.Conn, change func(*rawclient.KeyOptions)) (*shake, error) {
	o := e.keyOptions()
	if change != nil {
		change(&o)
	}
	x, err := rawclient.NewKeyExchange(o, nil)
	if err != nil {
		return nil, err
	}
	return &shake{KeyExchange: x, env: e, conn: conn}, nil
}

// round sends a body and returns the body of the answer.
func (s *shake) round(ctx context.Context, body []byte) ([]byte, error) {
	m, err := s.roundMessage(ctx, body)
	return m.Body, err
}

func (s *shake) roundMessage(ctx context.Context, body []byte) (rawclient.PlainMessage, error) {
	ctx, cancel := s.env.patient(ctx)
	defer cancel()
	if err := s.conn.SendPlain(ctx, body); err != nil {
		return rawclient.PlainMessage{}, fmt.Errorf("sending: %w", err)
	}
	m, err := s.conn.RecvPlain(ctx)
	if err != nil {
		return m, fmt.Errorf("expected an unencrypted answer; got %s", s.env.saying(ctx, err))
	}
	return m, nil
}

// reqPQ makes the first step.
func (s *shake) reqPQ(ctx context.Context) error {
	answer, err := s.round(ctx, s.ReqPQBody())
	if err != nil {
		return err
	}
	return s.TakeResPQ(answer)
}

// serverDH makes the first step, and returns the answer to the second one.
func (s *shake) serverDH(ctx context.Context) ([]byte, error) {
	if err := s.reqPQ(ctx); err != nil {
		return nil, err
	}
	body, err := s.ReqDHParamsBody()
	if err != nil {
		return nil, err
	}
	return s.round(ctx, body)
}

// reqDH makes the first two steps.
func (s *shake) reqDH(ctx context.Context) error {
	answer, err := s.serverDH(ctx)
	if err != nil {
		return err
	}
	return s.TakeServerDHParams(answer)
}

// finish makes the last step.
func (s *shake) finish(ctx context.Context) (*rawclient.AuthKey, error) {
	body, err := s.SetClientDHParamsBody()
	if err != nil {
		return nil, err
	}
	answer, err := s.round(ctx, body)
	if err != nil {
		return nil, err
	}
	return s.TakeDHGen(answer)
}

// whole makes all three steps.
func (s *shake) whole(ctx context.Context) (*rawclient.AuthKey, error) {
	if err := s.reqDH(ctx); err != nil {
		return nil, err
	}
	return s.finish(ctx)
}

// send sends a body without waiting for the answer.
func (s *shake) send(ctx context.Context, body []byte) error {
	ctx, cancel := s.env.patient(ctx)
	defer cancel()
	return s.conn.SendPlain(ctx, body)
}
