package mockserver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// Each part waits for a time of its own, which another run of the same seed repeats
// whatever the order of the parts.
func TestJitterReachesTheClient(t *testing.T) {
	rule := scenarios.Rule{Jitter: scenarios.UniformJitter(5*time.Second, 9*time.Second)}
	run := func(order ...int32) (waits [3]time.Duration) {
		inBubble(t, mockserver.Options{Seed: 42, Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
			c := b.client()
			for _, i := range order {
				got, after := patient(t, c, time.Minute, 1, i, 3, contents(kib))
				require.Equal(t, "true", got)
				require.GreaterOrEqual(t, after, 5*time.Second)
				require.LessOrEqual(t, after, 9*time.Second)
				waits[i] = after
			}
		})
		return waits
	}
	want := run(0, 1, 2)
	require.NotEqual(t, want[0], want[1])
	require.Equal(t, want, run(2, 0, 1))
}
