package rawclient

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// SetClientDHParamsBody is the third message. Each call offers another g_b and
// with it another key, as a client must after dh_gen_retry.
func (x *KeyExchange) SetClientDHParamsBody() ([]byte, error) {
	if x.dh == nil {
		return nil, failed(StepSetClientDH, "no server_DH_params_ok was taken in yet", nil)
	}
	gb, value, err := x.dh.answer(x.random)
	if err != nil {
		return nil, failed(StepClientInner, "random exponent", err)
	}
	x.key = NewAuthKey(value, x.firstSalt())
	x.key.ServerTime = x.serverTime
	if x.opts.Temporary {
		x.key.Expires = x.started.Add(x.opts.expiresIn())
	}

	inner := KeyFields{Constructor: idClientDHInner, Nonce: x.Nonce, ServerNonce: x.ServerNonce, RetryID: x.retryID, GB: gb}
	x.opts.tamper(StepClientInner, &inner)
	encrypted, err := x.encryptClientInner(inner)
	if err != nil {
		return nil, failed(StepClientInner, "encrypting", err)
	}
	f := KeyFields{Constructor: idSetClientDH, Nonce: x.Nonce, ServerNonce: x.ServerNonce, EncryptedData: encrypted}
	x.opts.tamper(StepSetClientDH, &f)
	return f.encode(StepSetClientDH, false, false), nil
}

func (x *KeyExchange) encryptClientInner(f KeyFields) ([]byte, error) {
	hashed, err := crypto.DataWithHash(f.encode(StepClientInner, false, false), x.random)
	if err != nil {
		return nil, err
	}
	if f.BreakHash {
		hashed[0] ^= 1
	}
	key, iv := x.tempAES()
	ige.Encrypt((*[32]byte)(key), (*[32]byte)(iv), hashed, hashed)
	return hashed, nil
}

// Offered is the key that the last SetClientDHParamsBody offered, whatever the
// server made of it; nil before that. Only the key of TakeDHGen is agreed upon.
func (x *KeyExchange) Offered() *AuthKey { return x.key }

// firstSalt is new_nonce[0:8] xor server_nonce[0:8].
//
// https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete
func (x *KeyExchange) firstSalt() int64 {
	return int64(binary.LittleEndian.Uint64(x.NewNonce[:]) ^ binary.LittleEndian.Uint64(x.ServerNonce[:]))
}

// errRetry is what TakeDHGen returns when the server wants another g_b.
var errRetry = errors.New("dh_gen_retry")

// IsRetry tells whether err is dh_gen_retry: SetClientDHParamsBody is due again.
func IsRetry(err error) bool { return errors.Is(err, errRetry) }

// TakeDHGen takes in the answer to set_client_DH_params and returns the key.
func (x *KeyExchange) TakeDHGen(body []byte) (*AuthKey, error) {
	if x.key == nil {
		return nil, failed(StepSetClientDH, "no key was offered yet", nil)
	}
	answer, err := mt.DecodeSetClientDHParamsAnswer(&bin.Buffer{Buf: body})
	if err != nil {
		return nil, failed(StepSetClientDH, "the answer is no Set_client_DH_params_answer", err)
	}
	if x.opts.Trusting {
		return x.key, nil
	}
	if answer.GetNonce() != x.Nonce || answer.GetServerNonce() != x.ServerNonce {
		return nil, failed(StepSetClientDH, "the answer has another nonce or server_nonce", nil)
	}
	switch a := answer.(type) {
	case *mt.DhGenOk:
		if err := x.verify(1, a.NewNonceHash1, nil); err != nil {
			return nil, err
		}
		return x.key, nil
	case *mt.DhGenRetry:
		if err := x.verify(2, a.NewNonceHash2, errRetry); !IsRetry(err) {
			return nil, err
		}
		x.retryID = int64(binary.LittleEndian.Uint64(x.key.auxHash()))
		return nil, failed(StepSetClientDH, "the server wants another key", errRetry)
	case *mt.DhGenFail:
		return nil, x.verify(3, a.NewNonceHash3, failed(StepSetClientDH, "the server answered dh_gen_fail", nil))
	}
	return nil, failed(StepSetClientDH, fmt.Sprintf("unexpected %T", answer), nil)
}

// verify checks a new_nonce_hash; if it is right the outcome is then.
func (x *KeyExchange) verify(number byte, hash [16]byte, then error) error {
	if hash != x.key.nonceHash(x.NewNonce, number) {
		return failed(StepSetClientDH, fmt.Sprintf("new_nonce_hash%d is wrong", number), nil)
	}
	return then
}
