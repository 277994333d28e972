package rawclient

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/binary"
	"io"
	"math/big"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/exchange"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const deadlineOfTests = 20 * time.Second

func sha1Sum(parts ...[]byte) []byte {
	h := sha1.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// gotd's own server makes keys with us, over every transport.
func TestCreateKeyAgainstGotd(t *testing.T) {
	for name, o := range peers {
		t.Run(name, func(t *testing.T) {
			testRSA()
			c, p := pair(t, o)
			var got exchange.ServerExchangeResult
			var err error
			wait := p.serve(o, func() {
				got, err = exchange.NewExchanger(p, 2).Server(exchange.PrivateKey{RSA: testRSA()}).Run(deadline(t))
			})
			key, kerr := CreateKey(deadline(t), c, KeyOptions{PublicKey: &testRSA().PublicKey, DC: 2})
			require.NoError(t, kerr)
			wait()
			require.NoError(t, err)
			assert.Equal(t, [256]byte(got.Key.Value), key.Value)
			assert.Equal(t, got.Key.IntID(), key.ID)
			assert.Equal(t, got.ServerSalt, key.Salt)
			assert.WithinDuration(t, time.Now(), key.ServerTime, time.Minute)
			assert.Zero(t, key.Expires)
		})
	}
}

// Each form of the exchange reaches the server as that form.
func TestKeyForms(t *testing.T) {
	pq, p, q := big.NewInt(0x17ED48941A08F981).Bytes(), []byte{0x49, 0x4c, 0x55, 0x3b}, []byte{0x53, 0x91, 0x10, 0x73}
	tests := map[string]struct {
		o         KeyOptions
		reqPQ     uint32
		inner     uint32
		dc        int
		expiresIn int
	}{
		"default":            {KeyOptions{}, 0xbe7e8ef1, 0x83c95aec, 0, 0},
		"old req_pq":         {KeyOptions{LegacyReqPQ: true}, 0x60469778, 0x83c95aec, 0, 0},
		"old RSA":            {KeyOptions{LegacyRSA: true}, 0xbe7e8ef1, 0x83c95aec, 0, 0},
		"dc":                 {KeyOptions{DC: 2}, 0xbe7e8ef1, 0xa9f55f95, 2, 0},
		"media dc, old RSA":  {KeyOptions{DC: -4, LegacyRSA: true}, 0xbe7e8ef1, 0xa9f55f95, -4, 0},
		"test dc":            {KeyOptions{DC: 10002}, 0xbe7e8ef1, 0xa9f55f95, 10002, 0},
		"temporary":          {KeyOptions{Temporary: true}, 0xbe7e8ef1, 0x3c6a84d4, 0, 0},
		"temporary in a dc":  {KeyOptions{Temporary: true, DC: 2, ExpiresIn: time.Hour}, 0xbe7e8ef1, 0x56fddf88, 2, 3600},
		"temporary, default": {KeyOptions{Temporary: true, DC: 3}, 0xbe7e8ef1, 0x56fddf88, 3, 86400},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := &kxServer{}
			before := time.Now()
			key, err := exchangeWith(t, s, tt.o)
			require.NoError(t, err)
			assert.Equal(t, [256]byte(s.key), key.Value)
			assert.Equal(t, tt.reqPQ, s.reqPQ)
			assert.Equal(t, tt.o.LegacyRSA, s.legacyRSA)
			assert.Equal(t, tt.inner, binary.LittleEndian.Uint32(s.rawInner))
			assert.Equal(t, []int64{0}, s.retryIDs)
			assert.Equal(t, tt.o.Temporary, !key.Expires.IsZero())
			if tt.o.Temporary {
				assert.WithinDuration(t, before.Add(tt.o.expiresIn()), key.Expires, time.Minute)
			}
			if s.data == nil {
				return
			}
			assert.Equal(t, [][]byte{pq, p, q}, [][]byte{s.data.GetPq(), s.data.GetP(), s.data.GetQ()})
			switch d := s.data.(type) {
			case *mt.PQInnerDataDC:
				assert.Equal(t, tt.dc, d.DC)
			case *mt.PQInnerDataTempDC:
				assert.Equal(t, [2]int{tt.dc, tt.expiresIn}, [2]int{d.DC, d.ExpiresIn})
			}
		})
	}
}

