package fault

import (
	"fmt"
	"slices"
	"sync"

	"github.com/fakedc/fakedc/scenarios"
)

// Gate keeps calls from being carried out until it is opened. It is safe for
// concurrent use.
type Gate struct {
	from   *Injector
	engine *scenarios.Engine
	space  *Space // whose calls it holds

	mu      sync.Mutex
	held    []*ticket // in the order of their coming
	arrived int       // in all
	open    bool
	changed chan struct{} // closed with the next arrival, or opening
}

// ticket is one call that waits.
type ticket struct{ pass func() }

// Hold puts up a gate for the calls that match, of a space.
func (i *Injector) Hold(m scenarios.Match, s *Space) (*Gate, error) {
	if m.Event != scenarios.EventCall {
		return nil, fmt.Errorf("fault: a gate holds calls, not events")
	}
	// The engine knows how to match; what the rule would answer nobody asks.
	rules := &scenarios.Scenario{Name: "hold", Rules: []scenarios.Rule{{Name: "hold", Match: m, Reply: scenarios.NoReply()}}}
	e, err := rules.Compile(0)
	if err != nil {
		return nil, fmt.Errorf("fault: %w", err)
	}
	g := &Gate{from: i, engine: e, space: s, changed: make(chan struct{})}
	i.changing.Lock()
	defer i.changing.Unlock()
	i.setGates(append(slices.Clone(i.gatesNow()), g))
	return g, nil
}

// Gated tells whether any gate is up, so that most calls need not be described.
func (i *Injector) Gated() bool { return len(i.gatesNow()) > 0 }

// Gate finds the first gate that holds a call; nil is none.
func (i *Injector) Gate(c *scenarios.Call) *Gate {
	for _, g := range i.gatesNow() {
		if own := g.space.foresees(c); own != nil && g.engine.Decide(own).Rule >= 0 {
			return g
		}
	}
	return nil
}

// OpenAll opens all gates.
func (i *Injector) OpenAll() {
	for _, g := range i.gatesNow() {
		g.Open()
	}
}

func (i *Injector) gatesNow() []*Gate {
	if all := i.gates.Load(); all != nil {
		return *all
	}
	return nil
}

func (i *Injector) setGates(all []*Gate) { i.gates.Store(&all) }

// Enter has a call wait: pass is called once it may go on, which can be at once.
// leave is for a call that has waited long enough.
func (g *Gate) Enter(pass func()) (leave func()) {
	g.mu.Lock()
	g.arrived++
	g.tell()
	if g.open {
		g.mu.Unlock()
		pass()
		return func() {}
	}
	t := &ticket{pass}
	g.held = append(g.held, t)
	g.mu.Unlock()
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if i := slices.Index(g.held, t); i >= 0 {
			g.held = slices.Delete(g.held, i, i+1)
		}
	}
}

// Let lets calls pass that wait, at most n of them, the oldest first, and returns
// how many there were.
func (g *Gate) Let(n int) int {
	g.mu.Lock()
	n = min(max(n, 0), len(g.held))
	going := slices.Clone(g.held[:n])
	g.held = slices.Delete(g.held, 0, n)
	g.mu.Unlock()
	for _, t := range going {
		t.pass()
	}
	return n
}

// Open takes the gate away: all that wait go on.
func (g *Gate) Open() {
	i := g.from
	i.changing.Lock()
	i.setGates(slices.DeleteFunc(slices.Clone(i.gatesNow()), func(o *Gate) bool { return o == g }))
	i.changing.Unlock()
	g.mu.Lock()
	g.open = true
	g.tell()
	waiting := len(g.held)
	g.mu.Unlock()
	g.Let(waiting)
}

// State returns how many calls came in all, how many of them wait, and a channel
// that is closed with the next change: nil once it was opened, when none is to come.
func (g *Gate) State() (arrived, held int, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open {
		return g.arrived, len(g.held), nil
	}
	return g.arrived, len(g.held), g.changed
}

// tell wakes those who look.
func (g *Gate) tell() {
	close(g.changed)
	g.changed = make(chan struct{})
}
