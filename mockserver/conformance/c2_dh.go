package conformance

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"math/big"
	"time"
)

func serverDHCases() []Case {
	const security = pageSecurity + "#diffie-hellman-key-exchange"
	return []Case{
		test("server_DH_params_ok", "The answer has both nonces, outside and in its encrypted part.", "#presenting-proof-of-work-server-authentication", withInner(func(d *dhInner) error { return nil })),
		test("encrypted answer", "The encrypted part is SHA1, data and less than 16 bytes of padding, in whole blocks.", "#presenting-proof-of-work-server-authentication", withInner((*dhInner).checkShape)),
		test("dh_prime", "dh_prime is a safe prime of 2,048 bits.", security, withInner((*dhInner).checkPrime)),
		test("g", "g is 2 to 7 and generates a subgroup of prime order for this dh_prime.", security, withInner((*dhInner).checkGenerator)),
		test("g_a", "g_a is between 2^1984 and dh_prime - 2^1984.", security, withInner((*dhInner).checkPublic)),
		test("server_time", "server_time is this moment's, within five minutes.", "#presenting-proof-of-work-server-authentication", withInner((*dhInner).checkTime)),
	}
}

// dhInner is a server_DH_inner_data and how it came.
type dhInner struct {
	g             int32
	prime, ga     *big.Int
	time          int32
	sealed        int // bytes of encrypted_answer
	padding       int // behind the data
	hashed        bool
	nonce, server [16]byte
}

// withInner makes an exchange up to server_DH_params_ok and looks into it.
func withInner(check func(*dhInner) error) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		s := must(e.shake(ctx, nil))
		return check(must(s.openInner(must(s.serverDH(ctx)))))
	}
}

func (s *shake) openInner(answer []byte) (*dhInner, error) {
	r := &reader{b: answer}
	if id := r.u32(); id != idDHOK {
		return nil, fmt.Errorf("expected server_DH_params_ok; got %s", describe(answer))
	}
	if [16]byte(r.take(16)) != s.Nonce || [16]byte(r.take(16)) != s.ServerNonce {
		return nil, errors.New("expected the two nonces of the exchange in server_DH_params_ok; got others")
	}
	sealed := r.bytes()
	if r.short || len(sealed) < 32 {
		return nil, fmt.Errorf("expected an encrypted_answer; got %d bytes", len(sealed))
	}
	key, iv := tempKeys(s.NewNonce, s.ServerNonce)
	plain := decryptIGE(key, iv, sealed)
	hash, data := plain[:sha1.Size], plain[sha1.Size:]
	r = &reader{b: data}
	if id := r.u32(); id != idDHInner {
		return nil, fmt.Errorf("expected server_DH_inner_data in encrypted_answer; got %#08x", id)
	}
	d := &dhInner{sealed: len(sealed), nonce: [16]byte(r.take(16)), server: [16]byte(r.take(16)), g: r.i32()}
	d.prime, d.ga = new(big.Int).SetBytes(r.bytes()), new(big.Int).SetBytes(r.bytes())
	d.time, d.padding = r.i32(), len(r.b)
	sum := sha1.Sum(data[:len(data)-d.padding])
	d.hashed = string(sum[:]) == string(hash)
	if r.short || d.nonce != s.Nonce || d.server != s.ServerNonce {
		return nil, errors.New("expected the two nonces of the exchange in server_DH_inner_data; got others")
	}
	return d, nil
}

func (d *dhInner) checkShape() error {
	switch {
	case !d.hashed:
		return errors.New("expected the SHA1 of server_DH_inner_data before it; got another hash")
	case d.padding > 15:
		return fmt.Errorf("expected less than 16 bytes of padding; got %d", d.padding)
	case d.sealed%16 != 0:
		return fmt.Errorf("expected whole blocks of 16 bytes; got %d bytes", d.sealed)
	}
	return nil
}

func (d *dhInner) checkPrime() error {
	half := new(big.Int).Rsh(d.prime, 1)
	switch {
	case d.prime.BitLen() != 2048:
		return fmt.Errorf("expected a dh_prime of 2048 bits; got %d", d.prime.BitLen())
	case !d.prime.ProbablyPrime(8):
		return errors.New("expected dh_prime to be prime; it is not")
	case !half.ProbablyPrime(8):
		return errors.New("expected (dh_prime-1)/2 to be prime; it is not")
	}
	return nil
}

// checkGenerator compares dh_prime with what the guidelines ask for each g.
func (d *dhInner) checkGenerator() error {
	rem := func(n int64) int64 { return new(big.Int).Mod(d.prime, big.NewInt(n)).Int64() }
	ok := false
	switch d.g {
	case 2:
		ok = rem(8) == 7
	case 3:
		ok = rem(3) == 2
	case 4:
		ok = true
	case 5:
		ok = rem(5) == 1 || rem(5) == 4
	case 6:
		ok = rem(24) == 19 || rem(24) == 23
	case 7:
		ok = rem(7) == 3 || rem(7) == 5 || rem(7) == 6
	}
	if !ok {
		return fmt.Errorf("expected g to be fit for dh_prime; g is %d", d.g)
	}
	return nil
}

func (d *dhInner) checkPublic() error {
	low := new(big.Int).Lsh(big.NewInt(1), 2048-64)
	if d.ga.Cmp(low) < 0 || d.ga.Cmp(new(big.Int).Sub(d.prime, low)) > 0 {
		return fmt.Errorf("expected g_a between 2^1984 and dh_prime - 2^1984; it has %d bits", d.ga.BitLen())
	}
	return nil
}

func (d *dhInner) checkTime() error {
	if off := time.Until(time.Unix(int64(d.time), 0)); off > 5*time.Minute || off < -5*time.Minute {
		return fmt.Errorf("expected server_time to be now; it is off by %v", off)
	}
	return nil
}
