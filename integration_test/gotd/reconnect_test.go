package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// The connection breaks in the middle of an upload with parts on their way. gotd
// connects again with its auth key and sends what was not answered; for its
// caller nothing happened.
func TestConnectionBreaks(t *testing.T) {
	for _, v := range []struct {
		scenario string
		// stored is how often the part whose connection broke is stored, given
		// that it is sent twice.
		stored int
	}{
		{"drop-before-store", 1},
		{"drop-after-store", 2},
	} {
		t.Run(v.scenario, func(t *testing.T) {
			t.Parallel()
			dc, c := start(t, mockserver.Options{Scenario: builtin(t, v.scenario)})
			data := contents(24*partSize + 1)
			u := finish(t, dc, c.API(), streamLive(t, c.API(), threads, data), threads, data)

			require.Equal(t, 2, u.Parts[4].Attempts)
			require.Equal(t, v.stored, u.Parts[4].TimesStored)
			require.Empty(t, u.Report.RepeatedOtherBytes, "a repetition has the same bytes")
			require.Empty(t, u.Report.Violations)
			resent := 0
			for _, p := range u.Parts {
				resent += p.Attempts - 1
			}
			require.LessOrEqual(t, resent, threads, "only what was on its way is sent again")
			require.Len(t, events(dc, ofKind(mockserver.EventConnect)), 2)
			require.Len(t, events(dc, ofKind(mockserver.EventAuthKey)), 1)
			require.Len(t, events(dc, ofKind(mockserver.EventLogin)), 1)
			unharmed(t, dc)
		})
	}
}
