package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// The outage of the library is one for all connections of a client, not for that of the
// fifth part alone.
func TestOutageCutsAllThatIsOpen(t *testing.T) {
	outage, err := scenarios.Builtin("outage")
	require.NoError(t, err)
	inBubble(t, mockserver.Options{Scenario: outage}, func(t *testing.T, b *bubble) {
		const total = 8
		data := contents(kib)
		one, other := b.client(), b.client()
		for i := range int32(4) {
			require.Equal(t, "true", part(t, one, 1, i, total, data))
		}
		require.Equal(t, "gone", part(t, one, 1, 4, total, data))
		require.Equal(t, "gone", part(t, other, 1, 5, total, data), "it was open, too")
		for range 2 {
			require.Equal(t, "gone", part(t, b.client(), 1, 4, total, data), "nobody gets in")
		}
		again := b.client()
		for i := int32(4); i < total; i++ {
			require.Equal(t, "true", part(t, again, 1, i, total, data))
		}
		require.Equal(t, 1, again.Resends(), "another salt")
	})
}
