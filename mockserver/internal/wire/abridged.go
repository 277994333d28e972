package wire

import (
	"bufio"
	"encoding/binary"
)

// The abridged transport counts in words of four bytes, in one byte or, from 127 words on, in three more:
// https://core.telegram.org/mtproto/mtproto-transports#abridged
const (
	abridgedTag      = 0xef
	abridgedLong     = 0x7f
	abridgedQuickAck = 0x80
	word             = 4
)

// abridged is the abridged transport.
type abridged struct{}

func (abridged) header(in *bufio.Reader) (header, error) {
	b, err := peek(in, 1)
	if err != nil {
		return header{}, err
	}
	h := header{length: int64(b[0]&^abridgedQuickAck) * word, quickAck: b[0]&abridgedQuickAck != 0}
	if b[0]&^abridgedQuickAck < abridgedLong {
		discard(in, 1)
		return h, nil
	}
	if b, err = peek(in, word); err != nil {
		return header{}, err
	}
	h.length = int64(binary.LittleEndian.Uint32(b)>>8) * word
	discard(in, word)
	return h, nil
}

func (abridged) take([]byte) {}

func (abridged) trailer(_ *bufio.Reader, payload []byte) ([]byte, error) { return payload, nil }

func (abridged) append(dst, payload []byte) ([]byte, error) {
	words := uint32(len(payload) / word)
	if words < abridgedLong {
		dst = append(dst, byte(words))
	} else {
		dst = binary.LittleEndian.AppendUint32(dst, words<<8|abridgedLong)
	}
	return append(dst, payload...), nil
}

// appendQuickAck swaps the bytes: a client reads one byte first, and only the top bit of that one says what follows.
func (abridged) appendQuickAck(dst []byte, token uint32) []byte {
	return binary.BigEndian.AppendUint32(dst, token|quickAckBit)
}
