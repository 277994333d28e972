package scenarios

import (
	"slices"
	"time"
)

// Rule is one fault: which calls it looks at, on which of them it fires, and what happens then.
//
// Its counters see only calls that reach it: a call that an earlier rule answered is not counted by a later one.
type Rule struct {
	// Name appears in the journal, and seeds the rule's chance: a named rule keeps its faults when rules are reordered.
	Name string
	// Match says which calls the rule looks at.
	Match Match
	// When are the states in which the rule is looked at, none for all; Goto is the state after it fired, empty for the same.
	When []string
	Goto string
	// Per is what the counters count in. The zero value is ScopeFile.
	Per Scope
	// Nth fires on these matching calls only, counted from 1. Not together with Every or After.
	Nth Numbers
	// Every fires on every so many-th matching call. 0 means each one.
	Every int
	// After lets so many matching calls pass before the rule starts.
	After int
	// Times is how often the rule fires at most. 0 means without limit.
	Times int
	// Chance is the probability to fire, above 0 and up to 1. 0 means always.
	Chance float64
	// Delay holds the answer back. It also holds a rule with no Reply: late, but otherwise normal.
	Delay time.Duration
	// Jitter makes the delay differ from call to call; not together with Delay.
	Jitter Jitter
	// Hold keeps the answer until enough calls have come; not together with Delay or Jitter.
	Hold Hold
	// Bandwidth is how many bytes per second the parts of a connection share, 0 for no bound: answers come as late as that.
	Bandwidth int64
	// Store says what becomes of the bytes of a part.
	Store StoreAction
	// Corrupt spoils the bytes that are stored, LoseAfter forgets them some time later. Not together, nor with Store.
	Corrupt   Corruption
	LoseAfter time.Duration
	// Reply is the answer. The zero value lets the call go its normal way.
	Reply Reply
	// OneOf are answers of which each firing gives one, in place of Reply.
	OneOf []Choice
}

// does reports whether a firing changes anything.
func (r *Rule) does() bool {
	return r.Delay != 0 || !r.Jitter.IsZero() || r.aboutStore() || r.Reply.Kind != ReplyNormal || len(r.OneOf) > 0 || r.Goto != "" || r.Hold.Calls > 0 || r.Bandwidth > 0
}

func (r *Rule) clone() Rule {
	c := *r
	c.Nth = c.Nth.clone()
	c.Match = c.Match.clone()
	c.OneOf, c.When = slices.Clone(c.OneOf), slices.Clone(c.When)
	return c
}

// Scope is what a rule's counters count in: two calls in one scope share a counter, two calls in different scopes do not.
type Scope uint8

// The scopes. A call that has no file counts in its account where the scope asks for a file or a part.
const (
	// ScopeFile counts per file; a client draws file ids at random, so parallel uploads do not see each other's faults.
	ScopeFile Scope = iota
	// ScopePart counts per part of a file.
	ScopePart
	// ScopeSession counts per MTProto session, which outlives a connection.
	ScopeSession
	// ScopeConnection counts per connection.
	ScopeConnection
	// ScopeAccount counts per account.
	ScopeAccount
	// ScopeServer counts everything together.
	ScopeServer
)

var scopeNames = []string{"file", "part", "session", "connection", "account", "server"}

// String returns the word used in scenario files.
func (s Scope) String() string { return nameOf(scopeNames, int(s)) }

// StoreAction says what becomes of the bytes of a part.
type StoreAction uint8

// The store actions.
const (
	// StoreDefault leaves it to the answer, see Decision.Stores.
	StoreDefault StoreAction = iota
	// StoreKeep stores the part, even where the answer says that it was refused.
	StoreKeep
	// StoreLose does not store the part, even where the answer says that it was.
	StoreLose
)

var storeNames = []string{"default", "keep", "lose"}

// String returns the word used in scenario files.
func (a StoreAction) String() string { return nameOf(storeNames, int(a)) }

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "unknown"
}
