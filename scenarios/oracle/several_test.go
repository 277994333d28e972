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

// The name of an upload is no part of what a finding says about it: words of an answer
// that look like one do not stand for it, and whoever tells of each upload alone has none.
func TestFindingsApartFromTheirUploads(t *testing.T) {
	const text = "part 2, the third part, was answered no upload 7 today, and has not been sent again"
	s := tell(t, `expect: [{ retry: { after: error } }]`)
	for file := 1; file <= 2; file++ {
		s.call(Observation{File: file, FileID: 70 + int64(file), HasPart: true, Part: 2, Total: 4, Answer: Error, Error: "no upload 7 today", Broken: []string{"part.empty"}, Why: []string{"it is broken."}})
	}
	for name, tc := range map[string]struct {
		apart  bool
		prefix string
	}{"named": {false, "upload 2: "}, "apart": {true, ""}} {
		t.Run(name, func(t *testing.T) {
			s.state.Apart = tc.apart
			v := s.o.Verdict(s.state)
			require.Equal(t, tc.prefix+text, v.Checks[0].Findings[1].Text)
			require.Equal(t, tc.prefix+"it is broken: answered no upload 7 today", v.Checks[1].Findings[1].Text)
			for _, c := range v.Checks {
				require.Equal(t, 2, c.Findings[1].File)
			}
		})
	}
}

// An application that asks what nobody knows asks it again, and is told of once.
func TestUnknownMethodSeveralTimes(t *testing.T) {
	s := tell(t, "")
	for range 4 {
		s.call(Observation{Kind: Unknown, Method: "stories.x"})
	}
	s.call(Observation{Kind: Unknown, Method: "stories.y"})
	require.Equal(t, "failed unknown-method: fakedc does not answer stories.x; its caller got an error (the first of 4 such calls)\n"+
		"failed unknown-method: fakedc does not answer stories.y; its caller got an error", s.verdict())
}
