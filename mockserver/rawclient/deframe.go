package rawclient

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
)

// Packet is what a server sent in one piece: a frame, or a quick
// acknowledgement, which stands between frames.
type Packet struct {
	// Payload is the frame as it came, with padded intermediate's padding
	// taken off where the message inside says how long it is.
	Payload []byte
	// Padding is how many bytes were taken off.
	Padding int
	// QuickAck is set instead of Payload: the token, with bit 31.
	//
	// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
	QuickAck *uint32
}

// TransportError returns the error that the packet is, if it is one: four bytes
// that are negative as a little-endian number.
func (p Packet) TransportError() *TransportError {
	if p.QuickAck != nil || len(p.Payload) != 4 {
		return nil
	}
	code := int32(binary.LittleEndian.Uint32(p.Payload))
	if code >= 0 {
		return nil
	}
	return &TransportError{Code: code}
}

// deframer takes frames off the front of what was received. It looks at bytes
// only, so a read that was cancelled half-way can go on later.
type deframer struct {
	transport Transport
	max       int
	seq       uint32
}

// next returns the first packet in buf and how many bytes it took, 0 as long as
// buf does not hold all of it. Payload aliases buf.
func (r *deframer) next(buf []byte) (Packet, int, error) {
	switch r.transport {
	case Abridged:
		return r.nextAbridged(buf)
	case Full:
		return r.nextFull(buf)
	case HTTP:
		return r.nextHTTP(buf)
	default:
		return r.nextIntermediate(buf)
	}
}

func (r *deframer) nextAbridged(buf []byte) (Packet, int, error) {
	if len(buf) == 0 {
		return Packet{}, 0, nil
	}
	header, n := 1, int(buf[0])*4
	switch {
	case buf[0]&0x80 != 0: // a quick ack comes most significant byte first
		return quickAck(buf, bits.ReverseBytes32)
	case buf[0] == 0x7f:
		if len(buf) < 4 {
			return Packet{}, 0, nil
		}
		header, n = 4, int(binary.LittleEndian.Uint32(buf)>>8)*4
	}
	return r.cut(buf, header, n, 0)
}

func (r *deframer) nextIntermediate(buf []byte) (Packet, int, error) {
	if len(buf) < 4 {
		return Packet{}, 0, nil
	}
	length := binary.LittleEndian.Uint32(buf)
	if length&quickAckBit != 0 {
		return quickAck(buf, func(v uint32) uint32 { return v })
	}
	p, n, err := r.cut(buf, 4, int(length), 0)
	if n > 0 && r.transport == Padded {
		p = unpad(p)
	}
	return p, n, err
}

func (r *deframer) nextFull(buf []byte) (Packet, int, error) {
	if len(buf) < 4 {
		return Packet{}, 0, nil
	}
	length := int(binary.LittleEndian.Uint32(buf))
	if length < 12 {
		return Packet{}, 0, r.errorf("length %d is below the 12 bytes around a payload", length)
	}
	p, n, err := r.cut(buf, 8, length-12, 4)
	if n == 0 || err != nil {
		return Packet{}, 0, err
	}
	if seq := binary.LittleEndian.Uint32(buf[4:]); seq != r.seq {
		return Packet{}, 0, r.errorf("sequence number %d, expected %d", seq, r.seq)
	}
	sum := binary.LittleEndian.Uint32(buf[length-4:])
	if want := crc32.ChecksumIEEE(buf[:length-4]); sum != want {
		return Packet{}, 0, r.errorf("crc32 %08x, computed %08x", sum, want)
	}
	r.seq++
	return p, n, nil
}

// cut takes n bytes between header and trailer.
func (r *deframer) cut(buf []byte, header, n, trailer int) (Packet, int, error) {
	if n > r.max {
		return Packet{}, 0, r.errorf("length %d is over the limit of %d bytes", n, r.max)
	}
	if len(buf) < header+n+trailer {
		return Packet{}, 0, nil
	}
	return Packet{Payload: buf[header : header+n : header+n]}, header + n + trailer, nil
}

func quickAck(buf []byte, order func(uint32) uint32) (Packet, int, error) {
	if len(buf) < 4 {
		return Packet{}, 0, nil
	}
	token := order(binary.LittleEndian.Uint32(buf))
	return Packet{QuickAck: &token}, 4, nil
}

func (r *deframer) errorf(format string, args ...any) error {
	return &FrameError{Transport: r.transport, Reason: fmt.Sprintf(format, args...)}
}

// unpad takes the padding off a padded frame. The frame does not say how much
// there is; the message inside does: an unencrypted one by its length, an
// encrypted one because it is 24 bytes and whole cipher blocks, and less than
// 20 bytes can only be a transport error.
func unpad(p Packet) Packet {
	keep := len(p.Payload)
	switch {
	case keep < 4:
	case keep < 20:
		if int32(binary.LittleEndian.Uint32(p.Payload)) < 0 {
			keep = 4
		}
	case binary.LittleEndian.Uint64(p.Payload) == 0:
		n := int(int32(binary.LittleEndian.Uint32(p.Payload[16:])))
		if n >= 0 && 20+n <= keep && keep-20-n < 16 {
			keep = 20 + n
		}
	case keep >= 24:
		keep -= (keep - 24) % 16
	}
	return Packet{Payload: p.Payload[:keep], Padding: len(p.Payload) - keep}
}
