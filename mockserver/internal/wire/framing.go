package wire

import (
	"bufio"
	"io"
)

// header is what stands before the payload of a frame.
type header struct {
	length   int64 // bytes of payload claimed, padding included; not yet compared with any bound
	quickAck bool  // the client wants to hear at once that the frame has come
	// preflight: no frame, but a browser that asks whether it may send one over HTTP
	preflight bool
}

// framing is one transport protocol of https://core.telegram.org/mtproto/mtproto-transports. All methods but the last
// belong to the reader, that one to the writer; no state is shared between the two.
type framing interface {
	// header reads up to the first byte of the payload. It returns io.EOF only if the stream ends before the frame.
	header(in *bufio.Reader) (header, error)
	// take is told of all of the payload, piece by piece as it comes, before anybody changes it.
	take(piece []byte)
	// trailer reads what stands behind the payload and returns the payload without what is not part of it.
	trailer(in *bufio.Reader, payload []byte) ([]byte, error)
	// append appends the payload as one frame. Its length has been checked.
	append(dst, payload []byte) ([]byte, error)
}

// quickAcker is a framing with quick acks: every one but full and HTTP.
type quickAcker interface {
	// appendQuickAck appends a quick ack.
	appendQuickAck(dst []byte, token uint32) []byte
}

// The names of the transports, as Conn.Transport gives them.
const (
	nameAbridged     = "abridged"
	nameIntermediate = "intermediate"
	namePadded       = "padded intermediate"
	nameFull         = "full"
	nameHTTP         = "HTTP"
)

// newFraming returns a fresh framing by its name.
func newFraming(name string, random io.Reader, padding int) framing {
	switch name {
	case nameAbridged:
		return abridged{}
	case nameIntermediate:
		return intermediate{}
	case namePadded:
		return &padded{random: random, most: padding}
	default:
		return &full{}
	}
}

// quickAckBit marks a quick ack, so that a client can tell it from a length:
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
const quickAckBit = 1 << 31
