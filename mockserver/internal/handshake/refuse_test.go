package handshake

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"math/big"
	"slices"
	"testing"

	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// requireRefused demands a typed error with this code and reason.
func requireRefused(t testing.TB, err error, code int32, reason string) {
	t.Helper()
	var refused *Error
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Reason, reason)
	require.Equal(t, code, refused.TransportCode)
}

// requireDead demands that the request is refused and that afterwards even the
// right one is, until a new req_pq.
func requireDead(t *testing.T, m *Machine, c *client, wrong, right []byte, code int32, reason string) {
	t.Helper()
	out, err := m.Step(wrong, testTime)
	requireRefused(t, err, code, reason)
	require.Equal(t, Output{}, out, "a refused request gets no answer")
	_, err = m.Step(right, testTime)
	requireRefused(t, err, CodeNotFound, "must start again")
	c.run(m)
}

// rawRSA encrypts a block of 256 bytes as it is.
func rawRSA(c *client, block []byte) []byte {
	n := new(big.Int).SetBytes(block)
	return n.Exp(n, big.NewInt(int64(c.pub.E)), c.pub.N).FillBytes(make([]byte, 256))
}

// SG-4 and SG-6: every field of req_DH_params, outside and inside.
func TestReqDHParamsFalsified(t *testing.T) {
	inner := func(change func(c *client)) func(c *client, r *mt.ReqDHParamsRequest) {
		return func(c *client, r *mt.ReqDHParamsRequest) {
			altered := *c
			change(&altered)
			r.EncryptedData = c.encrypt(altered.inner())
		}
	}
	for _, c := range []struct {
		name   string
		change func(c *client, r *mt.ReqDHParamsRequest)
		code   int32
		reason string
	}{
		{"nonce", func(_ *client, r *mt.ReqDHParamsRequest) { r.Nonce[15]++ }, -404, "nonce is not that of req_pq"},
		{"server_nonce", func(_ *client, r *mt.ReqDHParamsRequest) { r.ServerNonce[0]++ }, -404, "server_nonce is not that of resPQ"},
		{"p", func(_ *client, r *mt.ReqDHParamsRequest) { r.P = []byte{3} }, -404, "p and q are not the factors"},
		{"q", func(_ *client, r *mt.ReqDHParamsRequest) { r.Q = nil }, -404, "p and q are not the factors"},
		{"p and q swapped", func(_ *client, r *mt.ReqDHParamsRequest) { r.P, r.Q = r.Q, r.P }, -404, "p and q are swapped"},
		{"p 1, q pq", func(c *client, r *mt.ReqDHParamsRequest) { r.P, r.Q = []byte{1}, c.pq }, -404, "p and q are not the factors"},
		{"p modulo 2^64", func(c *client, r *mt.ReqDHParamsRequest) {
			r.P = append([]byte{1, 0, 0, 0, 0}, c.p...)
		}, -404, "p and q are not the factors"},
		{"public_key_fingerprint", func(_ *client, r *mt.ReqDHParamsRequest) { r.PublicKeyFingerprint++ }, -404, "public_key_fingerprint is"},

		{"encrypted_data short", func(_ *client, r *mt.ReqDHParamsRequest) { r.EncryptedData = r.EncryptedData[1:] }, -404, "has 255 bytes"},
		{"encrypted_data long", func(_ *client, r *mt.ReqDHParamsRequest) { r.EncryptedData = append(r.EncryptedData, 0) }, -404, "has 257 bytes"},
		{"encrypted_data empty", func(_ *client, r *mt.ReqDHParamsRequest) { r.EncryptedData = nil }, -404, "has 0 bytes"},
		{"encrypted_data zero", func(_ *client, r *mt.ReqDHParamsRequest) { r.EncryptedData = make([]byte, 256) }, -404, "neither RSA_PAD nor SHA1"},
		{"encrypted_data the modulus", func(c *client, r *mt.ReqDHParamsRequest) { r.EncryptedData = c.pub.N.Bytes() }, -404, "not smaller than the RSA modulus"},
		{"encrypted_data one bit off", func(_ *client, r *mt.ReqDHParamsRequest) { r.EncryptedData[200] ^= 1 }, -404, "neither RSA_PAD nor SHA1"},
		{"RSA_PAD hash", rsaPad(func(hash []byte) { hash[31] ^= 1 }), -404, "neither RSA_PAD nor SHA1"},
		{"old RSA hash", oldRSA(func(block []byte) { block[1]++ }), -404, "neither RSA_PAD nor SHA1"},
		{"old RSA with 256 bytes", oldRSA(func(block []byte) { block[0] = 1 }), -404, "neither RSA_PAD nor SHA1"},
		{"old RSA constructor", oldRSA(func(block []byte) { block[1+20]++ }), -404, "neither RSA_PAD nor SHA1"},

		{"inner constructor", inner(func(c *client) { c.kind = mt.ResPQTypeID }), -404, "is no P_Q_inner_data"},
		{"inner cut short", func(c *client, r *mt.ReqDHParamsRequest) {
			r.EncryptedData = c.encrypt(append(c.inner()[:4], 0xfe, 0xff, 0xff, 0xff))
		}, -404, "does not hold P_Q_inner_data"},
		{"inner pq", inner(func(c *client) { c.pq = []byte{1} }), -404, "pq in the inner data"},
		{"inner p", inner(func(c *client) { c.p = []byte{1} }), -404, "in the inner data, p and q are not"},
		{"inner q", inner(func(c *client) { c.q = c.p }), -404, "in the inner data, p and q are not"},
		{"inner p and q swapped", inner(func(c *client) { c.p, c.q = c.q, c.p }), -404, "in the inner data, p and q are swapped"},
		{"inner nonce", inner(func(c *client) { c.nonce[7]++ }), -404, "nonce in the inner data"},
		{"inner server_nonce", inner(func(c *client) { c.serverNonce[7]++ }), -404, "server_nonce in the inner data"},
		{"inner dc", inner(func(c *client) { c.dc = 4 }), -444, "takes this for datacenter 4"},
		{"inner dc, media", inner(func(c *client) { c.dc = -4 }), -444, "takes this for datacenter 4 (dc -4)"},
		{"inner dc, smallest", inner(func(c *client) { c.dc = -1 << 31 }), -444, "takes this for datacenter 2147473648"},
		{"inner dc of a temporary key", inner(func(c *client) { c.kind, c.dc = mt.PQInnerDataTempDCTypeID, 10004 }), -444, "takes this for datacenter 4"},
		{"inner expires_in 0", inner(func(c *client) { c.kind, c.expires = innerDataTempID, 0 }), -404, "expires_in"},
		{"inner expires_in negative", inner(func(c *client) { c.kind, c.expires = mt.PQInnerDataTempDCTypeID, -5 }), -404, "expires_in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := testConfig(t)
			config.MaxSteps = 20
			config.AcceptDC = func(dc int) bool { return dc == 2 }
			cl := newClient(t, &config.Key.PublicKey)
			m := New(config)
			cl.toDH(m)
			right := cl.encode(cl.reqDH())
			wrong := cl.reqDH()
			c.change(cl, wrong)
			requireDead(t, m, cl, cl.encode(wrong), right, c.code, c.reason)
		})
	}
}

