package mockserver

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/scenarios"
)

// Injection are rules that were put in force beside the scenario.
type Injection struct{ rules *fault.Injected }

// Inject puts rules before those of the scenario, and before all that were
// injected earlier. They stay when the scenario is changed, until they are
// removed. Their counters begin now.
//
// A rule without a name is called injected[0], or by the next number that no injected rule in
// force has: its chance is drawn by it. Those of each [Namespace] are numbered by themselves,
// and called namespace[0] and so on, as the rules of both are asked about the same calls.
//
// A rule may be about a method that fakedc does not answer if it reads its arguments. The
// error is a [MethodError] for any other, of which no call ever comes to a rule.
func (s *Server) Inject(rules ...scenarios.Rule) (*Injection, error) {
	if err := checkInjected(rules); err != nil {
		return nil, fmt.Errorf("mockserver: injecting: %w", err)
	}
	x, err := s.faults.Inject(rules, s.options.Seed)
	if err != nil {
		return nil, fmt.Errorf("mockserver: injecting: %w", err)
	}
	return &Injection{x}, nil
}

// Fired returns how often the rules fired, all together.
func (i *Injection) Fired() int { return i.rules.Fired() }

// Unfired returns the names of the rules that have never fired, as a test made by [Start] fails
// for at its end: none that were removed, or that depend on chance.
func (i *Injection) Unfired() []string { return i.rules.Unfired() }

// InForce tells whether the rules were not taken out yet, by Remove or [Server.Reset].
func (i *Injection) InForce() bool { return i.rules.InForce() }

// Remove takes the rules out. Calls on their way finish under them.
func (i *Injection) Remove() { i.rules.Remove() }

// MuteFaults keeps every rule from firing, of the scenario and injected ones, or
// lets them fire again. What does not fire is not counted.
func (s *Server) MuteFaults(on bool) { s.faults.Mute(on) }

// FaultsMuted tells whether rules are kept from firing.
func (s *Server) FaultsMuted() bool { return s.faults.Muted() }

// Scenario returns a copy of the scenario in force and how often each of its
// rules fired; nil if there is none.
func (s *Server) Scenario() (*scenarios.Scenario, []int) { return s.faults.Scenario() }
