package conformance

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func setClientDHCases() []Case {
	const anchor = "#dh-key-exchange-complete"
	type fields = *rawclient.KeyFields
	request, inner := rawclient.StepSetClientDH, rawclient.StepClientInner
	refuses := func(name, requirement string, step rawclient.Step, tamper func(fields)) Case {
		return test(name, requirement, anchor, refusesTampered(step, false, tamper))
	}
	return []Case{
		test("dh_gen_ok", "set_client_DH_params is answered with dh_gen_ok and new_nonce_hash1.", anchor, genOK),
		test("first salt", "The first salt is the beginning of new_nonce, exclusive or that of server_nonce.", anchor, firstSalt),
		test("a key for any connection", "A key is not bound to the connection that it was made over.", anchor, makesKey(func(*rawclient.KeyOptions) {})),
		test("two keys over one connection", "After one key another can be made over the same connection.", anchor, twoKeys),
		test("set_client_DH_params repeated", "An identical set_client_DH_params gets an identical answer, or a refusal if that is forgotten.", "#error-handling-lost-queries-and-responses", setClientRepeated),
		refuses("set_client_DH_params, nonce", "A set_client_DH_params with another nonce is refused.", request, func(f fields) { f.Nonce[0] ^= 1 }),
		refuses("set_client_DH_params, server_nonce", "A set_client_DH_params with another server_nonce is refused.", request, func(f fields) { f.ServerNonce[0] ^= 1 }),
		refuses("set_client_DH_params, odd length", "encrypted_data that is not in whole blocks is refused.", request, func(f fields) { f.EncryptedData = f.EncryptedData[:len(f.EncryptedData)-1] }),
		refuses("set_client_DH_params, empty", "Empty encrypted_data is refused.", request, func(f fields) { f.EncryptedData = nil }),
		refuses("set_client_DH_params, garbage", "encrypted_data that does not decrypt is refused.", request, func(f fields) { f.EncryptedData = bytes.Repeat([]byte{0x29}, 336) }),
		refuses("client inner data, hash", "client_DH_inner_data whose SHA1 is wrong is refused.", inner, func(f fields) { f.BreakHash = true }),
		refuses("client inner data, nonce", "client_DH_inner_data with another nonce is refused.", inner, func(f fields) { f.Nonce[9] ^= 4 }),
		refuses("client inner data, server_nonce", "client_DH_inner_data with another server_nonce is refused.", inner, func(f fields) { f.ServerNonce[9] ^= 4 }),
		refuses("client inner data, retry_id", "retry_id is 0 at the first attempt.", inner, func(f fields) { f.RetryID = 5 }),
		refuses("client inner data, constructor", "Inner data of another constructor is refused.", inner, func(f fields) { f.Constructor = idDHInner }),
		test("set_client_DH_params first", "set_client_DH_params without a req_DH_params before it is refused.", anchor, setClientFirst),
		test("a refused key is none", "A key whose exchange was refused is not known afterwards.", anchor, refusedKeyUnknown),
		test("an unfinished key is none", "A key is not known before set_client_DH_params.", anchor, unfinishedKeyUnknown),
	}
}

// publicCases are those of g_b, which the security guidelines ask of both sides.
func publicCases() []Case {
	one := big.NewInt(1)
	low := new(big.Int).Lsh(one, 2048-64)
	minus := func(n *big.Int) func(*big.Int) *big.Int {
		return func(prime *big.Int) *big.Int { return new(big.Int).Sub(prime, n) }
	}
	is := func(n *big.Int) func(*big.Int) *big.Int { return func(*big.Int) *big.Int { return n } }
	const anchor = "#diffie-hellman-key-exchange"
	refuses := func(name, requirement string, gb func(prime *big.Int) *big.Int) Case {
		return test(name, requirement, anchor, refusesGB(gb))
	}
	return []Case{
		refuses("g_b is 0", "g_b has to be more than 1.", is(new(big.Int))),
		refuses("g_b is 1", "g_b has to be more than 1.", is(one)),
		refuses("g_b is dh_prime - 1", "g_b has to be less than dh_prime - 1.", minus(one)),
		refuses("g_b is dh_prime", "g_b has to be less than dh_prime - 1.", minus(new(big.Int))),
		refuses("g_b above dh_prime", "g_b has to be less than dh_prime - 1.", minus(big.NewInt(-2))),
		refuses("g_b is small", "g_b has to be at least 2^1984.", is(new(big.Int).Sub(low, one))),
		refuses("g_b is close to dh_prime", "g_b has to be at most dh_prime - 2^1984.", minus(new(big.Int).Sub(low, one))),
		refuses("g_b of 257 bytes", "g_b is a number of 2,048 bits.", is(new(big.Int).Lsh(one, 2049))),
	}
}

