package rawclient

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// kxServer is a server's side of the key exchange for what gotd's cannot do: the
// old RSA form, temporary keys, dh_gen_retry and _fail, and falsified answers.
// Each field is a hook that may falsify what goes out.
type kxServer struct {
	p       *peer
	resPQ   func(*mt.ResPQ)
	inner   func(*mt.ServerDHInnerData)
	params  func(*mt.ServerDHParamsOk)
	dhFail  bool // answer req_DH_params with server_DH_params_fail
	retries int  // dh_gen_retry so often first
	fail    bool // then dh_gen_fail
	answer  func(bin.Encoder)

	// What was learned from the client.
	reqPQ     uint32
	legacyRSA bool
	data      mt.PQInnerDataClass // nil for p_q_inner_data_temp
	rawInner  []byte
	retryIDs  []int64
	key       crypto.Key
}

func (s *kxServer) plain() *bin.Buffer {
	var m proto.UnencryptedMessage
	if err := m.Decode(&bin.Buffer{Buf: s.p.recv()}); err != nil {
		return nil
	}
	return &bin.Buffer{Buf: m.MessageData}
}

func (s *kxServer) reply(e bin.Encoder) {
	var body, frame bin.Buffer
	_ = e.Encode(&body)
	_ = proto.UnencryptedMessage{MessageID: s.p.nextID(), MessageData: body.Buf}.Encode(&frame)
	s.p.send(frame.Buf)
}

// run serves one exchange; it returns early when the client hangs up.
func (s *kxServer) run() {
	var nonce, serverNonce bin.Int128
	b := s.plain()
	if b == nil {
		return
	}
	s.reqPQ, _ = b.ID()
	nonce, _ = b.Int128()
	_, _ = rand.Read(serverNonce[:])
	res := mt.ResPQ{
		Nonce: nonce, ServerNonce: serverNonce, Pq: big.NewInt(0x17ED48941A08F981).Bytes(),
		ServerPublicKeyFingerprints: []int64{1, crypto.RSAFingerprint(&testRSA().PublicKey)},
	}
	if s.resPQ != nil {
		s.resPQ(&res)
	}
	s.reply(&res)

	newNonce, ok := s.readReqDH()
	if !ok {
		return
	}
	if s.dhFail {
		s.reply(&mt.ServerDHParamsFail{Nonce: nonce, ServerNonce: serverNonce})
		return
	}
	key, iv := crypto.TempAESKeys(newNonce.BigInt(), serverNonce.BigInt())
	prime, a := knownPrime(), new(big.Int).Lsh(big.NewInt(12345), 1500)
	inner := mt.ServerDHInnerData{
		Nonce: nonce, ServerNonce: serverNonce, G: 3, DhPrime: prime.Bytes(),
		GA: new(big.Int).Exp(big.NewInt(3), a, prime).Bytes(), ServerTime: 1_700_000_000,
	}
	if s.inner != nil {
		s.inner(&inner)
	}
	var plain bin.Buffer
	_ = inner.Encode(&plain)
	encrypted, _ := crypto.EncryptExchangeAnswer(rand.Reader, plain.Buf, key, iv)
	params := mt.ServerDHParamsOk{Nonce: nonce, ServerNonce: serverNonce, EncryptedAnswer: encrypted}
	if s.params != nil {
		s.params(&params)
	}
	s.reply(&params)

	for s.readSetClientDH(key, iv, a, prime) {
		var out bin.Encoder = &mt.DhGenOk{Nonce: nonce, ServerNonce: serverNonce, NewNonceHash1: s.hash(newNonce, 1)}
		if s.retries > 0 {
			s.retries--
			out = &mt.DhGenRetry{Nonce: nonce, ServerNonce: serverNonce, NewNonceHash2: s.hash(newNonce, 2)}
		} else if s.fail {
			out = &mt.DhGenFail{Nonce: nonce, ServerNonce: serverNonce, NewNonceHash3: s.hash(newNonce, 3)}
		}
		if s.answer != nil {
			s.answer(out)
		}
		s.reply(out)
	}
}

// hash is new_nonce_hash1 of gotd with another number.
func (s *kxServer) hash(newNonce bin.Int256, number byte) (h bin.Int128) {
	sum := sha1Sum(newNonce[:], []byte{number}, sha1Sum(s.key[:])[:8])
	copy(h[:], sum[4:20])
	return h
}

func (s *kxServer) readReqDH() (newNonce bin.Int256, ok bool) {
	b := s.plain()
	var req mt.ReqDHParamsRequest
	if b == nil || req.Decode(b) != nil {
		return newNonce, false
	}
	inner, err := crypto.DecodeRSAPad(req.EncryptedData, testRSA())
	if err != nil {
		s.legacyRSA = true
		if inner, err = crypto.RSADecryptHashed(req.EncryptedData, testRSA()); err != nil {
			return newNonce, false
		}
	}
	s.rawInner = inner
	if s.data, err = mt.DecodePQInnerData(&bin.Buffer{Buf: inner}); err == nil {
		return s.data.GetNewNonce(), true
	}
	// p_q_inner_data_temp is not in gotd's schema: the id, three short
	// strings, then nonces.
	s.data = nil
	r := &bin.Buffer{Buf: inner}
	if id, _ := r.ID(); id != 0x3c6a84d4 {
		return newNonce, false
	}
	for range 3 {
		_, _ = r.Bytes()
	}
	_, _ = r.Int128()
	_, _ = r.Int128()
	newNonce, err = r.Int256()
	return newNonce, err == nil
}

func (s *kxServer) readSetClientDH(key, iv []byte, a, prime *big.Int) bool {
	b := s.plain()
	var req mt.SetClientDHParamsRequest
	if b == nil || req.Decode(b) != nil {
		return false
	}
	plain, err := crypto.DecryptExchangeAnswer(req.EncryptedData, key, iv)
	var inner mt.ClientDHInnerData
	if err != nil || plain == nil || inner.Decode(&bin.Buffer{Buf: plain}) != nil {
		return false
	}
	s.retryIDs = append(s.retryIDs, inner.RetryID)
	return crypto.FillBytes(new(big.Int).Exp(new(big.Int).SetBytes(inner.GB), a, prime), s.key[:])
}

// exchangeWith runs CreateKey against s.
func exchangeWith(t *testing.T, s *kxServer, o KeyOptions) (*AuthKey, error) {
	testRSA()
	opts := Options{Transport: Intermediate}
	c, p := pair(t, opts)
	s.p = p
	wait := p.serve(opts, func() {
		s.run()
		_ = p.socket.Close()
	})
	if o.PublicKey == nil {
		o.PublicKey = &testRSA().PublicKey
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadlineOfTests)
	defer cancel()
	key, err := CreateKey(ctx, c, o)
	_ = c.Close()
	wait()
	return key, err
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}
