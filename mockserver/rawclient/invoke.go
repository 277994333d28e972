package rawclient

import (
	"context"
	"fmt"
	"slices"
)

// Invoke asks a query, TL-encoded, and returns the body of its rpc_result,
// unpacked. A rpc_error comes back as *RPCError, a refusal of the message itself
// as *BadMsgError, except for a wrong salt, upon which the query is sent again.
// Service queries that are answered without a rpc_result (ping, get_future_salts,
// msgs_state_req) work too.
func (c *Client) Invoke(ctx context.Context, body []byte) ([]byte, error) {
	for range maxResends + 1 {
		o, err := c.ask(ctx, Envelope{Body: body})
		if err != nil {
			return nil, err
		}
		if !o.resend {
			return o.body, o.err
		}
		c.mu.Lock()
		c.resends++
		c.mu.Unlock()
	}
	return nil, fmt.Errorf("rawclient: %d salts in a row were refused, each the one that the server had asked for", maxResends+1)
}

// InvokeEnvelope asks with a message that is falsified where e says so. It does
// not resend: bad_server_salt comes back as *BadMsgError with code 48. Where several
// wait at once for the answer to one msg_id, the first answer is that of all.
func (c *Client) InvokeEnvelope(ctx context.Context, e Envelope) ([]byte, error) {
	o, err := c.ask(ctx, e)
	if err != nil {
		return nil, err
	}
	return o.body, o.err
}

func (c *Client) ask(ctx context.Context, e Envelope) (outcome, error) {
	w := &call{outcome: make(chan outcome, 1)}
	var msgID int64
	_, err := c.session.send(ctx, e, func(id int64) {
		msgID = id
		c.expect(id, w)
	})
	if err != nil {
		c.forget(msgID, w)
		return outcome{}, fmt.Errorf("rawclient: asking: %w", c.orEnded(err))
	}
	select {
	case o := <-w.outcome:
		return o, nil
	case <-ctx.Done():
		c.forget(msgID, w)
		return outcome{}, fmt.Errorf("rawclient: waiting for an answer: %w", context.Cause(ctx))
	}
}

// expect lets w wait for the answer to a message. A client that has ended
// answers at once.
func (c *Client) expect(msgID int64, w *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		w.outcome <- outcome{err: c.err}
		return
	}
	c.calls[msgID] = append(c.calls[msgID], w)
}

// forget drops a call, and leaves others with the same id.
func (c *Client) forget(msgID int64, w *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	waiting := slices.DeleteFunc(c.calls[msgID], func(other *call) bool { return other == w })
	if len(waiting) > 0 {
		c.calls[msgID] = waiting
	} else {
		delete(c.calls, msgID)
	}
}

// orEnded prefers the reason why the client ended to the write error that
// followed from it.
func (c *Client) orEnded(err error) error {
	if e := c.Err(); e != nil {
		return e
	}
	return err
}

// settle hands an outcome to all queries that wait for it; false if none does.
func (c *Client) settle(msgID int64, o outcome) bool {
	c.mu.Lock()
	waiting := c.calls[msgID]
	delete(c.calls, msgID)
	c.mu.Unlock()
	for _, w := range waiting {
		w.outcome <- o
	}
	return len(waiting) > 0
}
