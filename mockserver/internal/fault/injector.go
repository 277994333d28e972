package fault

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// Injector asks the scenario in force. It is safe for concurrent use; the zero
// value injects nothing.
type Injector struct {
	current atomic.Pointer[loaded]

	changing sync.Mutex // of injected, gates and spaces
	injected atomic.Pointer[[]*Injected]
	gates    atomic.Pointer[[]*Gate]
	spaces   atomic.Pointer[map[int64]*Space] // by account
	muted    atomic.Bool
	// Recorder writes down what happens; nil: nobody does. It is set before the
	// first call.
	Recorder *scenarios.Recorder
}

type loaded struct {
	scenario *scenarios.Scenario
	engine   *scenarios.Engine
}

// Set puts a scenario in force, with fresh counters; nil means none. On an error
// the former one stays.
func (i *Injector) Set(s *scenarios.Scenario, seed uint64) error {
	var next *loaded
	if s != nil {
		s = s.Clone()
		e, err := s.Compile(s.SeedOr(seed))
		if err != nil {
			return fmt.Errorf("fault: %w", err)
		}
		next = &loaded{s, e}
	}
	i.current.Store(next)
	if i.Recorder != nil {
		i.Recorder.Keep(s)
	}
	return nil
}

// Idle tells that nothing can go wrong and nobody writes it down, so that calls need
// not be described.
func (i *Injector) Idle() bool {
	return i.Recorder == nil && i.current.Load() == nil && len(i.injectedNow()) == 0
}

// Decide asks about one call.
func (i *Injector) Decide(c *scenarios.Call) scenarios.Decision {
	d := i.decide(c)
	if i.Recorder != nil {
		i.Recorder.Note(c, &d)
	}
	return d
}

func (i *Injector) decide(c *scenarios.Call) scenarios.Decision {
	if i.muted.Load() {
		return scenarios.Decision{Rule: -1}
	}
	if d, fired := i.decideInjected(c); fired {
		return d
	}
	l := i.current.Load()
	if l == nil {
		return scenarios.Decision{Rule: -1}
	}
	d := l.engine.Decide(c)
	if d.Rule >= 0 && d.RuleName == "" {
		d.RuleName = fmt.Sprintf("rules[%d]", d.Rule)
	}
	return d
}

// lifetime is how long a part lives after it was stored, 0 without a bound.
func (i *Injector) lifetime(c *scenarios.Call) time.Duration {
	if l := i.current.Load(); l != nil && c.HasPart {
		return l.scenario.PartLifetime
	}
	return 0
}

// ForgetFile frees what was counted for a file.
func (i *Injector) ForgetFile(ordinal int) {
	for _, x := range i.injectedNow() {
		if n := x.space.of(ordinal); n > 0 {
			x.engine.ForgetFile(n)
		}
	}
	for _, s := range i.spacesNow() {
		s.forget(ordinal)
	}
	if l := i.current.Load(); l != nil {
		l.engine.ForgetFile(ordinal)
	}
}

// Fired returns how often each rule of the scenario in force fired.
func (i *Injector) Fired() []int {
	if l := i.current.Load(); l != nil {
		return l.engine.Fired()
	}
	return nil
}

// Scenario returns a copy of the scenario in force and how often each of its
// rules fired; nil if there is none.
func (i *Injector) Scenario() (*scenarios.Scenario, []int) {
	l := i.current.Load()
	if l == nil {
		return nil, nil
	}
	return l.scenario.Clone(), l.engine.Fired()
}