// Every falsehood a client must notice (security guidelines) is noticed, at its
// step.
func TestFalsifiedAnswers(t *testing.T) {
	prime := knownPrime()
	wrong := bin.Int128{1, 2, 3}
	tests := map[string]struct {
		s    *kxServer
		step Step
		want string
	}{
		"resPQ nonce":        {&kxServer{resPQ: func(r *mt.ResPQ) { r.Nonce = wrong }}, StepReqPQ, "another nonce"},
		"fingerprint":        {&kxServer{resPQ: func(r *mt.ResPQ) { r.ServerPublicKeyFingerprints = []int64{5} }}, StepReqPQ, "fingerprint"},
		"pq prime":           {&kxServer{resPQ: func(r *mt.ResPQ) { r.Pq = []byte{97} }}, StepReqDH, "no product"},
		"pq 9 bytes":         {&kxServer{resPQ: func(r *mt.ResPQ) { r.Pq = make([]byte, 9) }}, StepReqPQ, "9 bytes"},
		"pq empty":           {&kxServer{resPQ: func(r *mt.ResPQ) { r.Pq = nil }}, StepReqPQ, "0 bytes"},
		"params fail":        {&kxServer{dhFail: true}, StepReqDH, "server_DH_params_fail"},
		"params nonce":       {&kxServer{params: func(p *mt.ServerDHParamsOk) { p.Nonce = wrong }}, StepReqDH, "another nonce"},
		"params servernonce": {&kxServer{params: func(p *mt.ServerDHParamsOk) { p.ServerNonce = wrong }}, StepReqDH, "another nonce"},
		"params cut":         {&kxServer{params: func(p *mt.ServerDHParamsOk) { p.EncryptedAnswer = p.EncryptedAnswer[:100] }}, StepReqDH, "SHA1"},
		"params hash":        {&kxServer{params: func(p *mt.ServerDHParamsOk) { p.EncryptedAnswer[17] ^= 1 }}, StepReqDH, "SHA1"},
		"inner nonce":        {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.Nonce = wrong }}, StepReqDH, "inner_data has another"},
		"inner servernonce":  {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.ServerNonce = wrong }}, StepReqDH, "inner_data has another"},
		"g 1":                {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.G = 1 }}, StepReqDH, "unsafe"},
		"g no residue":       {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.G = 2 }}, StepReqDH, "unsafe"},
		"prime even":         {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.DhPrime = new(big.Int).Add(prime, big.NewInt(1)).Bytes() }}, StepReqDH, "unsafe"},
		"prime small":        {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.DhPrime = []byte{23} }}, StepReqDH, "unsafe"},
		"prime empty":        {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.DhPrime = nil }}, StepReqDH, "unsafe"},
		"prime too long":     {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.DhPrime = make([]byte, 257) }}, StepReqDH, "longer than 256"},
		"g_a 1":              {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.GA = []byte{1} }}, StepReqDH, "g_a"},
		"g_a p-1":            {&kxServer{inner: func(i *mt.ServerDHInnerData) { i.GA = new(big.Int).Sub(prime, big.NewInt(1)).Bytes() }}, StepReqDH, "g_a"},
		"dh_gen nonce":       {&kxServer{answer: func(e bin.Encoder) { e.(*mt.DhGenOk).Nonce = wrong }}, StepSetClientDH, "another nonce"},
		"dh_gen hash":        {&kxServer{answer: func(e bin.Encoder) { e.(*mt.DhGenOk).NewNonceHash1 = wrong }}, StepSetClientDH, "new_nonce_hash1"},
		"dh_gen_retry hash":  {&kxServer{retries: 1, answer: func(e bin.Encoder) { e.(*mt.DhGenRetry).NewNonceHash2 = wrong }}, StepSetClientDH, "new_nonce_hash2"},
		"dh_gen_fail":        {&kxServer{fail: true}, StepSetClientDH, "dh_gen_fail"},
		"dh_gen_fail hash":   {&kxServer{fail: true, answer: func(e bin.Encoder) { e.(*mt.DhGenFail).NewNonceHash3 = wrong }}, StepSetClientDH, "new_nonce_hash3"},
		"retries for ever":   {&kxServer{retries: 1000}, StepSetClientDH, "wants another key"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			key, err := exchangeWith(t, tt.s, KeyOptions{})
			require.Nil(t, key)
			var bad *HandshakeError
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, tt.step, bad.Step)
			assert.Contains(t, bad.Error(), tt.want)
		})
	}
}

