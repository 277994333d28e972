package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// paddedTag is what a client sends four times to announce the padded intermediate transport:
// https://core.telegram.org/mtproto/mtproto-transports#padded-intermediate
const paddedTag = 0xdd

// The shapes of the two kinds of message, which are all there is to find the padding by: a frame does not say how
// much of it is padding. https://core.telegram.org/mtproto/description#encrypted-message
const (
	encryptedHead   = 8 + 16    // auth_key_id, msg_key
	cipherBlock     = 16        // the rest of an encrypted message is whole AES blocks
	unencryptedHead = 8 + 8 + 4 // auth_key_id (0), message_id, message_data_length
)

// padded is the padded intermediate transport: intermediate, with 0 to 15 random bytes behind each payload.
type padded struct {
	intermediate
	random  io.Reader
	most    int                  // greatest padding of own answers
	scratch [1 + MaxPadding]byte // writer's: how much padding, and the padding
}

// trailer drops the padding.
func (*padded) trailer(_ *bufio.Reader, payload []byte) ([]byte, error) {
	return payload[:unpadded(payload)], nil
}

// unpadded returns how many bytes of b are the message. What has neither of the two shapes with 0 to 15 bytes behind
// it is left alone: to refuse it, with the right words, is the business of whoever reads messages.
func unpadded(b []byte) int {
	n := len(b)
	if n < unencryptedHead {
		return n
	}
	if binary.LittleEndian.Uint64(b) == 0 {
		length := int64(unencryptedHead) + int64(int32(binary.LittleEndian.Uint32(b[16:])))
		if length < unencryptedHead || length > int64(n) || int64(n)-length > MaxPadding {
			return n
		}
		return int(length)
	}
	if n < encryptedHead {
		return n
	}
	return n - (n-encryptedHead)%cipherBlock
}

func (p *padded) append(dst, payload []byte) ([]byte, error) {
	// Transport errors travel bare: clients know them by their length.
	if len(payload) == transportErrorSize {
		return p.intermediate.append(dst, payload)
	}
	if _, err := io.ReadFull(p.random, p.scratch[:]); err != nil {
		return dst, fmt.Errorf("drawing padding: %w", err)
	}
	padding := p.scratch[1:][:int(p.scratch[0])%(p.most+1)]
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload)+len(padding)))
	dst = append(dst, payload...)
	return append(dst, padding...), nil
}
