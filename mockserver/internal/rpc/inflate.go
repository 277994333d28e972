package rpc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// MaxInflateRatio is what no deflate stream reaches: its own ceiling is 1,032 to 1,
// which a part of zeros comes close to, so that no lower ratio tells a bomb from an
// honest part. What bounds a bomb is the budget.
const MaxInflateRatio = 1_100

// Budget is how many bytes all that is packed in one frame may unpack to, together:
// a container of many bombs, each below the limit, is a bomb too. It is for one
// goroutine.
type Budget struct{ limit, left int }

// NewBudget makes a budget of some bytes.
func NewBudget(bytes int) Budget { return Budget{limit: bytes, left: bytes} }

// inflated is an unpacked query in a pooled buffer.
type inflated struct {
	data []byte
	slot bool // one of unpacking
}

func (i *inflated) release() {
	if i.slot {
		<-unpacking
	}
	if i.data != nil {
		buffers.Put(i.data)
	}
	*i = inflated{}
}

// MaxUnpacking is how many queries are unpacked at once, whichever connections they
// come over, until they are carried out; others wait for a moment. Implementation
// limit: it bounds the buffers that grow.
const MaxUnpacking = 16

var unpacking = make(chan struct{}, MaxUnpacking)

var (
	gzipReaders sync.Pool
	zlibReaders sync.Pool
)

// inflate unpacks a gzip or zlib stream: mtcute puts zlib into gzip_packed. What comes
// out is taken from the budget, also if it is of no use.
func (b *Budget) inflate(packed []byte) (i inflated, err error) {
	most := int(min(int64(b.left), int64(len(packed))*MaxInflateRatio+64))
	i.data = buffers.Get(min(claimedSize(packed), most, trusted(len(packed))))[:0]
	var stored bool
	if i.data, stored = appendStored(i.data, packed, most); stored {
		b.left -= len(i.data)
		return i, nil
	}
	unpacking <- struct{}{}
	i.slot = true
	whole := false
	defer func() { // also after a panic
		if !whole {
			i.release()
		}
	}()
	i.data, err = b.unpack(i.data, packed, most)
	b.left = max(0, b.left-len(i.data))
	whole = err == nil
	return i, err
}

// unpack appends what comes out of a stream to buf, and one byte more than it may.
func (b *Budget) unpack(buf, packed []byte, most int) ([]byte, error) {
	r, done, err := inflater(packed)
	if err != nil {
		return buf, fmt.Errorf("rpc: unpacking gzip_packed: %w", err)
	}
	defer done()
	for {
		if len(buf) == cap(buf) {
			buf = grow(buf, most+1)
		}
		n, err := r.Read(buf[len(buf):min(cap(buf), most+1)])
		buf = buf[:len(buf)+n]
		switch {
		case len(buf) > most:
			return buf, b.bomb()
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return buf, fmt.Errorf("rpc: unpacking gzip_packed: %w", err)
		}
	}
}

// bomb is the error for what does not fit into the budget.
func (b *Budget) bomb() error {
	return &limitError{"InflatedBytes", fmt.Sprintf("what is packed in one frame holds more than %d bytes", b.limit)}
}

// limitError says which limit a query passed.
type limitError struct{ limit, text string }

func (e *limitError) Error() string { return "rpc: " + e.text + ": " + e.limit }

func isGzip(packed []byte) bool { return len(packed) > 2 && packed[0] == 0x1f && packed[1] == 0x8b }

// claimedSize is how long a gzip stream says that its contents are, in its last four
// bytes; for zlib, which does not say, a guess. https://www.rfc-editor.org/rfc/rfc1952
func claimedSize(packed []byte) int {
	if !isGzip(packed) || len(packed) < gzipFrame {
		return 4 * len(packed)
	}
	return int(binary.LittleEndian.Uint32(packed[len(packed)-4:])) + 1 // to find its end without growing
}

// trusted is how much memory a packed query gets on its word: a buffer that is worth
// what has arrived. What unpacks to more grows it as it comes.
func trusted(packed int) int { return 16*packed + smallestBuffer }

// inflater returns a reader of what is packed; done gives it back.
func inflater(packed []byte) (r io.Reader, done func(), err error) {
	src := bytes.NewReader(packed)
	if isGzip(packed) {
		z, ok := gzipReaders.Get().(*gzip.Reader)
		if ok {
			err = z.Reset(src)
		} else {
			z, err = gzip.NewReader(src)
		}
		if err != nil {
			return nil, nil, err
		}
		return z, func() { gzipReaders.Put(z) }, nil
	}
	if r, ok := zlibReaders.Get().(io.Reader); ok {
		if err := r.(zlib.Resetter).Reset(src, nil); err != nil {
			return nil, nil, err
		}
		return r, func() { zlibReaders.Put(r) }, nil
	}
	z, err := zlib.NewReader(src)
	if err != nil {
		return nil, nil, err
	}
	return z, func() { zlibReaders.Put(z) }, nil
}
