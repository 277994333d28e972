package envelope

import (
	"encoding/binary"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// quickAckBit is set in every quick ack token, so that a client can tell it
// from a frame's length.
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
const quickAckBit = 1 << 31

// hash computes msg_key of a padded plaintext.
func (k *Key) hash(x direction, plain []byte) (msgKey [16]byte) {
	msgKey, _ = splitLarge(ige.Sum(k.msgKeySecret(x), plain))
	return msgKey
}

// splitLarge takes msg_key and the quick ack token from msg_key_large.
// https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
func splitLarge(large [32]byte) (msgKey [16]byte, token uint32) {
	return [16]byte(large[8:24]), binary.LittleEndian.Uint32(large[:]) | quickAckBit
}
