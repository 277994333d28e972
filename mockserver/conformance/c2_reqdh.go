package conformance

import (
	"bytes"
	"context"
	"fmt"
	"math/big"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func reqDHCases() []Case {
	const anchor = "#presenting-proof-of-work-server-authentication"
	type fields = *rawclient.KeyFields
	request, inner := rawclient.StepReqDH, rawclient.StepInnerData
	refuses := func(name, requirement string, step rawclient.Step, tamper func(fields)) Case {
		return test(name, requirement, anchor, refusesTampered(step, false, tamper))
	}
	return []Case{
		test("RSA_PAD", "Inner data under RSA_PAD is taken.", anchor, makesKey(func(*rawclient.KeyOptions) {})),
		test("RSA with SHA1", "Inner data in the former form, SHA1 and data and random bytes, is taken.", anchor, makesKey(func(o *rawclient.KeyOptions) { o.LegacyRSA = true })),
		test("inner data without dc", "p_q_inner_data is taken.", anchor, makesKey(func(o *rawclient.KeyOptions) { o.DC = 0 })),
		test("inner data with dc", "p_q_inner_data_dc is taken.", anchor, needsDC(func(int) int { return 1 })),
		test("media datacenter", "A negative dc, for media only, is taken for the same datacenter.", anchor, needsDC(func(int) int { return -1 })),
		test("another datacenter", "Inner data for a datacenter that this is not is answered with transport error -444.",
			pageTransports+"#transport-errors", wrongDC),
		refuses("req_DH_params, nonce", "A req_DH_params with another nonce is refused.", request, func(f fields) { f.Nonce[0] ^= 1 }),
		refuses("req_DH_params, server_nonce", "A req_DH_params with another server_nonce is refused.", request, func(f fields) { f.ServerNonce[15] ^= 1 }),
		refuses("req_DH_params, p", "A req_DH_params with a p that is no factor of pq is refused.", request, func(f fields) { f.P = []byte{0x4b, 0x9d, 0x10, 0x3b} }),
		refuses("req_DH_params, q", "A req_DH_params with a q that is no factor of pq is refused.", request, func(f fields) { f.Q = []byte{0x7f, 0xff, 0xff, 0xff} }),
		refuses("req_DH_params, 1 and pq", "A req_DH_params with the trivial factors is refused.", request, func(f fields) { f.P, f.Q = []byte{1}, product(f.P, f.Q) }),
		refuses("req_DH_params, p above q", "p has to be the smaller factor.", request, func(f fields) { f.P, f.Q = f.Q, f.P }),
		refuses("req_DH_params, fingerprint", "A fingerprint that the server did not offer is refused.", request, func(f fields) { f.Fingerprint ^= 1 }),
		refuses("req_DH_params, garbage", "encrypted_data that does not decrypt is refused.", request, func(f fields) { f.EncryptedData = bytes.Repeat([]byte{0x17}, 256) }),
		refuses("req_DH_params, short data", "encrypted_data of less than 256 bytes is refused.", request, func(f fields) { f.EncryptedData = f.EncryptedData[:255] }),
		refuses("req_DH_params, empty data", "Empty encrypted_data is refused.", request, func(f fields) { f.EncryptedData = nil }),
		refuses("req_DH_params, above the modulus", "encrypted_data that is no number below the RSA modulus is refused.", request, func(f fields) { f.EncryptedData = bytes.Repeat([]byte{0xff}, 256) }),
		refuses("inner data, hash", "Inner data whose hash is wrong is refused.", inner, func(f fields) { f.BreakHash = true }),
		test("inner data, SHA1", "Inner data in the former form whose SHA1 is wrong is refused.", anchor,
			refusesTampered(inner, true, func(f fields) { f.BreakHash = true })),
		refuses("inner data, nonce", "Inner data with another nonce is refused.", inner, func(f fields) { f.Nonce[3] ^= 0x80 }),
		refuses("inner data, server_nonce", "Inner data with another server_nonce is refused.", inner, func(f fields) { f.ServerNonce[3] ^= 0x80 }),
		refuses("inner data, pq", "Inner data with another pq is refused.", inner, func(f fields) { f.PQ = []byte{0x17, 0xed, 0x48, 0x94, 0x1a, 0x08, 0xf9, 0x80} }),
		refuses("inner data, p and q", "Inner data with other factors is refused.", inner, func(f fields) { f.P, f.Q = []byte{3}, []byte{5} }),
		refuses("inner data, constructor", "Inner data of no known constructor is refused.", inner, func(f fields) { f.Constructor = 0xdeadbeef }),
		test("req_DH_params first", "req_DH_params without a req_pq before it is refused.", anchor, refusesBody(strayReqDH)),
		test("req_DH_params cut short", "A req_DH_params that ends within encrypted_data is refused.", anchor, reqDHCut),
		test("req_DH_params repeated", "An identical req_DH_params gets an identical answer, or a refusal if that is forgotten.", "#error-handling-lost-queries-and-responses", reqDHRepeated),
		test("a new start after a refusal", "After a refusal a key can be made, over the same connection or a new one.", anchor, afterRefusal),
	}
}

// makesKey demands that a key is made and that a ping under it is answered.
func makesKey(change func(*rawclient.KeyOptions)) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		o := e.keyOptions()
		change(&o)
		key := must(e.makeKey(ctx, rawclient.Options{}, o))
		p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
		_, err := p.ping(ctx)
		return err
	}
}