// rsaPad builds RSA_PAD and lets the test change its SHA256.
func rsaPad(change func(hash []byte)) func(c *client, r *mt.ReqDHParamsRequest) {
	return func(c *client, r *mt.ReqDHParamsRequest) {
		var tempKey, zeroIV [32]byte
		for ; ; tempKey[0]++ { // Until the block is a number below the modulus.
			plain := make([]byte, 192)
			copy(plain, c.inner())
			sum := sha256.Sum256(append(tempKey[:], plain...))
			change(sum[:])
			slices.Reverse(plain)
			data := append(plain, sum[:]...)
			ige.Encrypt(&tempKey, &zeroIV, data, data)
			hash := sha256.Sum256(data)
			hash[0] ^= tempKey[0]
			if block := append(hash[:], data...); bytes.Compare(block, c.pub.N.Bytes()) < 0 {
				r.EncryptedData = rawRSA(c, block)
				return
			}
		}
	}
}

// oldRSA builds the old form and lets the test change the block under RSA.
func oldRSA(change func(block []byte)) func(c *client, r *mt.ReqDHParamsRequest) {
	return func(c *client, r *mt.ReqDHParamsRequest) {
		sum := sha1.Sum(c.inner())
		block := make([]byte, 256)
		copy(block[1+copy(block[1:], sum[:]):], c.inner())
		change(block)
		r.EncryptedData = rawRSA(c, block)
	}
}

