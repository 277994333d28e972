package slab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBuffers(t *testing.T) {
	const least, most = 1 << 10, 1 << 20
	s := Buffers{Least: least, Most: most}
	for _, n := range []int{0, 1, least - 1, least, least + 1, 5000, 526 << 10, most / 2, most/2 + 1, most - 1, most, most + 1} {
		b := s.Get(n)
		require.Len(t, b, n)
		require.LessOrEqual(t, cap(b), max(n*5/4, least), "for %d", n)
		s.Put(b)
		require.Len(t, s.Get(n), n, "one that was used before")
	}
	// What Get did not make must not come out of it too short.
	s.Put(nil)
	s.Put(make([]byte, 10))
	s.Put(make([]byte, 1500)) // between two classes
	s.Put(make([]byte, 2048)[100:])
	for range 10 {
		require.Len(t, s.Get(1400), 1400)
		require.Len(t, s.Get(2048), 2048)
	}
}

// What was large for once is nobody's afterwards.
func TestLargeBuffersAreNotKept(t *testing.T) {
	s := Buffers{Least: 1 << 10, Most: 1 << 20}
	s.Put(make([]byte, 2<<20))
	for c := range s.classes {
		require.Nil(t, s.classes[c].Get())
	}
}
