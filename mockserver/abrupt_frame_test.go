package mockserver_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// stages in the order of a connection's life.
var stages = []stage{
	{"before the first byte", early(0, 0), ""},
	{"in transport detection", opening(1, 3, func(r route) bool { return r.Transport != rawclient.Abridged || r.Obfuscated }), detecting},
	{"in an obfuscated2 header", opening(8, 63, func(r route) bool { return r.Obfuscated && !r.WebSocket }), detecting},
	{"in a websocket upgrade", opening(4, 120, func(r route) bool { return r.WebSocket }), detecting},
	{"in a frame's length", inFrame(func(r *rand.Rand, ws, header, _ int) int { return ws + 1 + r.IntN(header-ws-1) }), "reading the header of a frame"},
	{"in a frame's auth_key_id", inFrame(func(r *rand.Rand, _, header, _ int) int { return header + 1 + r.IntN(7) }), "reading the payload of a frame"},
	{"in a frame's msg_key", inFrame(func(r *rand.Rand, _, header, _ int) int { return header + 8 + r.IntN(16) }), "reading the payload of a frame"},
	{"in a frame's payload", inFrame(func(r *rand.Rand, _, header, n int) int { return header + 24 + r.IntN(n-24) }), "reading the payload of a frame"},
	{"in the handshake", victims((*storm).shake), ""},
	{"in a container of parts", victims((*storm).containerCut), "reading the payload of a frame"},
	{"behind three parts", victims((*storm).sentAndGone), ""},
	{"before the store, at a gate", atGate, ""},
	{"before the store, as a scenario drops it", scenarioDrops(beforeStore), ""},
	{"after the store, as a scenario drops it", scenarioDrops(afterStore), ""},
	{"after the store, before the answer", answerHeld, ""},
	{"in the answer, as a scenario drops it", scenarioDrops(midAnswer), ""},
	{"in the answer", victims((*storm).inAnswer), ""},
}

// victims makes a stage of what one victim does.
func victims(one func(*storm, context.Context, int) error) func(*storm, int, int) error {
	return func(s *storm, first, n int) error {
		return each(first, n, func(ctx context.Context, n int) error { return one(s, ctx, n) })
	}
}

// early cuts a connection off behind a few bytes of whatever comes first, in from to to.
func early(from, to int) func(*storm, int, int) error {
	return opening(from, to, func(route) bool { return true })
}

// opening does so where the route has so many of them.
func opening(from, to int, fits func(route) bool) func(*storm, int, int) error {
	var ways []route
	for _, r := range routes {
		if fits(r) {
			ways = append(ways, r)
		}
	}
	return victims(func(s *storm, ctx context.Context, n int) error {
		r := ways[n%len(ways)]
		c, cut, err := s.dial(r, ending(n/len(ways))%endings)
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		if cut.left = from + n%(to-from+1); cut.left == 0 {
			cut.sever()
			return nil
		}
		return wantSevered(cut, c.SendFrame(ctx, make([]byte, 64)))
	})
}

// wantSevered wants a connection to have ended while something was sent, whatever the
// sender was told.
func wantSevered(c *severed, err error) error {
	if err != nil && c.ended.Load() {
		return nil
	}
	return fmt.Errorf("the connection was not cut off: %w", err)
}

// inFrame cuts the first frame of a connection, which is a part. at chooses where: ws is
// what belongs to a websocket message, header what comes before the payload, both from
// the beginning.
func inFrame(at func(r *rand.Rand, ws, header, payload int) int) func(*storm, int, int) error {
	return victims(func(s *storm, ctx context.Context, n int) error {
		v := s.visit(n)
		v.ask(0)
		s.ledger.wasNever(v.file)
		_, err := v.cut(ctx, v.seal(v.open[0].Inner), at)
		return err
	})
}

// cut opens a connection and sends a frame up to some byte.
func (v *visitor) cut(ctx context.Context, payload []byte, at func(r *rand.Rand, ws, header, payload int) int) (*severed, error) {
	c, cut, r, err := v.s.connect(v.n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	if err := c.Open(ctx); err != nil {
		return nil, err
	}
	if v.n%2 == 1 || r.Transport >= rawclient.Full { // whose first bytes tell the transport, too
		if err := v.ping(ctx, c); err != nil { // the connection is not new
			return nil, err
		}
	}
	header, err := r.header(cut, len(payload))
	if err != nil {
		return nil, err
	}
	cut.left = at(rand.New(rand.NewPCG(1, uint64(v.n))), r.message(header+len(payload)), header, len(payload))
	return cut, wantSevered(cut, c.SendFrame(ctx, payload))
}

// shake leaves in one of nine places of the making of an auth key: in each request,
// behind it, and behind its answer.
func (s *storm) shake(ctx context.Context, n int) error {
	c, cut, _, err := s.connect(n)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: s.dc.PublicKey().RSA}, nil)
	if err != nil {
		return err
	}
	if err := c.Open(ctx); err != nil {
		return err
	}
	leaves := rand.New(rand.NewPCG(2, uint64(n))).IntN(9)
	for i, step := range []struct {
		body func() ([]byte, error)
		take func([]byte) error
	}{
		{func() ([]byte, error) { return x.ReqPQBody(), nil }, x.TakeResPQ},
		{x.ReqDHParamsBody, x.TakeServerDHParams},
		{x.SetClientDHParamsBody, func(b []byte) error { _, err := x.TakeDHGen(b); return err }},
	} {
		body, err := step.body()
		if err != nil {
			return err
		}
		if leaves == 3*i {
			cut.left = 1 + n%len(body)
			return wantSevered(cut, c.SendPlain(ctx, body))
		}
		if err := c.SendPlain(ctx, body); err != nil {
			return err
		}
		if leaves == 3*i+1 {
			break
		}
		answer, err := c.RecvPlain(ctx)
		if err != nil {
			return err
		}
		if err := step.take(answer.Body); err != nil {
			return err
		}
		if leaves == 3*i+2 {
			break
		}
	}
	cut.sever()
	return nil
}
