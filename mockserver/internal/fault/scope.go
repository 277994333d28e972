package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/fakedc/fakedc/scenarios"
)

// Space is some accounts whose files are numbered by themselves, in the order in which
// they begin, for all rules and gates that are for these accounts alone: what others
// upload meanwhile changes nothing about them. A nil Space is all accounts, and files
// have their usual numbers.
type Space struct {
	from     *Injector
	accounts map[int64]bool

	mu    sync.Mutex
	files map[int]int // number in the space by ordinal
	begun int
}

// Space sets accounts apart until it ends.
func (i *Injector) Space(accounts ...int64) *Space {
	s := &Space{from: i, accounts: map[int64]bool{}, files: map[int]int{}}
	i.changing.Lock()
	defer i.changing.Unlock()
	all := maps.Clone(i.spacesNow())
	if all == nil {
		all = map[int64]*Space{}
	}
	for _, a := range accounts {
		s.accounts[a], all[a] = true, s
	}
	i.spaces.Store(&all)
	return s
}

// End is for accounts that are nobody's any more. Rules and gates for them are removed
// before.
func (s *Space) End() {
	i := s.from
	i.changing.Lock()
	defer i.changing.Unlock()
	all := maps.Clone(i.spacesNow())
	maps.DeleteFunc(all, func(_ int64, o *Space) bool { return o == s })
	i.spaces.Store(&all)
}

func (i *Injector) spacesNow() map[int64]*Space {
	if all := i.spaces.Load(); all != nil {
		return *all
	}
	return nil
}

// Begun numbers a file in the space of its account, if there is one, and does nothing
// for a file that has its number. It is told of files whether or not any rule is there.
func (i *Injector) Begun(account int64, ordinal int) {
	if s := i.spacesNow()[account]; s != nil {
		s.number(ordinal)
	}
}

// sees is the call as rules for the space see it; nil: not at all.
func (s *Space) sees(c *scenarios.Call) *scenarios.Call { return s.as(c, (*Space).number) }

// foresees is sees for a call that may never be carried out: it numbers nothing.
func (s *Space) foresees(c *scenarios.Call) *scenarios.Call { return s.as(c, (*Space).next) }

func (s *Space) as(c *scenarios.Call, number func(*Space, int) int) *scenarios.Call {
	if s == nil {
		return c
	}
	if !s.accounts[c.Account] {
		return nil
	}
	own := *c
	if c.FileOrdinal > 0 {
		own.FileOrdinal = number(s, c.FileOrdinal)
	}
	return &own
}

func (s *Space) number(ordinal int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, known := s.files[ordinal]
	if !known {
		s.begun++
		n = s.begun
		s.files[ordinal] = n
	}
	return n
}

// next is the number of a file, or the one that it will have if it begins now.
func (s *Space) next(ordinal int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, known := s.files[ordinal]; known {
		return n
	}
	return s.begun + 1
}

// of is the number of a file, 0 if it has none.
func (s *Space) of(ordinal int) int {
	if s == nil {
		return ordinal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[ordinal]
}

func (s *Space) forget(ordinal int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, ordinal)
}

// ErrWholeServer says that a scenario asks for what cannot be had for some accounts
// alone.
var ErrWholeServer = errors.New("profile, rulebook, premium, limits, parts.lifetime and rules about events are for a whole server")

// InjectRules puts rules in force for the accounts, before all others; see Inject.
func (s *Space) InjectRules(rules []scenarios.Rule, seed uint64) (*Injected, error) {
	i := s.from
	i.changing.Lock()
	defer i.changing.Unlock()
	x, err := s.compile(injectable(rules, "namespace", i.names(s)), seed)
	if err == nil {
		i.putFirst(x)
	}
	return x, err
}

// Inject puts a scenario in force for the accounts, in place of an old one if there
// is one. As that of a whole server it comes behind all rules that are injected.
func (s *Space) Inject(next *scenarios.Scenario, seed uint64, old *Injected) (*Injected, error) {
	x, err := s.compile(next, seed)
	if err != nil {
		return nil, err
	}
	i := s.from
	i.changing.Lock()
	defer i.changing.Unlock()
	others := slices.DeleteFunc(slices.Clone(i.injectedNow()), func(o *Injected) bool { return o == old })
	i.setInjected(append(others, x))
	return x, nil
}

func (s *Space) compile(next *scenarios.Scenario, seed uint64) (*Injected, error) {
	next = next.Clone()
	if next.Profile != "" || len(next.Rulebook) > 0 || next.Premium != nil || len(next.Limits) > 0 || next.PartLifetime != 0 {
		return nil, fmt.Errorf("fault: scenario %q: %w", next.Name, ErrWholeServer)
	}
	for n := range next.Rules {
		if next.Rules[n].Match.Event != scenarios.EventCall {
			return nil, fmt.Errorf("fault: scenario %q: %w", next.Name, ErrWholeServer)
		}
		if next.Rules[n].Name == "" {
			next.Rules[n].Name = fmt.Sprintf("rules[%d]", n)
		}
	}
	e, err := next.Compile(next.SeedOr(seed))
	if err != nil {
		return nil, fmt.Errorf("fault: %w", err)
	}
	return &Injected{from: s.from, rules: next.Rules, engine: e, space: s}, nil
}

// putFirst puts rules before all others. The caller holds changing.
func (i *Injector) putFirst(x *Injected) {
	i.setInjected(append([]*Injected{x}, i.injectedNow()...))
}

// FiredEach returns how often each of the rules fired.
func (x *Injected) FiredEach() []int { return x.engine.Fired() }
