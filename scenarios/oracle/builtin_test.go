package oracle

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// With a connection goes whatever answer was on its way: a built-in scenario that ends
// connections blames nobody for sending a part again that was not acknowledged.
func TestBuiltinsThatDropLetUnacknowledgedPartsComeAgain(t *testing.T) {
	dropping := 0
	for _, name := range scenarios.Builtins() {
		scenario, err := scenarios.Builtin(name)
		require.NoError(t, err)
		drops := func(r scenarios.Rule) bool { return r.Reply.Kind == scenarios.ReplyDrop }
		if !slices.ContainsFunc(scenario.Rules, drops) {
			continue
		}
		dropping++
		s := &story{now: time.Unix(1e9, 0), o: New(scenario, func(string) Rule { return Rule{} })}
		s.part(0, OK, "").ack().part(1, OK, "").ack().part(3, OK, "").part(2, Dropped, "").part(3, OK, "").part(2, OK, "").use(OK, "")
		require.NotContains(t, s.verdict(), "came again", name)
	}
	require.Greater(t, dropping, 5)
}
