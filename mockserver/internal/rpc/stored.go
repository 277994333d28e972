package rpc

import (
	"encoding/binary"
	"hash/crc32"
)

// gzipFrame is what a gzip stream without a name or other extras has around its
// blocks: a head of ten bytes, a checksum and a length.
// https://www.rfc-editor.org/rfc/rfc1952
const (
	gzipHead  = 10
	gzipFrame = gzipHead + 4 + 4
)

// storedHead is what a stored block begins with when the one before it ended with a
// byte, as all stored blocks do: three bits and padding, the length, and its complement.
// https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4
const storedHead = 1 + 2 + 2

// emptyFixed is a last block of fixed codes with nothing in it, as klauspost's
// compressor ends each stream: three bits, the end of the block, and padding.
const emptyFixed = 0x0003

// appendStored unpacks a gzip stream all of whose blocks are stored as they are: what
// gotd makes of a part that does not compress. It is a copy, and half of what the
// inflater takes for it. Whatever else there is, also what is wrong or holds more than
// most, is left to the inflater: not ok.
func appendStored(buf, packed []byte, most int) (data []byte, ok bool) {
	if !isGzip(packed) || len(packed) < gzipFrame || packed[2] != 8 || packed[3] != 0 {
		return buf, false
	}
	blocks, tail := packed[gzipHead:len(packed)-8], packed[len(packed)-8:]
	data, sum := buf, uint32(0)
	for last := false; !last; {
		if len(blocks) == 2 && binary.LittleEndian.Uint16(blocks) == emptyFixed {
			blocks = nil
			break
		}
		if len(blocks) < storedHead || blocks[0]&^1 != 0 {
			return buf, false
		}
		size := int(binary.LittleEndian.Uint16(blocks[1:]))
		if uint16(size) != ^binary.LittleEndian.Uint16(blocks[3:]) || size > len(blocks)-storedHead || len(data)+size > min(most, cap(data)) {
			return buf, false
		}
		last = blocks[0]&1 == 1
		block := blocks[storedHead : storedHead+size]
		data = append(data, block...)
		sum = crc32.Update(sum, crc32.IEEETable, block)
		blocks = blocks[storedHead+size:]
	}
	if len(blocks) > 0 || sum != binary.LittleEndian.Uint32(tail) || uint32(len(data)) != binary.LittleEndian.Uint32(tail[4:]) {
		return buf, false
	}
	return data, true
}
