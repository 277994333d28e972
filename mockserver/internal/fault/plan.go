package fault

import (
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// Plan is a decision laid out along the way of a call.
type Plan struct {
	// Fired tells that a rule fired, Rule is its name.
	Fired bool
	Rule  string

	// Skip: the call is not carried out. Error or Answer goes back instead, or
	// the connection is dropped.
	Skip bool
	// Lose: the call is carried out, and what it stored is forgotten.
	Lose bool

	// Error is what is answered, nil for none.
	Error *Error
	// Answer is the Bool that is answered whatever happened, nil for none.
	Answer *bool
	// Silent: no answer ever.
	Silent bool
	// Drop: the connection goes away in place of the answer.
	Drop bool
	// Delay comes before the answer or the drop.
	Delay time.Duration
}

// Error is an RPC error that a scenario asked for.
type Error struct {
	Code    int
	Message string
}

// Plan asks about a call and lays the decision out.
func (i *Injector) Plan(c *scenarios.Call) Plan {
	d := i.Decide(c)
	if d.Rule < 0 {
		return Plan{}
	}
	p := Plan{Fired: true, Rule: d.RuleName, Delay: d.Delay, Lose: d.Store == scenarios.StoreLose}
	switch d.Reply.Kind {
	case scenarios.ReplyError:
		p.Error = &Error{d.Reply.Code, d.Reply.Message}
	case scenarios.ReplyBool:
		p.Answer = &d.Reply.Answer
	case scenarios.ReplyNone:
		p.Silent = true
	case scenarios.ReplyDrop:
		p.Drop = true
	}
	// What says "not stored" is not carried out at all, unless the rule asks to
	// keep the bytes all the same.
	answer := scenarios.Decision{Reply: d.Reply}
	p.Skip = !answer.Stores() && d.Store != scenarios.StoreKeep
	return p
}
