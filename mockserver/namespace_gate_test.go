package mockserver_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// Gates, injected rules and the scenario of a namespace mean the same file by a number,
// whatever others upload, and whenever they were put there.
func TestNamespaceNumbersItsFiles(t *testing.T) {
	file := func(n, part int64) scenarios.Match {
		return scenarios.Match{File: scenarios.Exactly(n), Part: scenarios.Exactly(part)}
	}
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		n := b.Namespace(t)
		others, c := b.client(), b.login(n.BotToken())
		require.Equal(t, "true", part(t, others, 1, 0, 2, contents(kib)))
		first, err := n.Hold(file(1, 0))
		require.NoError(t, err)
		_, answer := begin(t, c, bigPart(t, 1, 0, 2, contents(kib)))
		require.Equal(t, 1, first.Held())
		require.Equal(t, "true", part(t, others, 2, 0, 2, contents(kib)))
		first.Open()
		yes(t, <-answer)
		require.Equal(t, "true", part(t, c, 2, 0, 2, contents(kib)), "file 2, which no rule is there to see")

		require.NoError(t, n.SetScenario(faults(scenarios.Rule{Name: "second", Match: file(2, 1), Times: 1, Reply: scenarios.ErrorReply("FILE_PART_EMPTY")})))
		_, err = n.Inject(scenarios.Rule{Match: file(3, 0), Times: 1, Reply: scenarios.ErrorReply("FILE_PART_INVALID")})
		require.NoError(t, err)
		third, err := n.Hold(file(3, 1))
		require.NoError(t, err)
		require.Equal(t, "true", part(t, c, 1, 1, 2, contents(kib)))
		require.Equal(t, "FILE_PART_EMPTY", part(t, c, 2, 1, 2, contents(kib)))
		require.Equal(t, "FILE_PART_INVALID", part(t, c, 3, 0, 2, contents(kib)))
		_, answer = begin(t, c, bigPart(t, 3, 1, 2, contents(kib)))
		require.Equal(t, 1, third.Held())
		third.Open()
		yes(t, <-answer)
		synctest.Wait()
		require.NoError(t, others.Close())
		require.NoError(t, c.Close())
	})
}
