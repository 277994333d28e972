package envelope

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// SealServer appends to dst the frame that carries m to a client, with the
// least padding allowed (12 to 27 bytes). It copies the body; dst must not
// overlap it. Nothing is allocated for the frame when dst has the room, which
// [SealedSize] tells.
//
// random fills the padding; nil means crypto/rand. Like crypto/rand itself,
// sealing panics if there is no randomness to be had: a message that is
// padded with zeros is not a smaller problem.
func SealServer(dst []byte, k *Key, m Message, random io.Reader) []byte {
	return seal(dst, k, fromServer, m, random)
}

// SealedSize is the size in bytes of the frame for a body of n bytes.
func SealedSize(n int) int {
	const block = ige.BlockSize
	return prefixSize + (headerSize+n+minPadding+block-1)/block*block
}

// SpoilMsgKey makes the msg_key of a sealed frame another one, as an attacker would
// who knows no key. A client has to throw the message away.
// https://core.telegram.org/mtproto/security_guidelines#checking-sha256-hash-value-of-msg-key
func SpoilMsgKey(frame []byte) { frame[8] ^= 1 }

func seal(dst []byte, k *Key, x direction, m Message, random io.Reader) []byte {
	size := SealedSize(len(m.Body))
	start := len(dst)
	dst = slices.Grow(dst, size)[:start+size]
	frame := dst[start:]

	plain := frame[prefixSize:]
	binary.LittleEndian.PutUint64(plain, uint64(m.Salt))
	binary.LittleEndian.PutUint64(plain[8:], uint64(m.SessionID))
	binary.LittleEndian.PutUint64(plain[16:], uint64(m.MsgID))
	binary.LittleEndian.PutUint32(plain[24:], uint32(m.SeqNo))
	binary.LittleEndian.PutUint32(plain[28:], uint32(len(m.Body)))
	copy(plain[headerSize:], m.Body)
	fill(random, plain[headerSize+len(m.Body):])

	msgKey := k.hash(x, plain)
	key, iv := k.derive(x, &msgKey)
	ige.Encrypt(&key, &iv, plain, plain)
	binary.LittleEndian.PutUint64(frame, uint64(k.ID))
	copy(frame[8:], msgKey[:])
	return dst
}

func fill(random io.Reader, padding []byte) {
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, padding); err != nil {
		panic("envelope: sealing message: reading randomness for the padding: " + err.Error())
	}
}
