package scenarios

import (
	"fmt"
	"slices"
)

// States is a machine whose state decides which rules are looked at. The state changes with the rules that fire.
type States struct {
	// Initial is the state at the beginning; empty means that there is no machine.
	Initial string
	// Per is what has a state of its own. A session's state survives a reconnect.
	Per Scope
}

// names returns all states, the initial one first.
func (s *Scenario) stateNames() []string {
	names := []string{s.States.Initial}
	for i := range s.Rules {
		if to := s.Rules[i].Goto; to != "" && !slices.Contains(names, to) {
			names = append(names, to)
		}
	}
	return names
}

// states checks the machine.
func (c *checker) states(s *Scenario) {
	uses := false
	known := s.stateNames()
	for i := range s.Rules {
		r := &s.Rules[i]
		c.rule = i
		uses = uses || len(r.When) > 0 || r.Goto != ""
		for path, names := range map[string][]string{"when": r.When, "goto": {r.Goto}} {
			for _, name := range names {
				if what := badName(name); what != "" {
					c.fail(path, what)
				}
			}
		}
		for _, when := range r.When {
			if s.States.Initial != "" && !slices.Contains(known, when) {
				c.failHint("when", fmt.Sprintf("no rule goes to the state %s, and it is not the initial one", quote(when)), suggest(when, known))
			}
		}
		if r.Match.Event != EventCall && s.States.Initial != "" && (len(r.When) > 0 || r.Goto != "") && s.States.Per != ScopeServer && s.States.Per != ScopeConnection {
			c.fail("match.event", fmt.Sprintf("an event has no %s, and each %s has a state of its own here: let states be per server or connection", s.States.Per, s.States.Per))
		}
	}
	c.rule = topLevel
	switch {
	case uses && s.States.Initial == "" && !c.partial(topLevel):
		c.fail("states", "rules have when or goto, and states does not say what the initial state is")
	case s.States.Initial != "" && badName(s.States.Initial) != "":
		c.fail("states.initial", badName(s.States.Initial))
	case s.States.Per == ScopePart:
		c.fail("states.per", "states are per file, session, connection, account or server")
	}
}

// machine is the state machine of an Engine.
type machine struct {
	per   Scope
	rule  int32 // the number that stands for it among the counters
	names []string
}

func newMachine(s *Scenario) *machine {
	return &machine{per: s.States.Per, rule: int32(len(s.Rules)), names: s.stateNames()}
}

// indices turns states into their numbers.
func (m *machine) indices(names []string) []int64 {
	found := make([]int64, len(names))
	for i, name := range names {
		found[i] = int64(slices.Index(m.names, name))
	}
	return found
}

// state returns where the state of a call is kept. The counters are locked.
func (a *asking) state() *counter {
	m := a.engine.machine
	return a.engine.counters.at(scopeKey(m.per, m.rule, a.call))
}

// explainStates says on what a rule depends beside the call.
func (r *Rule) explainStates() []string {
	var said []string
	if len(r.When) > 0 {
		said = append(said, "Only in the state "+orList(r.When)+".")
	}
	if r.Goto != "" {
		said = append(said, "Then the state is "+r.Goto+".")
	}
	return said
}

func (s *States) explain() string {
	each := "each " + s.Per.String() + " has a state of its own"
	if s.Per == ScopeServer {
		each = "there is one for the whole server"
	}
	return fmt.Sprintf("The state at the beginning is %s; %s.", s.Initial, each)
}