// dh_gen_retry is followed with another key and the refused one's hash.
func TestRetry(t *testing.T) {
	s := &kxServer{retries: 2}
	key, err := exchangeWith(t, s, KeyOptions{})
	require.NoError(t, err)
	assert.Equal(t, [256]byte(s.key), key.Value)
	require.Len(t, s.retryIDs, 3)
	assert.Zero(t, s.retryIDs[0])
	assert.NotZero(t, s.retryIDs[1])
	assert.NotEqual(t, s.retryIDs[1], s.retryIDs[2])
}

// A hook's falsehood arrives, at its step and only there.
func TestTamper(t *testing.T) {
	tests := map[string]struct {
		step   Step
		tamper func(*KeyFields)
		check  func(*testing.T, *kxServer)
	}{
		"req_pq constructor": {StepReqPQ, func(f *KeyFields) { f.Constructor = 0x12345678 }, func(t *testing.T, s *kxServer) {
			assert.EqualValues(t, 0x12345678, s.reqPQ)
		}},
		"inner p and q": {StepInnerData, func(f *KeyFields) { f.P, f.Q = f.Q, f.P }, func(t *testing.T, s *kxServer) {
			assert.Equal(t, []byte{0x49, 0x4c, 0x55, 0x3b}, s.data.GetQ())
		}},
		"inner body": {StepInnerData, func(f *KeyFields) { f.Body = []byte("abcd") }, func(t *testing.T, s *kxServer) {
			assert.True(t, bytes.HasPrefix(s.rawInner, []byte("abcd")))
		}},
		"inner hash": {StepInnerData, func(f *KeyFields) { f.BreakHash = true }, func(t *testing.T, s *kxServer) {
			assert.Nil(t, s.rawInner, "neither RSA form decrypts")
		}},
		"encrypted data": {StepReqDH, func(f *KeyFields) { f.EncryptedData = f.EncryptedData[:255] }, func(t *testing.T, s *kxServer) {
			assert.Nil(t, s.rawInner)
		}},
		"client retry_id": {StepClientInner, func(f *KeyFields) { f.RetryID = 77 }, func(t *testing.T, s *kxServer) {
			assert.Equal(t, []int64{77}, s.retryIDs)
		}},
		"client hash": {StepClientInner, func(f *KeyFields) { f.BreakHash = true }, func(t *testing.T, s *kxServer) {
			assert.Empty(t, s.retryIDs)
		}},
		"set_client_DH_params body": {StepSetClientDH, func(f *KeyFields) { f.Body = []byte{1, 2, 3, 4} }, func(t *testing.T, s *kxServer) {
			assert.Empty(t, s.retryIDs)
			assert.NotNil(t, s.rawInner)
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var steps []Step
			s := &kxServer{}
			_, _ = exchangeWith(t, s, KeyOptions{Tamper: func(step Step, f *KeyFields) {
				steps = append(steps, step)
				if step == tt.step {
					tt.tamper(f)
				}
			}})
			assert.Contains(t, steps, tt.step)
			tt.check(t, s)
		})
	}
}