// The builders above must be right but for what a test changes, or it would be
// refused for another reason than the one it is about.
func TestBuildersUnchangedAreAccepted(t *testing.T) {
	nothing := func([]byte) {}
	for name, build := range map[string]func(c *client, r *mt.ReqDHParamsRequest){"RSA_PAD": rsaPad(nothing), "old RSA": oldRSA(nothing)} {
		config := testConfig(t)
		c := newClient(t, &config.Key.PublicKey)
		m := New(config)
		c.toDH(m)
		request := c.reqDH()
		build(c, request)
		out, err := m.Step(c.encode(request), testTime)
		require.NoError(t, err, name)
		c.gotDHParams(out.Reply)

		last := sealed(func(c *client) []byte {
			plain, err := crypto.DataWithHash(c.encode(c.clientData(c.drawB())), c.random)
			require.NoError(t, err)
			return plain
		})(c)
		c.gotDHGenOk(step(t, m, c.encode(last)).Reply)
	}
}

// sealed encrypts whatever plaintext the test makes up.
func sealed(plain func(c *client) []byte) func(c *client) *mt.SetClientDHParamsRequest {
	return func(c *client) *mt.SetClientDHParamsRequest {
		encrypted := plain(c)
		key, iv := [32]byte(c.tmpKey), [32]byte(c.tmpIV)
		ige.Encrypt(&key, &iv, encrypted, encrypted)
		return &mt.SetClientDHParamsRequest{Nonce: c.nonce, ServerNonce: c.serverNonce, EncryptedData: encrypted}
	}
}

