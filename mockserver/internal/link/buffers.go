package link

import (
	"math/bits"
	"sync"
)

// Buffers for frames, in classes of powers of two from 1 KiB to 16 MiB: an idle
// connection holds none of them.
const (
	smallestClass = 10
	largestClass  = 24
)

var classes [largestClass + 1]sync.Pool

// headers are the slices' own few words, which a pool can only hold by a pointer.
var headers = sync.Pool{New: func() any { return new([]byte) }}

func classOf(n int) int {
	return max(smallestClass, bits.Len(uint(max(1, n)-1)))
}

// getBuffer returns a buffer of length n.
func getBuffer(n int) []byte {
	c := classOf(n)
	if c > largestClass {
		return make([]byte, n)
	}
	if h, ok := classes[c].Get().(*[]byte); ok {
		b := *h
		*h = nil
		headers.Put(h)
		return b[:n]
	}
	return make([]byte, n, 1<<c)
}

// putBuffer takes a buffer of getBuffer back.
func putBuffer(b []byte) {
	c := classOf(cap(b))
	if cap(b) == 0 || c > largestClass || cap(b) != 1<<c {
		return
	}
	h := headers.Get().(*[]byte)
	*h = b[:cap(b)]
	classes[c].Put(h)
}
