package session

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// sayOf keeps n answers of so many bytes each.
func (c *crowd) sayOf(s *Session, n, size int) {
	for range n {
		s.mu.Lock()
		s.send(testStart, make([]byte, size), true, 0)
		s.mu.Unlock()
	}
}

// Who keeps the most pays down to the next one, or half of what it keeps if that is
// more, and no further than is needed; then the next one pays.
func TestReliefIsShared(t *testing.T) {
	for name, tc := range map[string]struct {
		total      int64
		have, want []int // messages of 1,000 bytes
	}{
		"half, because the next one keeps as much": {100_000, []int{60, 59, 10}, []int{30, 47, 10}},
		"down to the next one":                     {100_000, []int{150, 20}, []int{67, 20}},
		"the largest of many":                      {100_000, []int{3, 4, 5, 6, 7, 60, 8, 9, 1, 2, 10, 0}, []int{3, 4, 5, 6, 7, 32, 8, 9, 1, 2, 10, 0}},
		"to the last byte":                         {96_000, []int{97}, []int{84}},
		"at the bound":                             {96_000, []int{96}, []int{96}},
		"one that keeps nothing":                   {96_000, []int{97, 0}, []int{84, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, tc.total)
			var all []*Session
			for i, n := range tc.have {
				s := c.begin(int64(i))
				c.say(s, n)
				all = append(all, s)
			}
			relief := map[*Session]int{}
			for _, r := range c.all.Relieve() {
				require.Positive(t, r.Dropped)
				relief[r.Session] = r.Dropped
			}
			for i, s := range all {
				require.Equal(t, tc.want[i], kept(s), "session %d", i)
				require.Equal(t, tc.have[i]-tc.want[i], relief[s])
			}
		})
	}
}

// What is kept counts with what a message costs beside its body: many empty answers
// are more than a few long ones.
func TestReliefCountsMessages(t *testing.T) {
	c := newCrowd(t, 100_000)
	many, few := c.begin(1), c.begin(2)
	c.sayOf(many, 400, 0)
	c.say(few, 50)
	require.EqualValues(t, 400*128, many.hoarded())
	require.EqualValues(t, 50_000, few.hoarded())
	require.Equal(t, []Relief{{many, 108}}, c.all.Relieve(), "13,700 bytes in messages of 128")
	require.Equal(t, 292, kept(many))
	require.Equal(t, 50, kept(few))
}

// A byte that is still too much costs one message more, and one message alone is told
// of as well.
func TestReliefToTheLastByte(t *testing.T) {
	c := newCrowd(t, 96_000)
	s := c.begin(1)
	c.say(s, 96)
	c.sayOf(s, 1, 1001-messageCost)
	require.Equal(t, []Relief{{s, 14}}, c.all.Relieve())

	c = newCrowd(t, 4_000)
	s = c.begin(1)
	c.sayOf(s, 1, 5_000)
	require.Equal(t, []Relief{{s, 1}}, c.all.Relieve())
	require.Zero(t, c.all.held.Load())
	require.Empty(t, c.all.Relieve())
}
