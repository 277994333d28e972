package envelope

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// ErrBinding is the only error of [OpenBinding].
var ErrBinding = errors.New("envelope: opening a binding message: it is not one under this permanent key")

// Binding is what auth.bindTempAuthKey carries encrypted under the permanent key.
// https://core.telegram.org/constructor/bind_auth_key_inner
type Binding struct {
	MsgID         int64 // of the message around the call, to be compared
	Nonce         int64
	TempKeyID     int64
	PermKeyID     int64
	TempSessionID int64
	ExpiresAt     int32 // unix time
}

// The binding message is that of MTProto 1: 16 random bytes, msg_id, seqno 0,
// length 40, the inner data, padding to whole blocks.
// https://core.telegram.org/api/pfs#special-binding-message
const (
	bindingInner = 40
	bindingHead  = 16 + 8 + 4 + 4
	bindingPlain = bindingHead + bindingInner // what msg_key is computed over
	bindingSize  = (bindingPlain + 15) / 16 * 16
)

// OpenBinding decrypts a binding message with the permanent key that it names.
// The message is left as it is.
func OpenBinding(perm *Key, message []byte) (Binding, error) {
	if len(message) != prefixSize+bindingSize {
		return Binding{}, ErrBinding
	}
	var msgKey bin.Int128
	copy(msgKey[:], message[8:prefixSize])
	key, iv := crypto.KeysV1(crypto.Key(perm.Value), msgKey)
	var plain [bindingSize]byte
	ige.Decrypt((*[32]byte)(&key), (*[32]byte)(&iv), plain[:], message[prefixSize:])
	want := crypto.MessageKeyV1(plain[:bindingPlain])
	id, _ := AuthKeyID(message)
	ok := subtle.ConstantTimeCompare(want[:], msgKey[:]) == 1 && id == perm.ID
	ok = ok && binary.LittleEndian.Uint32(plain[24:]) == 0 && binary.LittleEndian.Uint32(plain[28:]) == bindingInner
	var inner crypto.BindAuthKeyInner
	if err := inner.Decode(&bin.Buffer{Buf: plain[bindingHead:bindingPlain]}); err != nil || !ok {
		return Binding{}, ErrBinding
	}
	return Binding{
		MsgID: int64(binary.LittleEndian.Uint64(plain[16:])), Nonce: inner.Nonce,
		TempKeyID: inner.TempAuthKeyID, PermKeyID: inner.PermAuthKeyID,
		TempSessionID: inner.TempSessionID, ExpiresAt: int32(inner.ExpiresAt),
	}, nil
}
