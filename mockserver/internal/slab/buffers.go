package slab

import (
	"math/bits"
	"sync"
)

// Buffers keeps buffers for those who need some for a moment, in classes of sizes, until
// the garbage collector takes them. It is safe for concurrent use.
type Buffers struct {
	// Least is the size of the smallest ones, in bytes, and Most that of the largest that
	// are kept, both powers of two, and 8 at the least.
	Least, Most int

	classes [32 * steps]sync.Pool
	headers sync.Pool // of the slices' own few words, which a pool can only hold by a pointer
}

// steps are the classes between one power of two and the next: a part of 512 KiB comes in a
// frame that is a little longer, and would take 1 MiB otherwise.
const steps = 4

// class is the smallest one that n bytes fit into, and its size.
func (s *Buffers) class(n int) (c, size int) {
	n = max(n, s.Least)
	below := bits.Len(uint(n-1)) - 1 // 1<<below < n <= 1<<(below+1)
	step := 1 << below / steps
	up := (n - 1<<below + step - 1) / step
	return steps*below + up - 1, 1<<below + up*step
}

// Get returns a buffer of length n, in which there is anything.
func (s *Buffers) Get(n int) []byte {
	if n > s.Most {
		return make([]byte, n)
	}
	c, size := s.class(n)
	if h, ok := s.classes[c].Get().(*[]byte); ok {
		b := *h
		*h = nil
		s.headers.Put(h)
		return b[:n]
	}
	return make([]byte, n, size)
}

// Put takes a buffer of Get back.
func (s *Buffers) Put(b []byte) {
	c, size := s.class(cap(b))
	if cap(b) > s.Most || cap(b) != size {
		return
	}
	h, ok := s.headers.Get().(*[]byte)
	if !ok {
		h = new([]byte)
	}
	*h = b
	s.classes[c].Put(h)
}
