package handshake

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

var testTime = time.Unix(1_716_941_919, 0)

func testKey(t testing.TB) *Key {
	t.Helper()
	text, err := os.ReadFile("../../testkey.pem")
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	require.NotNil(t, block)
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	require.NoError(t, err)
	key, err := NewKey(private)
	require.NoError(t, err)
	return key
}

// newRandom is a reader of the same bytes in every run.
func newRandom(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func testSecret(t testing.TB) *Secret {
	t.Helper()
	secret, err := NewSecret(newRandom(99))
	require.NoError(t, err)
	return secret
}

func testConfig(t testing.TB) Config {
	t.Helper()
	return Config{Key: testKey(t), Secret: testSecret(t), Rand: newRandom(1)}
}

// client is the other side of the exchange, step by step, so that a test can
// put anything it likes between two steps. Its cryptography is gotd's.
type client struct {
	t      testing.TB
	random *rand.ChaCha8
	pub    *rsa.PublicKey

	multi   bool // req_pq_multi instead of req_pq
	oldRSA  bool // SHA1(data) + data instead of RSA_PAD
	kind    uint32
	dc      int32
	expires int32

	nonce, serverNonce bin.Int128
	newNonce           bin.Int256
	pq, p, q           []byte
	fingerprint        int64
	tmpKey, tmpIV      []byte
	params             mt.ServerDHInnerData
	authKey            crypto.Key
}

func newClient(t testing.TB, pub *rsa.PublicKey) *client {
	c := &client{t: t, random: newRandom(2), pub: pub, multi: true, kind: mt.PQInnerDataDCTypeID, dc: 2, expires: 3600}
	_, _ = c.random.Read(c.nonce[:])
	_, _ = c.random.Read(c.newNonce[:])
	return c
}

func (c *client) encode(e bin.Encoder) []byte {
	c.t.Helper()
	var b bin.Buffer
	require.NoError(c.t, e.Encode(&b))
	return b.Buf
}

func (c *client) reqPQ() []byte {
	if c.multi {
		return c.encode(&mt.ReqPqMultiRequest{Nonce: c.nonce})
	}
	return c.encode(&mt.ReqPqRequest{Nonce: c.nonce})
}

func (c *client) gotResPQ(reply []byte) {
	c.t.Helper()
	var res mt.ResPQ
	require.NoError(c.t, res.Decode(&bin.Buffer{Buf: reply}))
	require.Equal(c.t, c.nonce, res.Nonce)
	require.Equal(c.t, []int64{crypto.RSAFingerprint(c.pub)}, res.ServerPublicKeyFingerprints)
	c.serverNonce, c.pq, c.fingerprint = res.ServerNonce, res.Pq, res.ServerPublicKeyFingerprints[0]
	p, q := factor(new(big.Int).SetBytes(res.Pq).Uint64())
	c.p, c.q = new(big.Int).SetUint64(p).Bytes(), new(big.Int).SetUint64(q).Bytes()
}

// factor tries the numbers that p can be.
func factor(pq uint64) (p, q uint64) {
	for p = minP | 1; pq%p != 0; p += 2 {
	}
	return p, pq / p
}

// inner is the TL of the inner data, of the kind the client sends.
func (c *client) inner() []byte {
	var b bin.Buffer
	b.PutID(c.kind)
	b.PutBytes(c.pq)
	b.PutBytes(c.p)
	b.PutBytes(c.q)
	b.PutInt128(c.nonce)
	b.PutInt128(c.serverNonce)
	b.PutInt256(c.newNonce)
	if c.kind == mt.PQInnerDataDCTypeID || c.kind == mt.PQInnerDataTempDCTypeID {
		b.PutInt32(c.dc)
	}
	if c.kind == innerDataTempID || c.kind == mt.PQInnerDataTempDCTypeID {
		b.PutInt32(c.expires)
	}
	return b.Buf
}

func (c *client) encrypt(inner []byte) []byte {
	c.t.Helper()
	seal := crypto.RSAPad
	if c.oldRSA {
		seal = crypto.RSAEncryptHashed
	}
	encrypted, err := seal(inner, c.pub, c.random)
	require.NoError(c.t, err)
	return encrypted
}

// reqDH is the request with the fields as they should be; a test that wants
// them otherwise changes the struct before encoding it.
func (c *client) reqDH() *mt.ReqDHParamsRequest {
	c.t.Helper()
	return &mt.ReqDHParamsRequest{
		Nonce: c.nonce, ServerNonce: c.serverNonce, P: c.p, Q: c.q,
		PublicKeyFingerprint: c.fingerprint, EncryptedData: c.encrypt(c.inner()),
	}
}

func (c *client) gotDHParams(reply []byte) {
	c.t.Helper()
	var res mt.ServerDHParamsOk
	require.NoError(c.t, res.Decode(&bin.Buffer{Buf: reply}))
	require.Equal(c.t, c.nonce, res.Nonce)
	require.Equal(c.t, c.serverNonce, res.ServerNonce)
	c.tmpKey, c.tmpIV = crypto.TempAESKeys(c.newNonce.BigInt(), c.serverNonce.BigInt())
	data, err := crypto.DecryptExchangeAnswer(res.EncryptedAnswer, c.tmpKey, c.tmpIV)
	require.NoError(c.t, err)
	require.NotEmpty(c.t, data, "the SHA1 in the server's answer fits no padding")
	b := &bin.Buffer{Buf: data}
	require.NoError(c.t, c.params.Decode(b))
	require.Zero(c.t, b.Len())
	require.Equal(c.t, c.nonce, c.params.Nonce)
	require.Equal(c.t, c.serverNonce, c.params.ServerNonce)
}

// clientData is the inner data of the last request, for an exponent b.
func (c *client) clientData(b *big.Int) *mt.ClientDHInnerData {
	prime := new(big.Int).SetBytes(c.params.DhPrime)
	new(big.Int).Exp(new(big.Int).SetBytes(c.params.GA), b, prime).FillBytes(c.authKey[:])
	gb := new(big.Int).Exp(big.NewInt(int64(c.params.G)), b, prime)
	return &mt.ClientDHInnerData{Nonce: c.nonce, ServerNonce: c.serverNonce, GB: gb.Bytes()}
}

func (c *client) drawB() *big.Int {
	var b [32]byte
	_, _ = c.random.Read(b[:])
	return new(big.Int).SetBytes(b[:])
}

func (c *client) setDH(data []byte) *mt.SetClientDHParamsRequest {
	c.t.Helper()
	encrypted, err := crypto.EncryptExchangeAnswer(c.random, data, c.tmpKey, c.tmpIV)
	require.NoError(c.t, err)
	return &mt.SetClientDHParamsRequest{Nonce: c.nonce, ServerNonce: c.serverNonce, EncryptedData: encrypted}
}

func (c *client) gotDHGenOk(reply []byte) {
	c.t.Helper()
	var res mt.DhGenOk
	require.NoError(c.t, res.Decode(&bin.Buffer{Buf: reply}))
	require.Equal(c.t, mt.DhGenOk{
		Nonce: c.nonce, ServerNonce: c.serverNonce, NewNonceHash1: crypto.NonceHash1(c.newNonce, c.authKey),
	}, res)
}

// step demands an answer.
func step(t testing.TB, m *Machine, body []byte) Output {
	t.Helper()
	out, err := m.Step(body, testTime)
	require.NoError(t, err)
	require.NotEmpty(t, out.Reply)
	return out
}

// toDH and toKey bring a client to where its next request is that one.
func (c *client) toDH(m *Machine) {
	c.t.Helper()
	c.gotResPQ(step(c.t, m, c.reqPQ()).Reply)
}

func (c *client) toKey(m *Machine) {
	c.t.Helper()
	c.toDH(m)
	out := step(c.t, m, c.encode(c.reqDH()))
	require.Nil(c.t, out.Result)
	c.gotDHParams(out.Reply)
}

// run goes through the whole exchange.
func (c *client) run(m *Machine) *Result {
	c.t.Helper()
	c.toKey(m)
	out := step(c.t, m, c.encode(c.setDH(c.encode(c.clientData(c.drawB())))))
	c.gotDHGenOk(out.Reply)
	require.NotNil(c.t, out.Result)
	require.Equal(c.t, [256]byte(c.authKey), out.Result.AuthKey)
	require.Equal(c.t, crypto.ServerSalt(c.newNonce, c.serverNonce), out.Result.Salt)
	return out.Result
}
