package rawclient

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
)

// Transport is the framing of a connection.
//
// https://core.telegram.org/mtproto/mtproto-transports
type Transport int

// The transports of https://core.telegram.org/mtproto/mtproto-transports.
const (
	Abridged     Transport = iota // one or four bytes of length, in words
	Intermediate                  // four bytes of length
	Padded                        // intermediate with up to 15 bytes of padding
	Full                          // length, sequence number and CRC32; has no tag
	HTTP                          // a POST for each frame; has no tag: https://core.telegram.org/mtproto/transports#http
)

// String names the transport as the documentation does.
func (t Transport) String() string {
	switch t {
	case Abridged:
		return "abridged"
	case Intermediate:
		return "intermediate"
	case Padded:
		return "padded intermediate"
	case Full:
		return "full"
	case HTTP:
		return "HTTP"
	}
	return fmt.Sprintf("Transport(%d)", int(t))
}

// tag is what announces the transport: its first byte alone on a plain
// abridged connection, all four bytes otherwise and inside the obfuscated2
// header. Full and HTTP have none.
func (t Transport) tag() [4]byte {
	b := map[Transport]byte{Abridged: 0xef, Intermediate: 0xee, Padded: 0xdd}[t]
	return [4]byte{b, b, b, b}
}

// DefaultMaxFrame is the largest frame that is read unless Options say
// otherwise, in bytes: 2^24, the most that abridged and TDLib can carry.
const DefaultMaxFrame = 1 << 24

// Options choose how bytes travel. The zero value is plain abridged.
type Options struct {
	Transport  Transport
	Obfuscated bool // https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
	WebSocket  bool // https://core.telegram.org/mtproto/transports#websocket
	// Path is the websocket's path, or that of HTTP requests; "" is /apiws, or /api.
	Path string
	// DC goes into the obfuscated2 header; servers that are not proxies ignore it.
	DC int16
	// NoPreamble leaves out the transport's tag, for tests that write their
	// own first bytes with SendRaw. It cannot be combined with Obfuscated,
	// whose keys are in the header.
	NoPreamble bool
	// MaxFrame bounds a received frame, in bytes; 0 is DefaultMaxFrame.
	MaxFrame int
	// Padding says how many bytes follow the payload of a padded frame; nil
	// is 0 to 15 at random.
	Padding func() int
	// Rand is the source of everything random here; nil is crypto/rand.
	Rand io.Reader
}

func (o Options) withDefaults() Options {
	switch {
	case o.Path == "" && o.Transport == HTTP:
		o.Path = "/api"
	case o.Path == "":
		o.Path = "/apiws"
	}
	if o.MaxFrame <= 0 {
		o.MaxFrame = DefaultMaxFrame
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return o
}

func (o Options) validate() error {
	switch {
	case o.Transport < Abridged || o.Transport > HTTP:
		return fmt.Errorf("rawclient: unknown %v", o.Transport)
	case o.Obfuscated && o.Transport == Full:
		return errors.New("rawclient: full cannot be obfuscated, it has no protocol tag; choose another transport")
	case o.Transport == HTTP && (o.Obfuscated || o.WebSocket):
		return errors.New("rawclient: HTTP is neither obfuscated nor inside a websocket; choose another transport")
	case o.Obfuscated && o.NoPreamble:
		return errors.New("rawclient: NoPreamble with Obfuscated: the header carries the keys and must be sent")
	}
	return nil
}

// Ptr returns a pointer to v, for the fields of Frame, Envelope and the like
// that are nil unless a test sets them.
func Ptr[T any](v T) *T { return &v }
