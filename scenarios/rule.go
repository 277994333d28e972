package scenarios

import "time"

// Rule is one fault: which calls it looks at, on which of them it fires, and what happens then.
//
// Its counters see only calls that reach it: a call that an earlier rule answered is not counted by a later one.
type Rule struct {
	// Name appears in the journal, and seeds the rule's chance: a named rule keeps its faults when rules are reordered.
	Name string
	// Match says which calls the rule looks at.
	Match Match
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
	// Store says what becomes of the bytes of a part.
	Store StoreAction
	// Reply is the answer. The zero value lets the call go its normal way.
	Reply Reply
}

// Match says which calls a rule looks at. Every field that is set must agree; the zero value matches every upload of a part.
type Match struct {
	// Method is a glob over method names, upper and lower case alike: * stands for any run of characters, ? for one.
	// Empty means DefaultMethod; "*" means every call.
	Method string
	// Part is the number of the part as it goes over the wire, from 0.
	Part Numbers
	// Total is the announced number of parts; -1 is a stream whose length is not known yet.
	Total Numbers
	// Size is the length of the part in bytes.
	Size Numbers
	// File is the ordinal of the file on this server, from 1 in the order of their first parts.
	File Numbers
	// Attempt is how often this part of this file was called, from 1.
	Attempt Numbers
}

// DefaultMethod is what a match without a method means: both methods that upload a part.
// Sources: https://core.telegram.org/method/upload.saveFilePart and https://core.telegram.org/method/upload.saveBigFilePart
const DefaultMethod = "upload.save*Part"

// partMethods are the calls that carry a part, the only ones that Part, Total, Size and Store can be about.
var partMethods = []string{"upload.saveFilePart", "upload.saveBigFilePart"}

// needsPart reports whether only a call that carries a part can match.
func (m *Match) needsPart() bool {
	return !m.Part.IsZero() || !m.Total.IsZero() || !m.Size.IsZero()
}

// any reports whether the match asks for nothing but a method.
func (m *Match) any() bool { return !m.needsPart() && m.File.IsZero() && m.Attempt.IsZero() }

// method returns the glob in effect.
func (m *Match) method() string {
	if m.Method == "" {
		return DefaultMethod
	}
	return m.Method
}

// accepts reports whether the call has what the match asks for; the method was looked at before.
func (m *Match) accepts(c *Call) bool {
	if !c.HasPart && m.needsPart() {
		return false
	}
	return (m.Part.Contains(int64(c.Part)) || m.Part.Last && c.isLastPart()) &&
		m.Total.Contains(int64(c.Total)) &&
		m.Size.Contains(int64(c.Size)) &&
		m.File.holdsOrdinal(int64(c.FileOrdinal)) &&
		m.Attempt.holdsOrdinal(int64(c.Attempt))
}

// does reports whether a firing changes anything.
func (r *Rule) does() bool {
	return r.Delay != 0 || r.Store != StoreDefault || r.Reply.Kind != ReplyNormal
}

func (r *Rule) clone() Rule {
	c := *r
	for _, n := range []*Numbers{&c.Nth, &c.Match.Part, &c.Match.Total, &c.Match.Size, &c.Match.File, &c.Match.Attempt} {
		*n = n.clone()
	}
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
