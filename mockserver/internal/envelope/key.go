package envelope

import (
	"crypto/sha1" // The protocol's own choice: https://core.telegram.org/mtproto/description#auth-key-id
	"crypto/sha256"
	"encoding/binary"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// KeySize is the size of an auth key in bytes.
const KeySize = 256

// Key is an auth key with the id that frames name it by. It holds a secret:
// it has no String method on purpose and belongs in no log.
type Key struct {
	// Value is the shared secret, big-endian as the key exchange made it.
	Value [KeySize]byte
	// ID is auth_key_id, the low 64 bits of SHA1(Value), as they stand on
	// the wire read as a little-endian number. gotd calls it IntID.
	ID int64
}

// NewKey computes the id of an auth key.
func NewKey(value [KeySize]byte) *Key {
	hash := sha1.Sum(value[:])
	return &Key{Value: value, ID: int64(binary.LittleEndian.Uint64(hash[12:]))}
}

// AuthKeyID returns the auth_key_id a frame begins with: 0 for an unencrypted
// message. It reports false when the frame is too short to hold one.
func AuthKeyID(frame []byte) (int64, bool) {
	if len(frame) < 8 {
		return 0, false
	}
	return int64(binary.LittleEndian.Uint64(frame)), true
}

// direction is the x of
// https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
type direction int

const (
	fromClient direction = 0
	fromServer direction = 8
)

// msgKeySecret is the part of the auth key that msg_key is computed with.
func (k *Key) msgKeySecret(x direction) *[32]byte {
	return (*[32]byte)(k.Value[88+x : 88+x+32])
}

// derive computes aes_key and aes_iv for one message.
func (k *Key) derive(x direction, msgKey *[16]byte) (key, iv [32]byte) {
	const ofKey = ige.Derived - len(msgKey)
	var forA, forB [sha256.BlockSize]byte
	copy(forA[:], msgKey[:])
	copy(forA[len(msgKey):], k.Value[x:][:ofKey])
	copy(forB[:], k.Value[40+x:][:ofKey])
	copy(forB[ofKey:], msgKey[:])
	a, b := ige.SumDerived(&forA, &forB)

	copy(key[:8], a[:8])
	copy(key[8:24], b[8:24])
	copy(key[24:], a[24:])
	copy(iv[:8], b[:8])
	copy(iv[8:24], a[8:24])
	copy(iv[24:], b[24:])
	return key, iv
}
