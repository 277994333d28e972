package oracle

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Where there are several uploads, each finding about one names it, and does so once.
func TestFindingsOfSeveralUploads(t *testing.T) {
	s := tell(t, `expect: [{ upload: complete }, { bytes: equal }]`)
	other := func(file int, part int32, print uint64) {
		s.call(Observation{File: file, FileID: 70 + int64(file), HasPart: true, Part: part, Total: 4, Answer: OK, Print: print})
	}
	texts := func() (all []string) {
		for _, c := range s.o.Verdict(s.state).Checks {
			for _, f := range c.Findings {
				all = append(all, f.Text)
			}
		}
		return all
	}
	other(1, 2, 5)
	other(1, 2, 6)
	s.state.Files = []FileState{{Ordinal: 1, FileID: 71, Missing: 3, MissingParts: []int32{0, 1, 3}}}
	require.Equal(t, []string{
		"upload 1 is not complete: 3 parts are missing: parts 0-1, 3",
		"part 2, the third part, came again with other bytes than the first time",
	}, texts())
	other(2, 0, 5)
	s.state.Files = append(s.state.Files, FileState{Ordinal: 2, FileID: 72, Complete: true})
	for range 2 { // asking changes nothing
		require.Equal(t, []string{
			"upload 1 is not complete: 3 parts are missing: parts 0-1, 3",
			"upload 1: part 2, the third part, came again with other bytes than the first time",
		}, texts())
	}
}
