package oracle

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a client does about a fault is not its doing before there is one.
func TestUnprovoked(t *testing.T) {
	for expect, provoke := range map[string]func(s *story){
		"retry: { after: flood_wait }":      func(s *story) { s.part(1, Error, "FLOOD_WAIT_3") },
		"answered: { error: FLOOD_WAIT_X }": func(s *story) { s.part(1, Error, "FLOOD_WAIT_3") },
		"hostile: refused":                  nil,
		"upload: complete":                  nil,
	} {
		s := tell(t, "expect: [{ "+expect+" }]")
		s.part(0, OK, "")
		c := s.o.Verdict(s.state).Checks[0]
		require.Equal(t, Pending, c.Status, expect)
		require.Equal(t, expect != "upload: complete", c.Unprovoked, expect)
		if provoke != nil {
			provoke(s)
			require.False(t, s.o.Verdict(s.state).Checks[0].Unprovoked, expect)
		}
	}
}

// Who tries a scenario with a file that is too small for it is told so: the client did
// nothing wrong.
func TestRuleBeyondTheFile(t *testing.T) {
	const usual = "the rule did not fire: the client made no call that it is about, or an earlier rule took them all"
	for name, tc := range map[string]struct {
		part  string
		total int32
		came  []int32
		want  string
	}{
		"too small":          {"2", 0, []int32{0, 1}, "the rule did not fire: it begins with part 2, the third part, and no file had so many: take a larger one"},
		"too small, a range": {"[\">10\", 4]", 2, []int32{0, 1}, "the rule did not fire: it begins with part 4, the fifth part, and no file had so many: take a larger one"},
		"left before":        {"2", 4, []int32{0, 1}, usual},
		"large enough":       {"1", 0, []int32{0, 2}, usual},
		"the last":           {"last", 0, []int32{0, 1}, usual},
		"nothing came":       {"2", 0, nil, usual},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, "rules: [{ match: { part: "+tc.part+" }, delay: 1s }]")
			s.state.Fired = []int{0}
			for _, part := range tc.came {
				s.call(Observation{File: 1, FileID: 71, HasPart: true, Part: part, Total: tc.total, Answer: OK})
			}
			require.Equal(t, tc.want, s.o.Verdict(s.state).Checks[0].Findings[0].Text)
		})
	}
}
