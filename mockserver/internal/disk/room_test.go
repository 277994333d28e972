package disk

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Stretches that are in use never overlap, what is given back is used again, and with
// all of it given back nothing is left.
func TestRoom(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var m room
		owner := map[int64]int{} // byte -> who has it
		var used []extent
		for i := range 200 {
			if len(used) > 0 && r.IntN(2) == 0 {
				n := r.IntN(len(used))
				e := used[n]
				used = append(used[:n], used[n+1:]...)
				for at := e.at; at < e.end(); at++ {
					delete(owner, at)
				}
				m.give(e)
				continue
			}
			size := r.Int64N(9)
			want := m.endWith(size)
			e := extent{m.take(size), size}
			require.Equal(t, want, m.end)
			require.LessOrEqual(t, e.end(), m.end)
			for at := e.at; at < e.end(); at++ {
				require.Zero(t, owner[at], "byte %d is used twice", at)
				owner[at] = i + 1
			}
			if size > 0 {
				used = append(used, e)
			}
		}
		free := int64(0)
		last := extent{-1, 0}
		for _, g := range m.gaps {
			require.Greater(t, g.at, last.end(), "gaps that touch are one")
			require.Positive(t, g.size)
			free, last = free+g.size, g
		}
		require.EqualValues(t, m.end, free+int64(len(owner)))
		for _, e := range used {
			m.give(e)
		}
		require.Equal(t, int64(0), m.end)
		require.Empty(t, m.gaps)
	}
}
