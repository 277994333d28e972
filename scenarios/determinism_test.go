package scenarios

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// orderless has every counter and every draw that does not depend on the order in which parts arrive.
const orderless = `fakedc: 1
rules:
  - { name: a, match: { part: odd }, per: part, nth: 1, chance: 40%, reply: { error: FILE_PART_INVALID } }
  - { name: b, per: part, times: 2, chance: 30%, reply: { one_of: [{ answer: false }, { weight: 3, flood_wait: 1s }, { garbage: 8 }] } }
  - { name: c, per: part, after: 1, every: 2, delay: { uniform: [1s, 9s] } }
  - { name: d, match: { attempt: 1, part: ">=20" }, chance: 50%, store: { corrupt: flip } }
  - { name: e, chance: 25%, delay: { lognormal: { median: 1s, sigma: 1, max: 9s } } }
`

// uploadFaults uploads a file of 40 parts with so many threads, each part until it is answered with true, and lists the faults
// that each call met.
func uploadFaults(t *testing.T, s *Scenario, threads int) []string {
	t.Helper()
	e, err := s.Compile(7)
	require.NoError(t, err)
	const parts = 40
	faults := make([][]string, parts)
	var next atomic.Int32
	var all sync.WaitGroup
	for range threads {
		all.Go(func() {
			for part := next.Add(1) - 1; part < parts; part = next.Add(1) - 1 {
				for attempt := 1; attempt <= 6; attempt++ {
					c := bigPart(part, parts)
					c.Attempt = attempt
					d := e.Decide(c)
					faults[part] = append(faults[part], fmt.Sprintf("part %d attempt %d: %s %v %s %d %v %d", part, attempt, d.RuleName, d.Reply, d.Delay, d.Corrupt, d.Stores(), d.Noise))
					if d.Stores() && d.Reply.Kind != ReplyDrop {
						break
					}
				}
			}
		})
	}
	all.Wait()
	return slices.Concat(faults...)
}

// The same faults on the same parts, in 1,000 runs with 1, 8 and 16 threads.
func TestDeterminism(t *testing.T) {
	chaos, err := Builtin("chaos")
	require.NoError(t, err)
	for name, s := range map[string]*Scenario{"chaos": chaos, "every orderless counter": mustParse(t, orderless)} {
		t.Run(name, func(t *testing.T) {
			want := uploadFaults(t, s, 1)
			require.Greater(t, len(want), 40, "some parts were sent again")
			for i := range 1000 {
				threads := []int{1, 8, 16}[i%3]
				require.Equal(t, want, uploadFaults(t, s, threads), "run %d, %d threads", i, threads)
			}
		})
	}
}

// Another seed gives other faults, or the test above could not fail.
func TestSeedMatters(t *testing.T) {
	s := mustParse(t, orderless)
	a, err := s.Compile(1)
	require.NoError(t, err)
	b, err := s.Compile(2)
	require.NoError(t, err)
	different := 0
	for part := range int32(40) {
		if a.Decide(bigPart(part, 40)).RuleName != b.Decide(bigPart(part, 40)).RuleName {
			different++
		}
	}
	require.Greater(t, different, 5)
}
