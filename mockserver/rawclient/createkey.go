package rawclient

import "context"

// maxKeyRetries bounds how often CreateKey follows dh_gen_retry.
const maxKeyRetries = 5

// CreateKey makes an auth key over c.
func CreateKey(ctx context.Context, c *Conn, o KeyOptions) (*AuthKey, error) {
	x, err := NewKeyExchange(o, c.opts.Rand)
	if err != nil {
		return nil, err
	}
	if err := c.step(ctx, StepReqPQ, x.ReqPQBody(), x.TakeResPQ); err != nil {
		return nil, err
	}
	body, err := x.ReqDHParamsBody()
	if err != nil {
		return nil, err
	}
	if err := c.step(ctx, StepReqDH, body, x.TakeServerDHParams); err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		if body, err = x.SetClientDHParamsBody(); err != nil {
			return nil, err
		}
		var key *AuthKey
		err = c.step(ctx, StepSetClientDH, body, func(b []byte) (err error) {
			key, err = x.TakeDHGen(b)
			return err
		})
		if err == nil {
			return key, nil
		}
		if !IsRetry(err) || attempt == maxKeyRetries {
			return nil, err
		}
	}
}

// step sends one message and takes in its answer.
func (c *Conn) step(ctx context.Context, s Step, body []byte, take func([]byte) error) error {
	if err := c.SendPlain(ctx, body); err != nil {
		return failed(s, "sending", err)
	}
	answer, err := c.RecvPlain(ctx)
	if err != nil {
		return failed(s, "receiving", err)
	}
	return take(answer.Body)
}
