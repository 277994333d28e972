package bounds

import (
	"sync"
	"sync/atomic"
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
	var over atomic.Bool
	for range 64 {
		wg.Go(func() {
			for range 1000 {
				if g.Enter(1) {
					over.Store(over.Load() || g.Held() > limit)
					g.Leave(1)
				}
			}
		})
	}
	wg.Wait()
	require.Zero(t, g.Held())
	require.False(t, over.Load())
}

// What is too much for the gate takes no room from what is not while it is refused.
func TestRefusedTakesNoRoom(t *testing.T) {
	g := NewGate("StoreBytes", 10)
	require.True(t, g.Enter(1))
	var wg sync.WaitGroup
	defer wg.Wait()
	var over atomic.Bool
	defer over.Store(true)
	for range 2 {
		wg.Go(func() {
			for !over.Load() {
				g.Enter(10)
			}
		})
	}
	for range 200_000 {
		require.True(t, g.Enter(1))
		g.Leave(1)
	}
}
