package rawclient

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// Frame is one transport packet to send. What is nil is filled in truthfully.
//
// https://core.telegram.org/mtproto/mtproto-transports
type Frame struct {
	Payload []byte
	// QuickAck asks for a quick acknowledgement; full and HTTP have no way to ask.
	QuickAck bool
	// Length replaces the number in the header: words for abridged, bytes for
	// the others (full counts its own 12 bytes, HTTP's is Content-Length).
	Length *uint32
	// Padding replaces the number of padding bytes; padded intermediate only.
	Padding *int
	// SeqNo and CRC replace full's counter and checksum. A replaced SeqNo does
	// not move the connection's own counter.
	SeqNo *uint32
	CRC   *uint32
}

// quickAckBit in the length asks for a quick acknowledgement: bit 31 of four
// bytes, bit 7 of abridged's first byte.
//
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
const quickAckBit = 1 << 31

// framer writes frames; only full keeps state between them.
type framer struct {
	transport Transport
	seq       uint32
	padding   func() int // nil: random
	path      string     // of HTTP requests
	host      string     // and their Host header
	rand      io.Reader
}

// append adds the frame's bytes to dst.
func (w *framer) append(dst []byte, f Frame) ([]byte, error) {
	switch w.transport {
	case Abridged:
		return appendAbridged(dst, f)
	case Full:
		return w.appendFull(dst, f)
	case HTTP:
		return w.appendHTTP(dst, f)
	case Padded:
		return w.appendPadded(dst, f)
	default:
		return appendIntermediate(dst, f, len(f.Payload)), nil
	}
}

func appendAbridged(dst []byte, f Frame) ([]byte, error) {
	if f.Length == nil && len(f.Payload)%4 != 0 {
		return nil, fmt.Errorf("rawclient: abridged counts words, %d bytes are none; set Frame.Length to send them anyway", len(f.Payload))
	}
	words := uint32(len(f.Payload) / 4)
	if f.Length != nil {
		words = *f.Length
	}
	if words >= 1<<24 {
		return nil, fmt.Errorf("rawclient: abridged cannot say %d words", words)
	}
	var ack byte
	if f.QuickAck {
		ack = 0x80
	}
	if words < 0x7f {
		dst = append(dst, byte(words)|ack)
	} else {
		dst = append(dst, 0x7f|ack, byte(words), byte(words>>8), byte(words>>16))
	}
	return append(dst, f.Payload...), nil
}

func appendIntermediate(dst []byte, f Frame, n int) []byte {
	length := uint32(n)
	if f.Length != nil {
		length = *f.Length
	}
	if f.QuickAck {
		length |= quickAckBit
	}
	dst = binary.LittleEndian.AppendUint32(dst, length)
	return append(dst, f.Payload...)
}

func (w *framer) appendPadded(dst []byte, f Frame) ([]byte, error) {
	n, err := w.paddingLen(f.Padding)
	if err != nil {
		return nil, err
	}
	pad := make([]byte, n)
	if _, err := io.ReadFull(w.rand, pad); err != nil {
		return nil, fmt.Errorf("rawclient: random padding: %w", err)
	}
	return append(appendIntermediate(dst, f, len(f.Payload)+n), pad...), nil
}

func (w *framer) paddingLen(fixed *int) (int, error) {
	n := 0
	switch {
	case fixed != nil:
		n = *fixed
	case w.padding != nil:
		n = w.padding()
	default:
		var b [1]byte
		if _, err := io.ReadFull(w.rand, b[:]); err != nil {
			return 0, fmt.Errorf("rawclient: random padding: %w", err)
		}
		n = int(b[0] & 15)
	}
	if n < 0 {
		return 0, fmt.Errorf("rawclient: negative padding %d", n)
	}
	return n, nil
}

func (w *framer) appendFull(dst []byte, f Frame) ([]byte, error) {
	if f.QuickAck {
		return nil, fmt.Errorf("rawclient: full has no quick acknowledgement; use another transport")
	}
	start := len(dst)
	length, seq := uint32(len(f.Payload)+12), w.seq
	if f.Length != nil {
		length = *f.Length
	}
	if f.SeqNo != nil {
		seq = *f.SeqNo
	} else {
		w.seq++
	}
	dst = binary.LittleEndian.AppendUint32(dst, length)
	dst = binary.LittleEndian.AppendUint32(dst, seq)
	dst = append(dst, f.Payload...)
	sum := crc32.ChecksumIEEE(dst[start:])
	if f.CRC != nil {
		sum = *f.CRC
	}
	return binary.LittleEndian.AppendUint32(dst, sum), nil
}
