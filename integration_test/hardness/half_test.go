package hardness_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"net"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// halves is how many places there are to stop at: behind each of three requests, with or
// without having read the answer.
const halves = 5

// keepHalf has one auth key half made at any time, until ctx ends. Where stops: behind
// request where/2, before or after its answer.
func keepHalf(ctx context.Context, addr string, key *rsa.PublicKey, where int, c *crowd) error {
	for ctx.Err() == nil {
		conn, err := dial(ctx, addr)
		if err != nil {
			return notWhenOver(ctx, err)
		}
		c.opened.Add(1)
		c.open.Add(1)
		err = half(ctx, conn, key, where)
		c.open.Add(-1)
		if err != nil {
			return err
		}
		// Refused at once, mostly: another attempt in a second.
		select {
		case <-time.After(pace()):
		case <-ctx.Done():
		}
	}
	return nil
}

// half goes as far as it is let, and stays until the server ends it. Only what says
// nothing about the server is an error.
func half(ctx context.Context, conn net.Conn, key *rsa.PublicKey, where int) error {
	c, err := rawclient.NewConn(conn, rawclient.Options{Transport: rawclient.Intermediate})
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: key}, nil)
	if err != nil {
		return err
	}
	body := x.ReqPQBody()
	for i := 0; ; i++ {
		if c.SendPlain(ctx, body) != nil {
			return nil
		}
		if where == 2*i {
			break
		}
		answer, err := c.RecvPlain(ctx)
		if err != nil {
			return nil
		}
		if i == 0 {
			err = x.TakeResPQ(answer.Body)
		} else {
			err = x.TakeServerDHParams(answer.Body)
		}
		if err != nil {
			return err
		}
		if where == 2*i+1 {
			break
		}
		if i == 0 {
			body, err = x.ReqDHParamsBody()
		} else {
			body, err = x.SetClientDHParamsBody()
			body = body[:len(body)-16] // cut short: it makes no key
		}
		if err != nil {
			return err
		}
	}
	for {
		_, err := c.RecvPacket(ctx)
		var transport *rawclient.TransportError
		if err != nil && !errors.As(err, &transport) {
			return nil
		}
	}
}
