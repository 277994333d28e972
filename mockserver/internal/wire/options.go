package wire

import (
	"crypto/rand"
	"io"
)

const (
	// DefaultMaxFrame is the longest frame payload accepted unless Options say otherwise, in bytes. The largest frame
	// an honest upload sends holds a part of 512 KiB; a container of three such parts still fits.
	DefaultMaxFrame = 2 << 20

	// MaxFrameCeiling is the longest frame payload that Options can ask for and that WriteFrames will send, in bytes.
	// TDLib refuses anything longer (CHECK in td/mtproto/TcpTransport.cpp).
	MaxFrameCeiling = 16 << 20

	// DefaultPadding is the greatest number of random bytes behind an answer on the padded intermediate transport
	// unless Options say otherwise. The specification allows 15, see MaxPadding, but deployed clients (gotd/td
	// v0.161.0 among them) drop only length mod 4 bytes and then fail on a ciphertext that is no multiple of 16.
	DefaultPadding = 3

	// MaxPadding is the greatest number of random bytes behind a payload on the padded intermediate transport:
	// https://core.telegram.org/mtproto/mtproto-transports#padded-intermediate
	MaxPadding = 15
)

// Options bound what Accept and the Conn it returns will do. The zero value is ready to use.
type Options struct {
	// MaxFrame is the longest frame payload a client may send, in bytes, padding included. 0 or less means
	// DefaultMaxFrame; more than MaxFrameCeiling means MaxFrameCeiling.
	MaxFrame int

	// Padding is the greatest number of random bytes put behind an answer on the padded intermediate transport. 0
	// means DefaultPadding, less means none, more than MaxPadding means MaxPadding.
	Padding int

	// Rand yields padding bytes and their number; nil means crypto/rand. It is read by WriteFrames only.
	Rand io.Reader

	// OnFrame, if set, is called by ReadFrame in the reader's goroutine once the length of a frame has been read and
	// found acceptable, before its payload is waited for: the place to give the frame a deadline of its own. length
	// is the number of payload bytes claimed, padding included. Over HTTP it is called with 0 too, when a request begins.
	OnFrame func(length int)

	// OnExpect, if set, is called by ReadFrame when an HTTP client waits for leave to send a body; see Conn.WriteContinue.
	OnExpect func()

	// OnRead, if set, is called in the reader's goroutine before it waits for bytes of the connection: everything that
	// had come by then has been handed over, or is part of a frame that is not whole yet. Inside a websocket, whose
	// library reads by itself, it is not called.
	OnRead func()

	// OnArrival, if set, is called in the reader's goroutine while a long frame is on its way: so many bytes of its payload
	// have come, less than all, and are the caller's, who may change them in place. What follows comes into the same
	// buffer, of the length that OnFrame was told. It lets work on the beginning begin before the end is there.
	OnArrival func(payload []byte, come int)

	// Wary has ReadFrame ask for the buffer of a long frame only when a quarter of it is there, until Conn.Trust: a copy
	// more for what an honest client sends first.
	Wary bool

	// Output is what frames are written to; nil means the connection itself. Inside a websocket it is not used.
	Output io.Writer
}

// withDefaults returns o with every field in its range.
func (o Options) withDefaults() Options {
	if o.MaxFrame <= 0 {
		o.MaxFrame = DefaultMaxFrame
	}
	o.MaxFrame = min(o.MaxFrame, MaxFrameCeiling)
	if o.Padding == 0 {
		o.Padding = DefaultPadding
	}
	o.Padding = max(0, min(o.Padding, MaxPadding))
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return o
}
