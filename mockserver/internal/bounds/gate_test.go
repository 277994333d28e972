package bounds

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGate(t *testing.T) {
	g := NewGate("Connections", 2)
	require.True(t, g.Enter(1))
	require.True(t, g.Enter(1))
	require.False(t, g.Enter(1))
	g.Leave(1)
	require.False(t, g.Enter(2), "all or nothing")
	require.True(t, g.Enter(1))
	require.EqualValues(t, 2, g.Held())
	require.EqualValues(t, 2, g.Peak())
	require.EqualValues(t, 2, g.Refused())
	require.Equal(t, "Connections", g.Name())
	require.EqualValues(t, 2, g.Limit())
}

func TestZeroGateAdmitsNothing(t *testing.T) {
	require.False(t, new(Gate).Enter(1))
}

func TestGateUnderConcurrency(t *testing.T) {
	const limit = 8
	g := NewGate("x", limit)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 1000 {
				if g.Enter(1) {
					g.Leave(1)
				}
			}
		})
	}
	wg.Wait()
	require.Zero(t, g.Held())
	require.LessOrEqual(t, g.Peak(), int64(limit))
}
