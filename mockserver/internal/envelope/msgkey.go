package envelope

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
)

// quickAckBit is set in every quick ack token, so that a client can tell it
// from a frame's length.
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
const quickAckBit = 1 << 31

// hasher is kept in a pool because both the state and the sum of a hash.Hash
// escape to the heap: they would be two allocations for every message.
type hasher struct {
	sha256 hash.Hash
	sum    [sha256.Size]byte
}

var hashers = sync.Pool{New: func() any { return &hasher{sha256: sha256.New()} }}

// hash computes msg_key and the quick ack token of a padded plaintext: both
// are parts of msg_key_large.
// https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
func (k *Key) hash(x direction, plain []byte) (msgKey [16]byte, token uint32) {
	h := hashers.Get().(*hasher)
	h.sha256.Reset()
	_, _ = h.sha256.Write(k.msgKeySecret(x))
	_, _ = h.sha256.Write(plain)
	large := h.sha256.Sum(h.sum[:0])
	copy(msgKey[:], large[8:24])
	token = binary.LittleEndian.Uint32(large) | quickAckBit
	hashers.Put(h)
	return msgKey, token
}
