package link

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTurnsOfStrangers(t *testing.T) {
	const frame = StrangerRate / 8 // an eighth of a second's
	const eighth = time.Second / 8
	now := time.Unix(1, 0)
	var turn turns
	var waits []time.Duration
	for range 7 {
		waits = append(waits, turn.take(now, frame))
	}
	require.Equal(t, []time.Duration{0, eighth, 2 * eighth, 3 * eighth, strangerWait, strangerWait, strangerWait}, waits,
		"one after the other, and nobody longer than strangerWait")
	require.Equal(t, eighth, turn.take(now.Add(strangerWait), frame), "time passes for those who wait")
	require.Zero(t, turn.take(now.Add(time.Minute), frame), "what nobody took is not saved up")
	require.Equal(t, eighth, turn.take(now.Add(time.Minute), 1))
}
