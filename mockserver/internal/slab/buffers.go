package slab

import (
	"math/bits"
	"sync"
)

// Buffers keeps buffers for those who need some for a moment, in classes of powers of
// two, until the garbage collector takes them. It is safe for concurrent use.
type Buffers struct {
	// Least is the size of the smallest ones, in bytes, and Most that of the largest that
	// are kept, both powers of two.
	Least, Most int

	classes [32]sync.Pool
	headers sync.Pool // of the slices' own few words, which a pool can only hold by a pointer
}

func (s *Buffers) class(n int) int { return bits.Len(uint(max(n, s.Least) - 1)) }

// Get returns a buffer of length n, in which there is anything.
func (s *Buffers) Get(n int) []byte {
	if n > s.Most {
		return make([]byte, n)
	}
	c := s.class(n)
	if h, ok := s.classes[c].Get().(*[]byte); ok {
		b := *h
		*h = nil
		s.headers.Put(h)
		return b[:n]
	}
	return make([]byte, n, 1<<c)
}

// Put takes a buffer of Get back.
func (s *Buffers) Put(b []byte) {
	c := s.class(cap(b))
	if cap(b) > s.Most || cap(b) != 1<<c {
		return
	}
	h, ok := s.headers.Get().(*[]byte)
	if !ok {
		h = new([]byte)
	}
	*h = b
	s.classes[c].Put(h)
}
