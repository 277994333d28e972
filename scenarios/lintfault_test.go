package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLintFaults has one fault, or several, and what is said about them.
func TestLintFaults(t *testing.T) {
	premium := &Scenario{Limits: map[string]int{LimitPartsPremium: 10_000}}
	for _, tt := range []struct {
		faults  []string
		inForce *Scenario
		want    []string
	}{
		{nil, nil, nil},
		{[]string{"part=2: 1*error(FILE_PART_INVALID)->2*50%none->delay(200ms)", "event=connect: refuse"}, nil, nil},
		{[]string{"method=messages.sendMeda: none"}, nil, []string{
			`unknown-method: fault "method=messages.sendMeda: none", column 1: the rule can never fire: no method that is answered is called "messages.sendMeda" (did you mean "messages.sendMedia"?)`}},
		{[]string{"dc=4  part>8000: none"}, nil, []string{
			`part-range: fault "dc=4  part>8000: none", column 7: the rule can never fire on a file that keeps the rules: parts are numbered from 0, so the last of a file of 8000 parts, the most that is allowed, is 7999`}},
		{[]string{"part=9000: none"}, premium, nil},
		{[]string{"none-> error(FILE_PART_INVALID)"}, nil, []string{
			`never-fires: fault "none-> error(FILE_PART_INVALID)", column 8: the rule can never fire: "none" takes every call that it matches`}},
		{[]string{"1*none->gzip", "part=2: delay(1s)", "part=3: 1*false"}, nil, []string{
			`never-fires: fault "part=2: delay(1s)", column 9: the rule can never fire: "1*none->gzip" takes every call that it matches`,
			`never-fires: fault "part=3: 1*false", column 9: the rule can never fire: "1*none->gzip" takes every call that it matches`}},
		{[]string{"part=2: 1*none", "part=2: 1*none"}, nil, nil},
		{[]string{"part=2: none", "part=2: none"}, nil, []string{
			`never-fires: fault "part=2: none", column 9: the rule can never fire: "part=2: none" takes every call that it matches`}},
		{[]string{"error(FILE_MIGRATE_2)"}, nil, []string{
			`undocumented-error: fault "error(FILE_MIGRATE_2)", column 1: FILE_MIGRATE_2 is not a documented error of upload.saveBigFilePart or upload.saveFilePart, see https://core.telegram.org/api/errors#303-see-other`}},
	} {
		found, err := LintFaults(tt.faults, tt.inForce, Methods{Answered: answered})
		require.NoError(t, err)
		var got []string
		for _, w := range found {
			got = append(got, w.Check+": "+w.FaultError.Error())
		}
		require.Equal(t, tt.want, got, "%q", tt.faults)
	}
	_, err := LintFaults([]string{"none", "part=x: none"}, nil, Methods{})
	require.ErrorContains(t, err, `fault "part=x: none"`)
}