// The three messages can be made without a server and in any order.
func TestStepsAlone(t *testing.T) {
	x, err := NewKeyExchange(KeyOptions{PublicKey: &testRSA().PublicKey}, nil)
	require.NoError(t, err)
	assert.Equal(t, x.ReqPQBody(), x.ReqPQBody(), "a repeated request is identical")
	_, err = x.ReqDHParamsBody()
	assert.ErrorContains(t, err, "no product", "nothing to factor yet")
	_, err = x.SetClientDHParamsBody()
	assert.ErrorContains(t, err, "no server_DH_params_ok")
	_, err = x.TakeDHGen(nil)
	assert.ErrorContains(t, err, "no key was offered")

	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	_, err = NewKeyExchange(KeyOptions{PublicKey: &small.PublicKey}, nil)
	assert.ErrorContains(t, err, "2048")
	_, err = NewKeyExchange(KeyOptions{PublicKey: &testRSA().PublicKey}, io.LimitReader(rand.Reader, 20))
	assert.ErrorContains(t, err, "new_nonce")
}

func TestNonceHashAgainstGotd(t *testing.T) {
	k := testKey(t)
	newNonce := [32]byte{1, 2, 3}
	assert.Equal(t, [16]byte(crypto.NonceHash1(newNonce, k.Value)), k.nonceHash(newNonce, 1))
	assert.Equal(t, crypto.Key(k.Value).WithID().IntID(), k.ID)
}

// The factors of https://core.telegram.org/mtproto/samples-auth_key and others,
// which rho may find hard.
func TestFactor(t *testing.T) {
	for _, tt := range []struct{ pq, p, q uint64 }{
		{0x17ED48941A08F981, 0x494C553B, 0x53911073},
		{4, 2, 2}, {6, 2, 3}, {9, 3, 3}, {15, 3, 5}, {10403, 101, 103},
		{2147483647 * 2147483629, 2147483629, 2147483647},
		{4294967291 * 4294967279, 4294967279, 4294967291},
		{2147483659 * 2147483659, 2147483659, 2147483659},
	} {
		p, q, ok := factor(tt.pq)
		assert.True(t, ok, tt.pq)
		assert.Equal(t, [2]uint64{tt.p, tt.q}, [2]uint64{p, q}, tt.pq)
	}
	for _, n := range []uint64{0, 1, 2, 3, 97, 18446744073709551557} {
		_, _, ok := factor(n)
		assert.False(t, ok, n)
	}
}

func BenchmarkFactor(b *testing.B) {
	for b.Loop() {
		factor(0x17ED48941A08F981)
	}
}

// Answers of a server are taken in or refused, never more.
func FuzzTakeAnswers(f *testing.F) {
	f.Add(unhex("632416053e0549828cca27e966b301a48fece2fc"))
	f.Add(unhex("5c07e8d0"))
	f.Add(unhex("34f7cb3b"))
	f.Fuzz(func(t *testing.T, body []byte) {
		x, err := NewKeyExchange(KeyOptions{PublicKey: &testRSA().PublicKey}, nil)
		require.NoError(t, err)
		x.Nonce, x.ServerNonce, x.key = [16]byte{}, [16]byte{}, testKey(t) // reach behind the nonces
		if x.TakeResPQ(body) == nil {
			require.LessOrEqual(t, len(x.PQ), 8)
		}
		require.Error(t, x.TakeServerDHParams(body), "nobody guesses the SHA1 under the cipher")
		if x.takeServerInner(body) == nil {
			require.NoError(t, x.dh.check())
		}
		_, err = x.TakeDHGen(body)
		require.Error(t, err, "nobody guesses new_nonce_hash")
	})
}