// SG-2, SG-3 and SG-4: every field of set_client_DH_params, outside and inside.
func TestSetClientDHParamsFalsified(t *testing.T) {
	inner := func(change func(d *mt.ClientDHInnerData)) func(c *client) *mt.SetClientDHParamsRequest {
		return func(c *client) *mt.SetClientDHParamsRequest {
			data := c.clientData(c.drawB())
			change(data)
			return c.setDH(c.encode(data))
		}
	}
	outer := func(change func(r *mt.SetClientDHParamsRequest)) func(c *client) *mt.SetClientDHParamsRequest {
		return func(c *client) *mt.SetClientDHParamsRequest {
			r := c.setDH(c.encode(c.clientData(c.drawB())))
			change(r)
			return r
		}
	}
	gb := func(n *big.Int) func(c *client) *mt.SetClientDHParamsRequest {
		return inner(func(d *mt.ClientDHInnerData) { d.GB = n.Bytes() })
	}
	const outOfRange = "g_b is not between"
	margin := new(big.Int).Lsh(big.NewInt(1), 1984)
	for _, c := range []struct {
		name   string
		wrong  func(c *client) *mt.SetClientDHParamsRequest
		reason string
	}{
		{"nonce", outer(func(r *mt.SetClientDHParamsRequest) { r.Nonce[0]++ }), "nonce is not that of req_pq"},
		{"server_nonce", outer(func(r *mt.SetClientDHParamsRequest) { r.ServerNonce[15]++ }), "server_nonce is not that of resPQ"},
		{"encrypted_data empty", outer(func(r *mt.SetClientDHParamsRequest) { r.EncryptedData = nil }), "has 0 bytes"},
		{"encrypted_data 16 bytes", outer(func(r *mt.SetClientDHParamsRequest) { r.EncryptedData = make([]byte, 16) }), "has 16 bytes"},
		{"encrypted_data not whole blocks", outer(func(r *mt.SetClientDHParamsRequest) { r.EncryptedData = r.EncryptedData[1:] }), "whole blocks"},
		{"encrypted_data one block short", outer(func(r *mt.SetClientDHParamsRequest) {
			r.EncryptedData = r.EncryptedData[:len(r.EncryptedData)-16]
		}), "does not decrypt to client_DH_inner_data"},
		{"encrypted_data first bit off", outer(func(r *mt.SetClientDHParamsRequest) { r.EncryptedData[0] ^= 1 }), "encrypted_data"},
		{"encrypted_data under another new_nonce", func(c *client) *mt.SetClientDHParamsRequest {
			other := *c
			other.newNonce[31]++
			other.tmpKey, other.tmpIV = crypto.TempAESKeys(other.newNonce.BigInt(), other.serverNonce.BigInt())
			return other.setDH(c.encode(c.clientData(c.drawB())))
		}, "does not decrypt to client_DH_inner_data"},
		{"SHA1", sealed(func(c *client) []byte {
			plain, err := crypto.DataWithHash(c.encode(c.clientData(c.drawB())), c.random)
			require.NoError(c.t, err)
			plain[0] ^= 1
			return plain
		}), "the SHA1 in encrypted_data"},
		{"16 bytes of padding and more", sealed(func(c *client) []byte {
			plain, err := crypto.DataWithHash(c.encode(c.clientData(c.drawB())), c.random)
			require.NoError(c.t, err)
			return append(plain, make([]byte, 16)...)
		}), "bytes of padding; at most 15"},
		{"inner nonce", inner(func(d *mt.ClientDHInnerData) { d.Nonce[0]++ }), "nonce in the inner data"},
		{"inner server_nonce", inner(func(d *mt.ClientDHInnerData) { d.ServerNonce[0]++ }), "server_nonce in the inner data"},
		{"retry_id", inner(func(d *mt.ClientDHInnerData) { d.RetryID = 1 }), "retry_id"},
		{"g_b empty", inner(func(d *mt.ClientDHInnerData) { d.GB = nil }), outOfRange},
		{"g_b 0", inner(func(d *mt.ClientDHInnerData) { d.GB = []byte{0} }), outOfRange},
		{"g_b 1", gb(big.NewInt(1)), outOfRange},
		{"g_b 3", gb(big.NewInt(3)), outOfRange},
		{"g_b 2^1984", gb(margin), outOfRange},
		{"g_b dh_prime - 2^1984", gb(new(big.Int).Sub(dhPrime, margin)), outOfRange},
		{"g_b dh_prime - 1", gb(new(big.Int).Sub(dhPrime, big.NewInt(1))), outOfRange},
		{"g_b dh_prime", gb(dhPrime), outOfRange},
		{"g_b dh_prime + a good one", gb(new(big.Int).Add(dhPrime, new(big.Int).Lsh(margin, 1))), outOfRange},
		{"g_b of 257 bytes", inner(func(d *mt.ClientDHInnerData) {
			d.GB = append([]byte{0}, d.GB...)
			d.GB = append(make([]byte, 257-len(d.GB)), d.GB...)
		}), "g_b has 257 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := testConfig(t)
			config.MaxSteps = 20
			cl := newClient(t, &config.Key.PublicKey)
			m := New(config)
			cl.toKey(m)
			right := cl.attemptKey(0)
			requireDead(t, m, cl, cl.encode(c.wrong(cl)), right, CodeNotFound, c.reason)
		})
	}
}

// The values just inside the margins of SG-2 must do: a range with the wrong
// end would pass every test above.
func TestEdgesOfTheRangeAreAccepted(t *testing.T) {
	secret := testSecret(t)
	margin := new(big.Int).Lsh(big.NewInt(1), 1984)
	one := big.NewInt(1)
	for name, n := range map[string]*big.Int{
		"2^1984 + 1":            new(big.Int).Add(margin, one),
		"dh_prime - 2^1984 - 1": new(big.Int).Sub(new(big.Int).Sub(dhPrime, margin), one),
	} {
		_, problem := secret.agree(n.Bytes())
		require.Empty(t, problem, name)
	}
}

