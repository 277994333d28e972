package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func keySections() []section {
	return []section{
		{"2.1", pageAuthKey, reqPQCases()},
		{"2.2", pageAuthKey, reqDHCases()},
		{"2.3", pageAuthKey, serverDHCases()},
		{"2.4", pageAuthKey, setClientDHCases()},
		{"2.5", pageAuthKey, temporaryCases()},
		{"2.6", pageDescription, plainMessageCases()},
	}
}

func reqPQCases() []Case {
	const anchor = "#dh-exchange-initiation"
	return []Case{
		test("req_pq_multi", "req_pq_multi is answered with a resPQ that has the client's nonce.", anchor, resPQ(nil)),
		test("req_pq", "The former req_pq is answered with a resPQ, too.", anchor, resPQ(func(o *rawclient.KeyOptions) { o.LegacyReqPQ = true })),
		test("pq", "pq is the product of two different odd primes and less than 2^63.", anchor, productOfPrimes),
		test("server_nonce", "Each exchange has a server_nonce of its own.", anchor, freshServerNonce),
		test("req_pq repeated", "An identical req_pq_multi gets an identical resPQ, or a refusal if that is forgotten.", "#error-handling-lost-queries-and-responses", reqPQRepeated),
		test("req_pq with another nonce", "A new nonce starts a new exchange on the same connection.", "#error-handling-lost-queries-and-responses", reqPQRestarted),
		test("req_pq cut short", "A req_pq_multi without the whole nonce is refused.", anchor, refusesBody(func(x *rawclient.KeyExchange) []byte { return x.ReqPQBody()[:12] })),
		test("resPQ is unencrypted", "The answer has auth_key_id 0, its true length, and a msg_id that is a server's and of this moment.",
			pageDescription+"#unencrypted-message", plainAnswer),
	}
}

func resPQ(change func(*rawclient.KeyOptions)) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		s := must(e.shake(ctx, change))
		return s.reqPQ(ctx) // compares nonce and fingerprint
	}
}

func productOfPrimes(ctx context.Context, e *Env) error {
	var p, q []byte
	s := must(e.shake(ctx, func(o *rawclient.KeyOptions) {
		o.Tamper = func(step rawclient.Step, f *rawclient.KeyFields) {
			if step == rawclient.StepReqDH {
				p, q = f.P, f.Q
			}
		}
	}))
	demand(s.reqPQ(ctx))
	pq := new(big.Int).SetBytes(s.PQ)
	if pq.BitLen() > 63 {
		return fmt.Errorf("expected pq below 2^63; got %d bits", pq.BitLen())
	}
	must(s.ReqDHParamsBody())
	a, b := new(big.Int).SetBytes(p), new(big.Int).SetBytes(q)
	switch {
	case new(big.Int).Mul(a, b).Cmp(pq) != 0:
		return fmt.Errorf("expected two factors of pq %v; found %v and %v", pq, a, b)
	case !a.ProbablyPrime(20) || !b.ProbablyPrime(20):
		return fmt.Errorf("expected pq %v to have two prime factors; found %v and %v", pq, a, b)
	case a.Cmp(b) == 0:
		return fmt.Errorf("expected two different primes; pq is %v squared", a)
	case a.Bit(0) == 0:
		return fmt.Errorf("expected two odd primes; pq is twice %v", b)
	}
	return nil
}

func freshServerNonce(ctx context.Context, e *Env) error {
	seen := map[[16]byte]bool{}
	for range 4 {
		s := must(e.shake(ctx, nil))
		demand(s.reqPQ(ctx))
		if seen[s.ServerNonce] || s.ServerNonce == [16]byte{} {
			return fmt.Errorf("expected a fresh server_nonce; got %x, as before or zero", s.ServerNonce)
		}
		seen[s.ServerNonce] = true
	}
	return nil
}

func reqPQRepeated(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	return s.sameAnswer(ctx, s.ReqPQBody())
}

// sameAnswer sends a body twice and compares the answers. The server may have forgotten
// what it answered: then it refuses, and the client has to start from the beginning.
func (s *shake) sameAnswer(ctx context.Context, body []byte) error {
	first := must(s.round(ctx, body))
	_ = s.send(ctx, body) // to a closed connection perhaps: the answer tells
	wait, cancel := s.env.patient(ctx)
	defer cancel()
	second, err := s.conn.RecvPlain(wait)
	var forgotten *rawclient.TransportError
	switch {
	case errors.As(err, &forgotten), isClosed(err):
		return s.env.serves(ctx)
	case err != nil:
		return fmt.Errorf("expected an answer to the repeated request; got %s", s.env.saying(wait, err))
	case !bytes.Equal(first, second.Body):
		return fmt.Errorf("expected the same %s for the repeated request; got another %s", describe(first), describe(second.Body))
	}
	return nil
}

func reqPQRestarted(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	demand(s.reqPQ(ctx))
	again := must(e.shakeOver(s.conn, nil))
	_, err := again.whole(ctx)
	return err
}

// refusesBody demands that an unencrypted body is refused as a connection's first.
func refusesBody(body func(*rawclient.KeyExchange) []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		s := must(e.shake(ctx, nil))
		demand(s.send(ctx, body(s.KeyExchange)))
		return e.refusesOrIgnores(ctx, s.conn)
	}
}

func plainAnswer(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	last := int64(0)
	for range 3 {
		// Another exchange each time: to a repeated req_pq the same answer is due, and it
		// may have the same msg_id.
		again := must(e.shakeOver(s.conn, nil))
		m := must(again.roundMessage(ctx, again.ReqPQBody()))
		demand(isServers(m.MsgID, last))
		last = m.MsgID
	}
	return nil
}

// isServers demands a msg_id that an answer may have: 1 modulo 4, above the last
// one, and of this moment by a clock that may be off by minutes.
func isServers(id, last int64) error {
	switch off := time.Until(rawclient.MsgIDTime(id)); {
	case id&3 != 1:
		return fmt.Errorf("expected the msg_id of an answer to be 1 modulo 4; got %d", id&3)
	case id <= last:
		return fmt.Errorf("expected msg_ids to rise; got %d after %d", id, last)
	case off > 5*time.Minute || off < -5*time.Minute:
		return fmt.Errorf("expected a msg_id of this moment; its time is off by %v", off)
	}
	return nil
}
