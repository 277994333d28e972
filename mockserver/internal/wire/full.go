package wire

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
)

// The full transport surrounds each payload with length and sequence number before and a checksum behind, four bytes
// each, all counted by the length: https://core.telegram.org/mtproto/mtproto-transports#full
const (
	fullHead     = 4 + 4
	fullTail     = 4
	fullEnvelope = fullHead + fullTail
)

// full is the full transport. Both sides number their frames from 0.
type full struct {
	sum     uint32 // reader's: the checksum over what has been read of the frame
	nextIn  uint32 // reader's
	nextOut uint32 // writer's
}

func (f *full) header(in *bufio.Reader) (header, error) {
	b, err := peek(in, fullHead)
	if err != nil {
		return header{}, err
	}
	length, seqno := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	f.sum = crc32.ChecksumIEEE(b)
	discard(in, fullHead)
	if length < fullEnvelope {
		return header{}, violation("length %d is less than the %d bytes of an empty frame", length, fullEnvelope)
	}
	if seqno != f.nextIn {
		return header{}, violation("sequence number %d where %d was due", seqno, f.nextIn)
	}
	f.nextIn++
	return header{length: int64(length) - fullEnvelope}, nil
}

// take adds to the checksum.
func (f *full) take(piece []byte) { f.sum = crc32.Update(f.sum, crc32.IEEETable, piece) }

// trailer checks the checksum over everything before it.
func (f *full) trailer(in *bufio.Reader, payload []byte) ([]byte, error) {
	b, err := peek(in, fullTail)
	if err != nil {
		return nil, unexpected(err)
	}
	said := binary.LittleEndian.Uint32(b)
	discard(in, fullTail)
	if said != f.sum {
		return nil, violation("CRC32 %#08x of frame %d is wrong, its bytes give %#08x", said, f.nextIn-1, f.sum)
	}
	return payload, nil
}

func (f *full) append(dst, payload []byte) ([]byte, error) {
	start := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload)+fullEnvelope))
	dst = binary.LittleEndian.AppendUint32(dst, f.nextOut)
	dst = append(dst, payload...)
	f.nextOut++
	return binary.LittleEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start:])), nil
}
