package wire

import (
	"bufio"
	"encoding/binary"
)

// intermediateTag is what a client sends four times to announce the intermediate transport:
// https://core.telegram.org/mtproto/mtproto-transports#intermediate
const intermediateTag = 0xee

// intermediate is the intermediate transport: a length of four bytes, little endian, its top bit asking for a quick
// ack.
type intermediate struct{}

func (intermediate) header(in *bufio.Reader) (header, error) {
	b, err := peek(in, 4)
	if err != nil {
		return header{}, err
	}
	n := binary.LittleEndian.Uint32(b)
	discard(in, 4)
	return header{length: int64(n &^ quickAckBit), quickAck: n&quickAckBit != 0}, nil
}

func (intermediate) take([]byte) {}

func (intermediate) trailer(_ *bufio.Reader, payload []byte) ([]byte, error) { return payload, nil }

func (intermediate) append(dst, payload []byte) ([]byte, error) {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload)))
	return append(dst, payload...), nil
}

func (intermediate) appendQuickAck(dst []byte, token uint32) []byte {
	return binary.LittleEndian.AppendUint32(dst, token|quickAckBit)
}
