package rpc

import (
	"math/bits"
	"sync"
)

// Buffers for what is unpacked, in classes of powers of two. Larger ones than honest
// parts need are not kept.
const (
	smallestBuffer = 4 << 10
	largestKept    = 1 << 20
)

var classes [32]sync.Pool

// headers are the slices' own few words, which a pool can only hold by a pointer.
var headers = sync.Pool{New: func() any { return new([]byte) }}

func classOf(n int) int { return bits.Len(uint(max(n, smallestBuffer) - 1)) }

// getBuffer returns an empty buffer with room for n bytes at least.
func getBuffer(n int) []byte {
	c := classOf(n)
	if h, ok := classes[c].Get().(*[]byte); ok {
		b := *h
		*h = nil
		headers.Put(h)
		return b[:0]
	}
	return make([]byte, 0, 1<<c)
}

// putBuffer takes a buffer of getBuffer back.
func putBuffer(b []byte) {
	if cap(b) > largestKept {
		return
	}
	h := headers.Get().(*[]byte)
	*h = b
	classes[classOf(cap(b))].Put(h)
}

// grow moves what is in a full buffer to one of four times the size: what has to grow
// at all, such as a part of zeros, is mostly many times as long as it was taken for. It
// makes no more room than for most bytes, which are more than b holds.
func grow(b []byte, most int) []byte {
	next := append(getBuffer(min(4*cap(b), most)), b...)
	putBuffer(b)
	return next
}
