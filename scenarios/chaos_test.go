package scenarios

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// chaosOf is what a file of 200 parts meets in builtin:chaos, each part sent until nothing goes wrong.
func chaosOf(t *testing.T, seed uint64) (text string, kinds map[string]bool) {
	t.Helper()
	s, err := Builtin("chaos")
	require.NoError(t, err)
	e, err := s.Compile(s.SeedOr(seed))
	require.NoError(t, err)
	kinds = map[string]bool{}
	for part := range int32(200) {
		for attempt := 1; ; attempt++ {
			require.LessOrEqual(t, attempt, 4, "twice wrong and once late at most")
			c := bigPart(part, 200)
			c.Attempt = attempt
			d := e.Decide(c)
			if d.Rule < 0 {
				break
			}
			text += fmt.Sprintf("part %d attempt %d: %s %s %s, after %v\n", part, attempt, d.RuleName, d.Reply.Kind, d.Reply.Message, d.Delay.Round(time.Millisecond))
			kinds[fmt.Sprint(d.Reply.Kind, d.Reply.Message, d.Reply.Drop, d.Reply.How)] = true
		}
	}
	return text, kinds
}

// TestChaos holds chaos to what its description says: it differs by seed, ends, and leaves nothing out.
func TestChaos(t *testing.T) {
	text, kinds := chaosOf(t, 1)
	requireGolden(t, text, "testdata/chaos-seed-1.golden")
	for seed := uint64(2); seed <= 20; seed++ {
		other, more := chaosOf(t, seed)
		require.NotEqual(t, text, other)
		for k := range more {
			kinds[k] = true
		}
	}
	require.Len(t, kinds, 14, "thirteen answers and being late")
}
