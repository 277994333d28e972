package gotd_test

import (
	"flag"
	"slices"
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
	began, seen := time.Now(), &tally{met: map[string]map[[2]int]int{}}
	all := acts()
	if !*long {
		all = sample()
	}
	t.Run("cells", func(t *testing.T) {
		for i, a := range all {
			t.Run(a.does, func(t *testing.T) {
				t.Parallel()
				cells := a.cells()
				if !*long {
					cells = cells[i*stride%len(cells):][:1]
				}
				seen.expect(len(cells))
				for _, c := range cells {
					t.Run(c.name(), func(t *testing.T) { seen.check(t, &c) })
				}
			})
		}
	})
	took := time.Since(began)
	t.Logf("%d cells in %v", seen.cells, took.Round(time.Second))
	if *long && !t.Failed() && seen.cells == seen.due { // all cells of the acts that were run
		seen.complete(t)
		seen.write(t, took)
	}
}

// sample is what the ordinary tests run one cell of. To make a key costs gotd half a
// second, two with the race detector: so what happens to the creation of one happens
// there in one client, try after try, and the hostile cases are left to TestLibrary,
// in which gotd meets each of them.
func sample() []act {
	all := slices.DeleteFunc(acts(), func(a act) bool { return a.place == atKey && !strings.Contains(a.does, "goto") })
	return append(all, chained("handshake"), chained("auth_key"))
}

// chained has each try to make a key meet one of the acts at an event: each fires
// once, and leaves the next try to the next one. The last of them lets the key be made.
func chained(event string) act {
	var rules []string
	for _, a := range keyActs {
		if rule, ok := strings.CutPrefix(a.text, "rules: [ "); ok && strings.HasPrefix(a.does, event) {
			rules = append(rules, strings.TrimSuffix(rule, " ]"))
		}
	}
	return act{does: event + ": one after the other", place: atKey, text: "rules: [ " + strings.Join(rules, ", ") + " ]",
		ends: []end{all(completes, "each costs one try")}}
}

// tally is which documented ends were met, and how often.
type tally struct {
	mu    sync.Mutex
	due   int // cells that are to be run, unless -run leaves some out
	cells int
	met   map[string]map[[2]int]int // by act, the end's number, and that of the alternative
}

// stuck is how long a cell may take in real time, a thousand times what it does: one
// that goes round in no simulated time has no other end.
const stuck = 5 * time.Minute

func (s *tally) check(t *testing.T, c *cell) {
	watch := time.AfterFunc(stuck, func() { panic("without end: " + t.Name()) })
	defer watch.Stop()
	got := c.run(t)
	n, want := c.documented()
	require.GreaterOrEqual(t, n, 0, "no end of %q is documented; it %s", c.does, got.end)
	var ends []string
	for _, e := range want.ends {
		ends = append(ends, c.fill(e))
	}
	if testing.Verbose() {
		t.Logf("%s|%s|%s|%d calls of the part, %d connections, %v", c.does, c.name(), got.end, got.calls, got.conns, got.took)
	}
	require.Contains(t, ends, got.end)
	met := [2]int{n, slices.Index(ends, got.end)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cells++
	if s.met[c.does] == nil {
		s.met[c.does] = map[[2]int]int{}
	}
	s.met[c.does][met]++
}

func (s *tally) expect(cells int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due += cells
}

// complete holds every documented end to have cells, of the acts that were run. Of several
// ends that are a race's any may be missing in a run: it says which.
func (s *tally) complete(t *testing.T) {
	for _, a := range acts() {
		met := s.met[a.does]
		if met == nil {
			continue
		}
		for n, e := range a.ends {
			cells := 0
			for i, text := range e.ends {
				if cells += met[[2]int{n, i}]; met[[2]int{n, i}] == 0 {
					t.Logf("%s, %s: no cell %q this time", a.does, e.when, text)
				}
			}
			require.NotZero(t, cells, "no cell of %q is %q", a.does, e.when)
		}
	}
}