var errNoDC = &SkipError{"the target's datacenter is not known"}

// needsDC makes a key for the target's datacenter times sign.
func needsDC(sign func(int) int) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		dc := e.suite.target.DC
		if dc == 0 {
			return errNoDC
		}
		return makesKey(func(o *rawclient.KeyOptions) { o.DC = dc * sign(dc) })(ctx, e)
	}
}

func wrongDC(ctx context.Context, e *Env) error {
	if e.suite.target.DC == 0 {
		return errNoDC
	}
	s := must(e.shake(ctx, func(o *rawclient.KeyOptions) { o.DC = e.suite.target.DC + 100 }))
	demand(s.reqPQ(ctx))
	demand(s.send(ctx, must(s.ReqDHParamsBody())))
	return e.transportError(ctx, s.conn, -444)
}

// refusesTampered demands that an exchange is refused at the step that is falsified.
func refusesTampered(step rawclient.Step, legacy bool, tamper func(*rawclient.KeyFields)) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		s := must(e.shake(ctx, func(o *rawclient.KeyOptions) {
			o.LegacyRSA = legacy
			o.Tamper = func(at rawclient.Step, f *rawclient.KeyFields) {
				if at == step {
					tamper(f)
				}
			}
		}))
		var body []byte
		if step == rawclient.StepReqDH || step == rawclient.StepInnerData {
			demand(s.reqPQ(ctx))
			body = must(s.ReqDHParamsBody())
		} else {
			demand(s.reqDH(ctx))
			body = must(s.SetClientDHParamsBody())
		}
		demand(s.send(ctx, body))
		return e.refusesPlain(ctx, s.conn)
	}
}

// strayReqDH is a req_DH_params to nobody's resPQ.
func strayReqDH(x *rawclient.KeyExchange) []byte {
	b := value(0xd712e4be)
	b = append(append(b, x.Nonce[:]...), make([]byte, 16)...)
	b = append(b, 1, 3, 0, 0, 1, 5, 0, 0) // two strings of a byte
	return append(b.i64(x.Fingerprint), append([]byte{254, 0, 1, 0}, bytes.Repeat([]byte{1}, 256)...)...)
}

func reqDHCut(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	demand(s.reqPQ(ctx))
	body := must(s.ReqDHParamsBody())
	demand(s.send(ctx, body[:len(body)-100]))
	return e.refusesPlain(ctx, s.conn)
}

func reqDHRepeated(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	demand(s.reqPQ(ctx))
	return s.sameAnswer(ctx, must(s.ReqDHParamsBody()))
}

func afterRefusal(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	demand(s.send(ctx, strayReqDH(s.KeyExchange)))
	demand(e.refusesPlain(ctx, s.conn))
	if again, err := e.shakeOver(s.conn, nil); err == nil {
		if _, err := again.whole(ctx); err == nil {
			return nil
		}
	}
	if _, err := e.newKey(ctx); err != nil {
		return fmt.Errorf("neither over the same connection nor over a new one: %w", err)
	}
	return nil
}

// product is p times q, as bytes.
func product(p, q []byte) []byte {
	return new(big.Int).Mul(new(big.Int).SetBytes(p), new(big.Int).SetBytes(q)).Bytes()
}
