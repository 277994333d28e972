package fault

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/fakedc/fakedc/scenarios"
)

// scope narrows injected rules to some accounts, for which files are numbered by
// themselves: what others upload meanwhile changes nothing about them.
type scope struct {
	accounts map[int64]bool // nil: all, and files have their usual numbers

	mu    sync.Mutex
	files map[int]int // number in the scope by ordinal
	begun int
}

// sees is the call as the rules of the scope see it; nil: not at all.
func (s *scope) sees(c *scenarios.Call) *scenarios.Call {
	if s.accounts == nil {
		return c
	}
	if !s.accounts[c.Account] {
		return nil
	}
	own := *c
	if c.FileOrdinal > 0 {
		own.FileOrdinal = s.number(c.FileOrdinal)
	}
	return &own
}

func (s *scope) number(ordinal int) int {
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

// forget returns the number of a file that is no more, 0 if it had none.
func (s *scope) forget(ordinal int) int {
	if s.accounts == nil {
		return ordinal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.files[ordinal]
	delete(s.files, ordinal)
	return n
}

// ErrWholeServer says that a scenario asks for what cannot be had for some accounts
// alone.
var ErrWholeServer = errors.New("profile, rulebook, premium, limits, parts.lifetime and rules about events are for a whole server")

// InjectRulesFor puts rules in force for some accounts, before all others; see Inject.
func (i *Injector) InjectRulesFor(accounts []int64, rules []scenarios.Rule, seed uint64) (*Injected, error) {
	x, err := i.compileFor(accounts, injectable(rules), seed)
	if err == nil {
		i.putFirst(x)
	}
	return x, err
}

// InjectFor puts a scenario in force for some accounts, in place of an old one if there
// is one. As that of a whole server it comes behind all rules that are injected.
func (i *Injector) InjectFor(accounts []int64, s *scenarios.Scenario, seed uint64, old *Injected) (*Injected, error) {
	x, err := i.compileFor(accounts, s, seed)
	if err != nil {
		return nil, err
	}
	i.changing.Lock()
	defer i.changing.Unlock()
	others := slices.DeleteFunc(slices.Clone(i.injectedNow()), func(o *Injected) bool { return o == old })
	i.setInjected(append(others, x))
	return x, nil
}

func (i *Injector) compileFor(accounts []int64, s *scenarios.Scenario, seed uint64) (*Injected, error) {
	s = s.Clone()
	if s.Profile != "" || len(s.Rulebook) > 0 || s.Premium != nil || len(s.Limits) > 0 || s.PartLifetime != 0 {
		return nil, fmt.Errorf("fault: scenario %q: %w", s.Name, ErrWholeServer)
	}
	for n := range s.Rules {
		if s.Rules[n].Match.Event != scenarios.EventCall {
			return nil, fmt.Errorf("fault: scenario %q: %w", s.Name, ErrWholeServer)
		}
		if s.Rules[n].Name == "" {
			s.Rules[n].Name = fmt.Sprintf("rules[%d]", n)
		}
	}
	e, err := s.Compile(s.SeedOr(seed))
	if err != nil {
		return nil, fmt.Errorf("fault: %w", err)
	}
	x := &Injected{from: i, rules: s.Rules, engine: e}
	x.scope.accounts, x.scope.files = map[int64]bool{}, map[int]int{}
	for _, a := range accounts {
		x.scope.accounts[a] = true
	}
	return x, nil
}

// putFirst puts rules before all others.
func (i *Injector) putFirst(x *Injected) {
	i.changing.Lock()
	defer i.changing.Unlock()
	i.setInjected(append([]*Injected{x}, i.injectedNow()...))
}

// FiredEach returns how often each of the rules fired.
func (x *Injected) FiredEach() []int { return x.engine.Fired() }
