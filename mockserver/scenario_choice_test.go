package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// Each part gets one of the answers, and the same one in another order and another run.
func TestChoiceReachesTheClient(t *testing.T) {
	rule := scenarios.Rule{OneOf: []scenarios.Choice{
		{Weight: 2, Reply: scenarios.ErrorReply("FILE_PART_EMPTY")}, {Weight: 2, Reply: scenarios.AnswerReply(false)}, {Reply: scenarios.GzipReply()},
	}}
	run := func(step int32) (said [16]string) {
		inBubble(t, mockserver.Options{Seed: 42, Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
			c := b.client()
			for i := range int32(16) {
				i = i * step % 16
				said[i] = part(t, c, 1, i, 16, contents(kib))
				require.Equal(t, said[i] == "true", b.stored(1, i))
			}
		})
		return said
	}
	want := run(1)
	for _, s := range []string{"FILE_PART_EMPTY", "false", "true"} {
		require.Contains(t, want, s)
	}
	require.Equal(t, want, run(5))
}