// A wrong retry_id after dh_gen_retry: 0 again, or something else.
func TestRetryIDFalsified(t *testing.T) {
	for _, retryID := range []int64{0, 12345} {
		config := testConfig(t)
		taken := true
		config.KeyTaken = func(int64) bool { was := taken; taken = false; return was }
		c := newClient(t, &config.Key.PublicKey)
		m := New(config)
		c.toKey(m)
		step(t, m, c.attemptKey(0))
		_, err := m.Step(c.attemptKey(retryID), testTime)
		requireRefused(t, err, CodeNotFound, "retry_id")
	}
}

// Requests out of their order, and repeats that are none.
func TestOrder(t *testing.T) {
	config := testConfig(t)
	config.MaxSteps = 20
	for _, c := range []struct {
		name   string
		run    func(c *client, m *Machine) []byte
		reason string
	}{
		{"req_DH_params first", func(c *client, _ *Machine) []byte { return c.encode(&mt.ReqDHParamsRequest{}) }, "req_pq or req_pq_multi has to come first"},
		{"set_client_DH_params first", func(c *client, _ *Machine) []byte { return c.encode(&mt.SetClientDHParamsRequest{}) }, "req_pq or req_pq_multi has to come first"},
		{"set_client_DH_params second", func(c *client, m *Machine) []byte {
			c.toDH(m)
			return c.encode(&mt.SetClientDHParamsRequest{Nonce: c.nonce, ServerNonce: c.serverNonce, EncryptedData: make([]byte, 336)})
		}, "req_DH_params has to come first"},
		{"req_DH_params with another new_nonce", func(c *client, m *Machine) []byte {
			c.toKey(m)
			c.newNonce[0]++
			return c.encode(c.reqDH())
		}, "it was answered before and differs"},
		{"set_client_DH_params with another g_b", func(c *client, m *Machine) []byte {
			c.run(m)
			return c.attemptKey(0)
		}, "the exchange is over"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl := newClient(t, &config.Key.PublicKey)
			m := New(config)
			_, err := m.Step(c.run(cl, m), testTime)
			requireRefused(t, err, CodeNotFound, c.reason)
		})
	}
}

// What is not a request of the exchange at all is not worth an answer.
func TestForeignMessages(t *testing.T) {
	config := testConfig(t)
	for _, c := range []struct {
		name   string
		body   []byte
		code   int32
		reason string
	}{
		{"empty", nil, 0, "0 bytes are too few"},
		{"three bytes", []byte{1, 2, 3}, 0, "3 bytes are too few"},
		{"a ping", []byte{0xec, 0x77, 0xbe, 0x7a, 0, 0, 0, 0, 0, 0, 0, 0}, 0, "constructor 0x7abe77ec is no request"},
		{"too long", append((&client{t: t, multi: true}).reqPQ(), make([]byte, maxBody)...), 0, "more than any request"},
		{"req_pq cut short", (&client{t: t}).reqPQ()[:19], CodeNotFound, "cut short"},
		{"req_DH_params cut short", (&client{t: t}).encode(&mt.ReqDHParamsRequest{})[:30], CodeNotFound, "does not parse"},
		{"set_client_DH_params that claims 16 MB", append((&client{t: t}).encode(&mt.SetClientDHParamsRequest{})[:36], 0xfe, 0xff, 0xff, 0xff), CodeNotFound, "does not parse"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := New(config).Step(bytes.Clone(c.body), testTime)
			requireRefused(t, err, c.code, c.reason)
			require.Equal(t, Output{}, out)
		})
	}
}

// Leading zeros make no other number: Pyrogram sends four bytes, others eight.
func TestNumbersWithLeadingZeros(t *testing.T) {
	config := testConfig(t)
	c := newClient(t, &config.Key.PublicKey)
	m := New(config)
	c.toDH(m)
	c.p, c.q = append(make([]byte, 4), c.p...), append(make([]byte, 60), c.q...)
	c.oldRSA = true // It has room for them.
	c.gotDHParams(step(t, m, c.encode(c.reqDH())).Reply)
}
