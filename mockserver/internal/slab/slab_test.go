package slab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValuesAreZeroAndApart(t *testing.T) {
	var s Of[int]
	var all []*int
	for i := range 3 * most {
		v := s.New()
		require.Zero(t, *v)
		*v = i + 1
		all = append(all, v)
	}
	for i, v := range all {
		require.Equal(t, i+1, *v)
	}
}

// A file of one part must not pay for a large one.
func TestFewForFew(t *testing.T) {
	var s Of[int64]
	s.New()
	require.Empty(t, s.free)
	s.New()
	require.Len(t, s.free, 1)
	require.Less(t, testing.AllocsPerRun(10*most, func() { s.New() }), 0.1)
}
