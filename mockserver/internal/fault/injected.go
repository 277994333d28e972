package fault

import (
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/scenarios"
)

// Injected are rules that were put before those of the scenario while the server
// runs. They count by themselves and stay when the scenario changes.
type Injected struct {
	from   *Injector
	rules  []scenarios.Rule
	engine *scenarios.Engine
	space  *Space // whose calls they see
}

// Inject puts rules before those of the scenario and before all that were injected
// earlier. What they count begins now.
func (i *Injector) Inject(rules []scenarios.Rule, seed uint64) (*Injected, error) {
	i.changing.Lock()
	defer i.changing.Unlock()
	s := injectable(rules, "injected", i.names(nil))
	e, err := s.Compile(seed)
	if err != nil {
		return nil, fmt.Errorf("fault: %w", err)
	}
	x := &Injected{from: i, rules: s.Rules, engine: e}
	i.putFirst(x)
	return x, nil
}

// injectable is a scenario of nothing but rules, each of which has a name: those that have
// none get one of their kind that is not taken, because chance draws by it. The numbers do
// not go on for ever: what was removed before must not change what comes after.
func injectable(rules []scenarios.Rule, kind string, taken map[string]bool) *scenarios.Scenario {
	s := (&scenarios.Scenario{Name: "injected", Rules: rules}).Clone()
	for n := range s.Rules {
		taken[s.Rules[n].Name] = true
	}
	for n := range s.Rules {
		for number := n; s.Rules[n].Name == ""; number++ {
			if name := fmt.Sprintf("%s[%d]", kind, number); !taken[name] {
				s.Rules[n].Name, taken[name] = name, true
			}
		}
	}
	return s
}

// names are those of the injected rules in force for a space, nil for all accounts: what
// other spaces have must not matter to it. The caller holds changing.
func (i *Injector) names(of *Space) map[string]bool {
	taken := map[string]bool{}
	for _, x := range i.injectedNow() {
		if x.space == of {
			for n := range x.rules {
				taken[x.rules[n].Name] = true
			}
		}
	}
	return taken
}

// Fired returns how often its rules fired, all together.
func (x *Injected) Fired() (n int) {
	for _, f := range x.engine.Fired() {
		n += f
	}
	return n
}

// InForce tells whether the rules were not removed yet.
func (x *Injected) InForce() bool { return slices.Contains(x.from.injectedNow(), x) }

// Remove takes the rules out. Calls on their way finish under them.
func (x *Injected) Remove() {
	i := x.from
	i.changing.Lock()
	defer i.changing.Unlock()
	i.setInjected(slices.DeleteFunc(slices.Clone(i.injectedNow()), func(o *Injected) bool { return o == x }))
}

// RemoveAll takes all injected rules out.
func (i *Injector) RemoveAll() {
	i.changing.Lock()
	defer i.changing.Unlock()
	i.setInjected(nil)
}

// Unfired returns the names of injected rules in force that have never fired, but for
// those of some accounts: whoever put them there looks after them.
func (i *Injector) Unfired() (names []string) {
	for _, x := range i.injectedNow() {
		if x.space == nil {
			names = append(names, x.Unfired()...)
		}
	}
	return names
}

// Unfired returns the names of those rules that have never fired, none if they were
// removed. One that depends on chance need not fire.
func (x *Injected) Unfired() (names []string) {
	if !x.InForce() {
		return nil
	}
	for n, fired := range x.engine.Fired() {
		if chance := x.rules[n].Chance; fired == 0 && (chance <= 0 || chance >= 1) {
			names = append(names, x.rules[n].Name)
		}
	}
	return names
}

// Mute stops all rules, of the scenario and injected ones, from firing, or lets
// them fire again. What does not fire is not counted.
func (i *Injector) Mute(on bool) { i.muted.Store(on) }

// Muted tells whether rules are kept from firing.
func (i *Injector) Muted() bool { return i.muted.Load() }

func (i *Injector) injectedNow() []*Injected {
	if all := i.injected.Load(); all != nil {
		return *all
	}
	return nil
}

func (i *Injector) setInjected(all []*Injected) { i.injected.Store(&all) }

// decideInjected asks the injected rules, the newest first.
func (i *Injector) decideInjected(c *scenarios.Call) (scenarios.Decision, bool) {
	for _, x := range i.injectedNow() {
		own := x.space.sees(c)
		if own == nil {
			continue
		}
		if d := x.engine.Decide(own); d.Rule >= 0 {
			return d, true
		}
	}
	return scenarios.Decision{}, false
}
