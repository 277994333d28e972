package doctor_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// What broke a rule that is only reported was taken: a note, with what it was.
func TestReportedRuleIsANote(t *testing.T) {
	zero := func(e *journal.Event) { e.Rules, e.Why = []string{"total.zero"}, []string{"file_total_parts is 0"} }
	w := new(written).part(0, 0, zero).part(0, 1, zero).part(0, 2, nil).part(0, 3, nil).
		add(0, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Size: 4096,
			Rules: []string{"stream.total_never_announced"}, Why: []string{"no part carried file_total_parts 4"}})
	r, err := doctor.Examine(strings.NewReader(w.String()))
	require.NoError(t, err)
	require.Zero(t, r.Wrong())
	require.Equal(t, []string{
		"upload 1 broke a rule that is only reported: stream.total_never_announced: no part carried file_total_parts 4: answered as usual",
		"upload 1 broke a rule that is only reported: total.zero: file_total_parts is 0: answered true; 2 times in all, parts 0-1",
	}, r.Notes)
}
