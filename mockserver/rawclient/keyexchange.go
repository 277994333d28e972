package rawclient

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
)

// KeyExchange makes one auth key. It neither sends nor receives: the Body
// methods say what to send next, the Take methods take in what came back, and
// both may be called again or out of order by those who want to see what a
// server makes of it. CreateKey does all of it the usual way.
//
// https://core.telegram.org/mtproto/auth_key
type KeyExchange struct {
	opts   KeyOptions
	random io.Reader

	Nonce       [16]byte
	NewNonce    [32]byte
	ServerNonce [16]byte // from resPQ
	PQ          []byte   // from resPQ
	Fingerprint int64    // of KeyOptions.PublicKey

	dh         *dhParams // from server_DH_params_ok
	serverTime time.Time
	started    time.Time // when the key was asked for: its life begins
	key        *AuthKey  // what set_client_DH_params offered last
	retryID    int64     // from dh_gen_retry
}

// NewKeyExchange chooses the nonces. A nil random is crypto/rand.
func NewKeyExchange(o KeyOptions, random io.Reader) (*KeyExchange, error) {
	if random == nil {
		random = rand.Reader
	}
	if o.PublicKey == nil || o.PublicKey.N.BitLen() != 2048 {
		return nil, errors.New("rawclient: KeyOptions.PublicKey must be the server's RSA key of 2048 bits")
	}
	x := &KeyExchange{opts: o, random: random, Fingerprint: fingerprint(o.PublicKey)}
	if _, err := io.ReadFull(random, x.Nonce[:]); err != nil {
		return nil, fmt.Errorf("rawclient: random nonce: %w", err)
	}
	if _, err := io.ReadFull(random, x.NewNonce[:]); err != nil {
		return nil, fmt.Errorf("rawclient: random new_nonce: %w", err)
	}
	return x, nil
}

// fingerprint is the low 64 bits of the SHA1 of the key as TL.
func fingerprint(key *rsa.PublicKey) int64 { return crypto.RSAFingerprint(key) }

func failed(s Step, reason string, err error) error {
	return &HandshakeError{Step: s, Reason: reason, Err: err}
}

// ReqPQBody is the first message.
func (x *KeyExchange) ReqPQBody() []byte {
	f := KeyFields{Constructor: idReqPQMulti, Nonce: x.Nonce}
	if x.opts.LegacyReqPQ {
		f.Constructor = idReqPQ
	}
	x.opts.tamper(StepReqPQ, &f)
	return f.encode(StepReqPQ, false, false)
}

// TakeResPQ takes in the answer to req_pq.
func (x *KeyExchange) TakeResPQ(body []byte) error {
	var res mt.ResPQ
	if err := res.Decode(&bin.Buffer{Buf: body}); err != nil {
		return failed(StepReqPQ, "the answer is no resPQ", err)
	}
	switch {
	case x.opts.Trusting:
	case res.Nonce != x.Nonce:
		return failed(StepReqPQ, "resPQ has another nonce", nil)
	case !slices.Contains(res.ServerPublicKeyFingerprints, x.Fingerprint):
		return failed(StepReqPQ, fmt.Sprintf("the server has no key with fingerprint %016x, only %x", uint64(x.Fingerprint), res.ServerPublicKeyFingerprints), nil)
	case len(res.Pq) == 0 || len(res.Pq) > 8:
		return failed(StepReqPQ, fmt.Sprintf("pq of %d bytes, 1 to 8 expected", len(res.Pq)), nil)
	}
	x.ServerNonce, x.PQ = res.ServerNonce, res.Pq
	return nil
}

