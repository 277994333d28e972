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
