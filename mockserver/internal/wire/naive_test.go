package wire

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// How a stream ends, for a reader that has all of it before it.
const (
	endGood = "between two frames"
	endCut  = "inside something"
	endBad  = "with what no client may send"
)

// naiveStream is what core.telegram.org's page on transports makes of a whole stream:
// https://core.telegram.org/mtproto/mtproto-transports
type naiveStream struct {
	transport string // "" if none was recognised
	frames    []Frame
	end       string
}

// naiveRead reads a stream from its first byte. HTTP, and with it websockets, it does
// not know: then transport is nameHTTP and nothing else is said.
func naiveRead(stream []byte, limit int) naiveStream {
	begins := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return bytes.HasPrefix(stream, []byte(w)) })
	}
	switch {
	case len(stream) == 0:
		return naiveStream{end: endGood}
	case begins("\xef"):
		return naiveFrames(nameAbridged, stream[1:], limit)
	case len(stream) < 4:
		return naiveStream{end: endCut}
	case begins("\xee\xee\xee\xee"):
		return naiveFrames(nameIntermediate, stream[4:], limit)
	case begins("\xdd\xdd\xdd\xdd"):
		return naiveFrames(namePadded, stream[4:], limit)
	case begins("GET ", "POST", "OPTI"):
		return naiveStream{transport: nameHTTP}
	case begins("HEAD", "PUT ", "DELE", "PATC", "CONN", "TRAC", "PRI ", "\x16\x03\x01\x02"):
		return naiveStream{end: endBad}
	case len(stream) < 8:
		return naiveStream{end: endCut}
	case begins("\x16\x03\x01") && stream[3] < 0x40 && stream[5] == 1: // a TLS ClientHello
		return naiveStream{end: endBad}
	case string(stream[4:8]) == "\x00\x00\x00\x00":
		return naiveFrames(nameFull, stream, limit)
	case len(stream) < 64:
		return naiveStream{end: endCut}
	}
	block, _ := aes.NewCipher(stream[8:40])
	plain := make([]byte, len(stream))
	cipher.NewCTR(block, stream[40:56]).XORKeyStream(plain, stream)
	for tag, name := range map[string]string{"\xef\xef\xef\xef": nameAbridged, "\xee\xee\xee\xee": nameIntermediate, "\xdd\xdd\xdd\xdd": namePadded} {
		if string(plain[56:60]) == tag {
			return naiveFrames(name, plain[64:], limit)
		}
	}
	return naiveStream{end: endBad}
}

// naiveFrames cuts what follows the opening into frames.
func naiveFrames(transport string, rest []byte, limit int) naiveStream {
	out := naiveStream{transport: transport}
	for seqno := uint32(0); ; seqno++ {
		if len(rest) == 0 {
			out.end = endGood
			return out
		}
		frame, n, end := naiveFrame(transport, rest, seqno, limit)
		if end != "" {
			out.end = end
			return out
		}
		out.frames = append(out.frames, frame)
		rest = rest[n:]
	}
}

// naiveFrame reads one frame of n bytes.
func naiveFrame(transport string, b []byte, seqno uint32, limit int) (frame Frame, n int, end string) {
	var head, length, tail int
	switch transport {
	case nameAbridged:
		head, length = 1, int(b[0]&0x7f)
		frame.QuickAck = b[0]&0x80 != 0
		if length == 0x7f {
			if head = 4; len(b) < head {
				return frame, 0, endCut
			}
			length = int(b[1]) | int(b[2])<<8 | int(b[3])<<16
		}
		length *= 4
	case nameFull:
		if head, tail = 8, 4; len(b) < head {
			return frame, 0, endCut
		}
		if binary.LittleEndian.Uint32(b[4:]) != seqno {
			return frame, 0, endBad
		}
		length = int(binary.LittleEndian.Uint32(b)) - 12
	default:
		if head = 4; len(b) < head {
			return frame, 0, endCut
		}
		length = int(binary.LittleEndian.Uint32(b) & 0x7fffffff)
		frame.QuickAck = b[3]&0x80 != 0
	}
	switch {
	case length < 8 || length > limit:
		return frame, 0, endBad
	case len(b) < head+length+tail:
		return frame, 0, endCut
	}
	frame.Payload = b[head : head+length]
	if transport == nameFull && crc32.ChecksumIEEE(b[:head+length]) != binary.LittleEndian.Uint32(b[head+length:]) {
		return frame, 0, endBad
	}
	if transport == namePadded {
		frame.Payload = frame.Payload[:naiveUnpadded(frame.Payload)]
	}
	return frame, head + length + tail, ""
}

// naiveUnpadded tries each amount of padding, the least first, until a message is left.
func naiveUnpadded(b []byte) int {
	for padding := range 16 {
		n := len(b) - padding
		switch {
		case n < 20:
			return len(b)
		case binary.LittleEndian.Uint64(b) == 0:
			if said := int64(int32(binary.LittleEndian.Uint32(b[16:]))); said >= 0 && said+20 == int64(n) {
				return n
			}
		case n >= 24 && (n-24)%16 == 0:
			return n
		}
	}
	return len(b)
}
