package tl

import (
	"encoding/binary"
	"errors"
)

// The two part methods: https://core.telegram.org/method/upload.saveBigFilePart
// and https://core.telegram.org/method/upload.saveFilePart. Their ids are the
// same in all layers.
const (
	SaveBigFilePartID = 0xde7b673d
	SaveFilePartID    = 0xb304a621
)

// SavePart is a part call. Bytes aliases the buffer it was read from.
type SavePart struct {
	Big    bool
	FileID int64
	Part   int32
	Total  int32 // file_total_parts; 0 for small files, which do not say
	Bytes  []byte
}

// Method returns the call's TL name.
func (p *SavePart) Method() string {
	if p.Big {
		return "upload.saveBigFilePart"
	}
	return "upload.saveFilePart"
}

var errCut = errors.New("tl: decoding bytes: the body is cut off")

// DecodeSavePart reads a part call without copying its bytes. The body must begin
// with one of the two ids; the bytes behind the call are returned as rest.
func DecodeSavePart(b []byte) (p SavePart, rest []byte, err error) {
	if len(b) < 16 {
		return p, nil, errCut
	}
	p.Big = binary.LittleEndian.Uint32(b) == SaveBigFilePartID
	p.FileID = int64(binary.LittleEndian.Uint64(b[4:]))
	p.Part = int32(binary.LittleEndian.Uint32(b[12:]))
	b = b[16:]
	if p.Big {
		if len(b) < 4 {
			return p, nil, errCut
		}
		p.Total = int32(binary.LittleEndian.Uint32(b))
		b = b[4:]
	}
	p.Bytes, rest, err = TakeBytes(b)
	return p, rest, err
}

// TakeBytes reads a TL bytes value in place: one length byte up to 253, else 254
// and three bytes, padded with zeros to a multiple of four.
// https://core.telegram.org/mtproto/serialize#base-types
func TakeBytes(b []byte) (v, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errCut
	}
	n, head := int(b[0]), 1
	switch n {
	case 254:
		n, head = int(b[1])|int(b[2])<<8|int(b[3])<<16, 4
	case 255:
		return nil, nil, errors.New("tl: decoding bytes: 255 does not begin a bytes value")
	}
	size := (head + n + 3) &^ 3
	if size > len(b) {
		return nil, nil, errCut
	}
	return b[head : head+n], b[size:], nil
}

// AppendSavePart encodes a part call.
func AppendSavePart(dst []byte, p SavePart) []byte {
	if p.Big {
		dst = binary.LittleEndian.AppendUint32(dst, SaveBigFilePartID)
	} else {
		dst = binary.LittleEndian.AppendUint32(dst, SaveFilePartID)
	}
	dst = binary.LittleEndian.AppendUint64(dst, uint64(p.FileID))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(p.Part))
	if p.Big {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(p.Total))
	}
	head := 1
	if n := len(p.Bytes); n < 254 {
		dst = append(dst, byte(n))
	} else {
		dst = append(dst, 254, byte(n), byte(n>>8), byte(n>>16))
		head = 4
	}
	dst = append(dst, p.Bytes...)
	for pad := (head + len(p.Bytes)) & 3; pad != 0 && pad < 4; pad++ {
		dst = append(dst, 0)
	}
	return dst
}
