package gotd_test

import (
	"flag"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var long = flag.Bool("long", false, "run all cells of the fault matrix, not one of each act")

// stride spreads the cells that are run of each act over all transports, positions,
// methods, threads and connections. It has no divisor in common with their numbers.
const stride = 37

// Everything that a scenario can do to an upload, met by gotd's uploader in simulated
// time: each cell ends with the same bytes or in the way that is documented.
func TestFaultMatrix(t *testing.T) {
	began, seen := time.Now(), &tally{met: map[string]map[int]int{}}
	t.Run("cells", func(t *testing.T) {
		for i, a := range acts() {
			t.Run(a.does, func(t *testing.T) {
				t.Parallel()
				cells := a.cells()
				switch {
				case *long:
				case a.place == atKey && strings.Contains(a.does, "hostile"):
					t.Skip("TestLibrary has gotd meet it once")
				default:
					cells = cells[i*stride%len(cells):][:1]
				}
				for _, c := range cells {
					t.Run(c.name(), func(t *testing.T) { seen.check(t, &c) })
				}
			})
		}
	})
	took := time.Since(began)
	t.Logf("%d cells in %v", seen.cells, took.Round(time.Second))
	if *long && !t.Failed() {
		seen.complete(t)
		seen.write(t, took)
	}
}

// tally is which documented ends were met, and how often.
type tally struct {
	mu    sync.Mutex
	cells int
	met   map[string]map[int]int // by act and the end's number
}

func (s *tally) check(t *testing.T, c *cell) {
	got := c.run(t)
	n, want := c.documented()
	require.GreaterOrEqual(t, n, 0, "no end of %q is documented; it %s", c.does, got.end)
	var ends []string
	for _, e := range want.ends {
		ends = append(ends, c.fill(e))
	}
	if testing.Verbose() {
		t.Logf("OUT|%s|%s|%s|calls=%d conns=%d took=%v|", c.does, c.name(), got.end, got.calls, got.conns, got.took)
	}
	require.Contains(t, ends, got.end)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cells++
	if s.met[c.does] == nil {
		s.met[c.does] = map[int]int{}
	}
	s.met[c.does][n]++
}

// complete holds every documented end to have cells, of the acts that were run.
func (s *tally) complete(t *testing.T) {
	for _, a := range acts() {
		for n, e := range a.ends {
			if met := s.met[a.does]; met != nil {
				require.NotZero(t, met[n], "no cell of %q is %q", a.does, e.when)
			}
		}
	}
}
