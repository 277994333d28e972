package rpc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// Implementation limits of gzip_packed: an honest part unpacks to 526 KiB, and
// deflate reaches 1,000:1 only on bytes that are all the same.
const (
	maxInflated = 10 << 20
	maxRatio    = 1_100 // deflate's own ceiling is 1,032:1; more is a lie
)

// inflated is an unpacked query in a pooled buffer.
type inflated struct {
	data []byte
	buf  *bytes.Buffer
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keepBuffer is the largest buffer that goes back to the pool.
const keepBuffer = 1 << 20

func (i *inflated) release() {
	if i != nil {
		putBuffer(i.buf)
	}
}

func putBuffer(b *bytes.Buffer) {
	if b.Cap() <= keepBuffer {
		buffers.Put(b)
	}
}

var (
	gzipReaders sync.Pool
	zlibReaders sync.Pool
)

// inflate unpacks a gzip or zlib stream: mtcute puts zlib into gzip_packed. The
// buffer grows with what comes out, never by what the stream says of itself.
func inflate(packed []byte) (*inflated, error) {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	if err := inflateInto(buf, packed); err != nil {
		putBuffer(buf)
		return nil, fmt.Errorf("rpc: unpacking gzip_packed: %w", err)
	}
	return &inflated{buf.Bytes(), buf}, nil
}

var errBomb = errors.New("it holds more than 10 MiB, or more than deflate can pack")

func inflateInto(buf *bytes.Buffer, packed []byte) error {
	limit := int64(min(maxInflated, len(packed)*maxRatio+64))
	var from io.Reader
	if len(packed) > 2 && packed[0] == 0x1f && packed[1] == 0x8b {
		r, err := gzipReader(packed)
		if err != nil {
			return err
		}
		defer gzipReaders.Put(r)
		from = r
	} else {
		r, err := zlibReader(packed)
		if err != nil {
			return err
		}
		defer zlibReaders.Put(r)
		from = r
	}
	n, err := buf.ReadFrom(io.LimitReader(from, limit+1))
	if err != nil {
		return err
	}
	if n > limit {
		return errBomb
	}
	return nil
}

func gzipReader(packed []byte) (*gzip.Reader, error) {
	src := bytes.NewReader(packed)
	if r, ok := gzipReaders.Get().(*gzip.Reader); ok {
		return r, r.Reset(src)
	}
	return gzip.NewReader(src)
}

func zlibReader(packed []byte) (io.Reader, error) {
	src := bytes.NewReader(packed)
	if r, ok := zlibReaders.Get().(io.Reader); ok {
		return r, r.(zlib.Resetter).Reset(src, nil)
	}
	return zlib.NewReader(src)
}
