package envelope

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// The layout of an encrypted message:
// https://core.telegram.org/mtproto/description#encrypted-message-encrypted-data
const (
	// prefixSize is auth_key_id and msg_key, before the encrypted data.
	prefixSize = 8 + 16
	// headerSize is salt, session_id, message_id, seq_no and the length of
	// the body, at the start of the encrypted data.
	headerSize = 8 + 8 + 8 + 4 + 4
	// minPadding and maxPadding bound the random bytes after the body, in bytes:
	// https://core.telegram.org/mtproto/security_guidelines#checking-message-length
	minPadding = 12
	maxPadding = 1024
	// minEncrypted is the shortest encrypted data that can be valid: a
	// header, no body and padding to a whole block.
	minEncrypted = (headerSize + minPadding + ige.BlockSize - 1) / ige.BlockSize * ige.BlockSize
)

// ErrOpen is the answer to every frame that is not a valid message under the
// key. It is one error on purpose: a peer that could tell a wrong msg_key from
// a wrong length would learn about the plaintext, as
// https://core.telegram.org/mtproto/security_guidelines#checking-sha256-hash-value-of-msg-key
// warns. The connection should be closed.
var ErrOpen = errors.New("envelope: opening message: not a valid message under this auth key; close the connection")

// Message is what an encrypted frame holds.
type Message struct {
	Salt      int64
	SessionID int64
	MsgID     int64
	SeqNo     int32
	// Body is the TL-serialised content without padding. After opening, it is
	// a part of the frame and lives as long as the frame's buffer does.
	Body []byte
	// QuickAck is the token to acknowledge the frame with if its transport
	// header asked for that, top bit set. Filled by opening, ignored by sealing.
	// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
	QuickAck uint32
	// Hashed is what the [Finder] found of the body, and SHA256 its digest; nil if
	// there is nothing or it was not hashed on the way. Filled by opening.
	Hashed []byte
	SHA256 [sha256.Size]byte
}

// Finder finds in the beginning of a body the bytes that its caller will want the
// SHA-256 of, which costs least while a message is decrypted. It returns where they
// begin and end, in bytes of the body, or 0 and 0 for none. A short body is all there,
// with its padding.
//
// What it sees is not authenticated yet, and the body may be another one in the end:
// it must do nothing but look.
type Finder func(body []byte) (from, to int)

// cutBody finds the body behind the header and returns 1 if its length and
// the padding it leaves are allowed.
func cutBody(plain []byte) ([]byte, int) {
	rest := plain[headerSize:]
	length := int64(int32(binary.LittleEndian.Uint32(plain[28:])))
	padding := int64(len(rest)) - length
	if length < 0 || length%4 != 0 || padding < minPadding || padding > maxPadding {
		return nil, 0
	}
	// The third index keeps an append from running into the padding and on
	// into whatever follows in the frame's buffer.
	return rest[:length:length], 1
}

func equal(a, b int64) int {
	if a == b {
		return 1
	}
	return 0
}