// refusesGB offers a g_b; the prime is what the server itself has sent.
func refusesGB(gb func(prime *big.Int) *big.Int) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		var prime *big.Int
		s := must(e.shake(ctx, func(o *rawclient.KeyOptions) {
			o.Tamper = func(at rawclient.Step, f *rawclient.KeyFields) {
				if at == rawclient.StepClientInner {
					f.GB = gb(prime).Bytes()
				}
			}
		}))
		answer := must(s.serverDH(ctx))
		prime = must(s.openInner(answer)).prime
		demand(s.TakeServerDHParams(answer))
		demand(s.send(ctx, must(s.SetClientDHParamsBody())))
		return e.refusesPlain(ctx, s.conn)
	}
}

func genOK(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	_, err := s.whole(ctx)
	return err
}

func firstSalt(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	key := must(s.whole(ctx))
	salt := int64(binary.LittleEndian.Uint64(s.NewNonce[:]) ^ binary.LittleEndian.Uint64(s.ServerNonce[:]))
	p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	_, err := p.pingAs(ctx, rawclient.Envelope{Salt: &salt})
	return err
}

func twoKeys(ctx context.Context, e *Env) error {
	first := must(e.shake(ctx, nil))
	a := must(first.whole(ctx))
	second := must(e.shakeOver(first.conn, nil))
	b := must(second.whole(ctx))
	for _, key := range []*rawclient.AuthKey{a, b} {
		p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
		must(p.ping(ctx))
	}
	return nil
}

func setClientRepeated(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	demand(s.reqDH(ctx))
	return s.sameAnswer(ctx, must(s.SetClientDHParamsBody()))
}

func setClientFirst(ctx context.Context, e *Env) error {
	s := must(e.shake(ctx, nil))
	demand(s.reqPQ(ctx))
	b := append(append(value(0xf5045f1f), s.Nonce[:]...), s.ServerNonce[:]...)
	b = append(b, append([]byte{254, 80, 1, 0}, bytes.Repeat([]byte{3}, 336)...)...)
	demand(s.send(ctx, b))
	return e.refusesPlain(ctx, s.conn)
}

// unknown demands -404 for a ping under a key, over a new connection.
func (e *Env) unknown(ctx context.Context, key *rawclient.AuthKey) error {
	p, err := e.peerWith(ctx, rawclient.Options{}, key, 0)
	if err != nil {
		return err
	}
	if _, err := p.say(ctx, ping(nextPing())); err != nil {
		return err
	}
	return e.transportError(ctx, p.Conn(), -404)
}

// offered runs an exchange up to a set_client_DH_params, and computes its key
// with the hash that the server would have sent.
func (e *Env) offered(ctx context.Context, send bool) (*rawclient.AuthKey, error) {
	s, err := e.shake(ctx, func(o *rawclient.KeyOptions) {
		o.Tamper = func(at rawclient.Step, f *rawclient.KeyFields) {
			if at == rawclient.StepClientInner {
				f.BreakHash = send
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if err := s.reqDH(ctx); err != nil {
		return nil, err
	}
	body, err := s.SetClientDHParamsBody()
	if err != nil {
		return nil, err
	}
	if send {
		if err := s.send(ctx, body); err != nil {
			return nil, err
		}
		if err := e.refusesPlain(ctx, s.conn); err != nil {
			return nil, err
		}
	}
	key := s.Offered()
	if key == nil {
		return nil, fmt.Errorf("no key was offered")
	}
	return key, nil
}

func refusedKeyUnknown(ctx context.Context, e *Env) error {
	return e.unknown(ctx, must(e.offered(ctx, true)))
}

func unfinishedKeyUnknown(ctx context.Context, e *Env) error {
	return e.unknown(ctx, must(e.offered(ctx, false)))
}
