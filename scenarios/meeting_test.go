package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Calls of one scope meet, and no others: not those of another rule, file or engine.
func TestMeetings(t *testing.T) {
	s := &Scenario{Rules: []Rule{
		{Name: "a", Match: Match{Part: Exactly(0, 1)}, Hold: Hold{Calls: 2}},
		{Name: "b", Per: ScopeServer, Hold: Hold{Calls: 3}},
	}}
	met := map[*Meeting]bool{}
	for range 2 {
		e, err := s.Compile(1)
		require.NoError(t, err)
		for file := 1; file < 3; file++ {
			var first *Meeting
			for part := range int32(2) {
				c := bigPart(part, 4)
				c.FileOrdinal = file
				d := e.Decide(c)
				require.Equal(t, part == 0, d.Held)
				require.Equal(t, part == 1, d.Releases)
				if part == 0 {
					first = d.Meeting
				}
				require.True(t, d.Meeting == first)
			}
			require.False(t, met[first])
			met[first] = true
			c := bigPart(2, 4)
			c.FileOrdinal = file
			other := e.Decide(c).Meeting
			require.NotNil(t, other)
			require.Equal(t, file == 2, met[other], "one for the server")
			met[other] = true
		}
	}
	require.Len(t, met, 6)
}

// Who comes to a meeting that others have ended meanwhile does not wait.
func TestMeetingIsNotMissed(t *testing.T) {
	var m Meeting
	var left []string
	wait := func(name string) (stop func(), ok bool) { return m.Wait(func() { left = append(left, name) }) }
	_, ok := wait("first")
	require.True(t, ok)
	stop, ok := wait("tired")
	require.True(t, ok)
	_, _ = wait("second")
	stop()
	stop()
	m.End()
	require.Equal(t, []string{"first", "second"}, left)
	_, ok = wait("late")
	require.False(t, ok)
	m.End()
	require.Len(t, left, 2)
}