// ReqDHParamsBody is the second message: the factors of pq, and the secret
// new_nonce under the server's RSA key.
func (x *KeyExchange) ReqDHParamsBody() ([]byte, error) {
	p, q, ok := factor(new(big.Int).SetBytes(x.PQ).Uint64())
	if x.opts.Trusting && !ok {
		p, q = 1, new(big.Int).SetBytes(x.PQ).Uint64()
	} else if !ok {
		return nil, failed(StepReqDH, fmt.Sprintf("pq %x is no product of two primes", x.PQ), nil)
	}
	pb, qb := new(big.Int).SetUint64(p).Bytes(), new(big.Int).SetUint64(q).Bytes()
	encrypted, err := x.encryptInner(pb, qb)
	if err != nil {
		return nil, failed(StepInnerData, "encrypting", err)
	}
	f := KeyFields{
		Constructor: idReqDHParams, Nonce: x.Nonce, ServerNonce: x.ServerNonce,
		P: pb, Q: qb, Fingerprint: x.Fingerprint, EncryptedData: encrypted,
	}
	x.opts.tamper(StepReqDH, &f)
	return f.encode(StepReqDH, false, false), nil
}

func (x *KeyExchange) encryptInner(p, q []byte) ([]byte, error) {
	hasDC, temporary := x.opts.DC != 0, x.opts.Temporary
	f := KeyFields{
		Constructor: innerConstructor(hasDC, temporary),
		Nonce:       x.Nonce, ServerNonce: x.ServerNonce, NewNonce: x.NewNonce,
		PQ: x.PQ, P: p, Q: q, DC: int32(x.opts.DC),
		ExpiresIn: int32(x.opts.expiresIn() / time.Second),
	}
	x.started = time.Now()
	x.opts.tamper(StepInnerData, &f)
	data := f.encode(StepInnerData, hasDC, temporary)
	if x.opts.LegacyRSA {
		return encryptLegacy(x.opts.PublicKey, data, f.BreakHash, x.random)
	}
	return encryptPadded(x.opts.PublicKey, data, f.BreakHash, x.random)
}

// TakeServerDHParams takes in the answer to req_DH_params.
func (x *KeyExchange) TakeServerDHParams(body []byte) error {
	b := &bin.Buffer{Buf: body}
	if id, err := b.PeekID(); err == nil && id == mt.ServerDHParamsFailTypeID {
		return failed(StepReqDH, "the server answered server_DH_params_fail", nil)
	}
	var ok mt.ServerDHParamsOk
	if err := ok.Decode(b); err != nil {
		return failed(StepReqDH, "the answer is no Server_DH_Params", err)
	}
	if x.opts.Trusting {
		return x.trustServerDHParams(ok.EncryptedAnswer)
	}
	if ok.Nonce != x.Nonce || ok.ServerNonce != x.ServerNonce {
		return failed(StepReqDH, "server_DH_params_ok has another nonce or server_nonce", nil)
	}
	key, iv := x.tempAES()
	data, err := crypto.DecryptExchangeAnswer(ok.EncryptedAnswer, key, iv)
	if err != nil || data == nil {
		return failed(StepReqDH, "the SHA1 of the encrypted answer does not fit", err)
	}
	return x.takeServerInner(data)
}

func (x *KeyExchange) takeServerInner(data []byte) error {
	var inner mt.ServerDHInnerData
	if err := inner.Decode(&bin.Buffer{Buf: data}); err != nil {
		return failed(StepReqDH, "the encrypted answer is no server_DH_inner_data", err)
	}
	if inner.Nonce != x.Nonce || inner.ServerNonce != x.ServerNonce {
		return failed(StepReqDH, "server_DH_inner_data has another nonce or server_nonce", nil)
	}
	if len(inner.DhPrime) > 256 || len(inner.GA) > 256 {
		return failed(StepReqDH, "dh_prime or g_a is longer than 256 bytes", nil)
	}
	dh := dhParams{g: inner.G, prime: new(big.Int).SetBytes(inner.DhPrime), ga: new(big.Int).SetBytes(inner.GA)}
	if err := dh.check(); err != nil {
		return failed(StepReqDH, "unsafe parameters", err)
	}
	x.dh, x.serverTime = &dh, time.Unix(int64(inner.ServerTime), 0)
	return nil
}

// tempAES is the key that both sides know already: from new_nonce and server_nonce.
func (x *KeyExchange) tempAES() (key, iv []byte) {
	return crypto.TempAESKeys(new(big.Int).SetBytes(x.NewNonce[:]), new(big.Int).SetBytes(x.ServerNonce[:]))
}
