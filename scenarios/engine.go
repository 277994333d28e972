package scenarios

import (
	"crypto/sha256"
	"slices"
	"sync"
	"sync/atomic"
)

// Engine decides calls by the rules of one scenario. It is safe for concurrent use, and a nil Engine never fires.
type Engine struct {
	rules []compiledRule
	seed  uint64

	// methods leads from a method's name to its rules. It is replaced as a whole when a method is seen for the first time, so
	// that Decide reads it without a lock.
	methods atomic.Pointer[map[string]*methodRules]
	adding  sync.Mutex

	machine  *machine
	counting sync.Mutex
	counters *counterTable
}

// compiledRule is a rule with everything that does not depend on the call worked out. What is read of every rule comes first, so
// that a walk over many rules touches one cache line of each.
type compiledRule struct {
	chance float64
	salt   uint64
	// any is set where every call of the method matches.
	any    bool
	counts bool
	// when are the states of Rule.When, next is that of Rule.Goto or -1; stateful is set if there is either.
	when     []int64
	next     int64
	stateful bool
	Rule
	// data is the digest of Match.SHA256, if there is one.
	data     digest
	decision Decision
	fired    atomic.Int64
}

// Compile checks the scenario and makes an Engine of it. seed feeds every chance: the same seed, scenario and calls give the
// same decisions. The scenario's own seed is not looked at here, see Scenario.SeedOr. The Engine keeps nothing of s.
func (s *Scenario) Compile(seed uint64) (*Engine, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	e := &Engine{seed: seed, rules: make([]compiledRule, len(s.Rules)), machine: newMachine(s), counters: newCounterTable(len(s.Rules)+1, MaxCounters)}
	for i := range s.Rules {
		e.rules[i].compile(s.Rules[i].clone(), i, e.machine)
	}
	e.methods.Store(&map[string]*methodRules{})
	for _, m := range partMethods {
		e.learn(m)
	}
	return e, nil
}

func (c *compiledRule) compile(r Rule, index int, m *machine) {
	c.Rule = r
	c.chance, c.salt = r.Chance, saltOf(r.Name, index)
	c.any = r.Match.any()
	c.data, _ = parseDigest(r.Match.SHA256)
	c.counts = !r.Nth.IsZero() || r.Every > 1 || r.After > 0 || r.Times > 0 || r.Hold.Calls > 0
	c.when, c.next = m.indices(r.When), -1
	if r.Goto != "" {
		c.next = m.indices([]string{r.Goto})[0]
	}
	c.stateful = len(c.when) > 0 || c.next >= 0
	c.counts = c.counts || c.stateful
	c.decision = Decision{Rule: index, RuleName: r.Name, Delay: r.Delay, Store: r.Store, Bandwidth: r.Bandwidth, Corrupt: r.Corrupt, LoseAfter: r.LoseAfter, Reply: r.Reply}
	c.decision.Reply.lookUp()
	for i := range c.OneOf {
		c.OneOf[i].Reply.lookUp()
	}
}

// lookUp finds the code of an error that has only a name.
func (r *Reply) lookUp() {
	if r.Kind == ReplyError && r.Code == 0 {
		info, _ := LookupError(r.Message)
		r.Code = info.Code
	}
}

// Decide says what is to be done about a call, and counts it. It must be asked once per execution of a call: a repetition that
// is answered from the outbox is not a new call. It allocates nothing unless a counter sees its first call of a scope.
func (e *Engine) Decide(c *Call) Decision {
	if e == nil || len(e.rules) == 0 {
		return Decision{Rule: -1}
	}
	m := e.rulesFor(c.indexKey())
	ask := asking{engine: e, call: c, method: m.salt}
	i := ask.first(m.start(c))
	if i >= 0 && e.rules[i].draws() {
		ask.callHash() // while the counters are locked, if they are
	}
	if ask.locked {
		e.counting.Unlock()
	}
	if i < 0 {
		return Decision{Rule: -1}
	}
	r := &e.rules[i]
	r.fired.Add(1)
	d := r.decision
	if r.Jitter.Kind != JitterNone {
		d.Delay = r.Jitter.at(draw(ask.callHash(), r.salt^delaySalt))
	}
	if r.Hold.Calls > 0 {
		d.Meeting, d.Held, d.Releases = ask.meeting, !ask.releases, ask.releases
	}
	if len(r.OneOf) > 0 {
		d.Reply = choose(r.OneOf, draw(ask.callHash(), r.salt^choiceSalt))
	}
	if d.Reply.Kind == ReplyGarbage || d.Corrupt == CorruptFlip {
		d.Noise = mix(ask.callHash() ^ r.salt ^ noiseSalt)
	}
	return d
}

// asking is the state of one Decide: what is worked out only if a rule needs it, and then for all rules.
type asking struct {
	engine *Engine
	call   *Call
	method uint64
	// hash is the call's share of every chance, once hashed is set.
	hash   uint64
	hashed bool
	// data is the digest of the call's bytes, once digested is set.
	data     digest
	digested bool
	// locked is set once the counters are locked. They stay so until the call is decided, so that what one call does to the
	// counters of several rules cannot mix with what another does.
	locked bool
	// meeting and releases are about the rule that fired, if it holds answers back.
	meeting  *Meeting
	releases bool
}

// first returns the first rule that matches and fires, or -1.
func (a *asking) first(rules candidates) int32 {
	for {
		i, ok := rules.next()
		if !ok {
			return -1
		}
		if r := &a.engine.rules[i]; (r.any || a.matches(r)) && a.fires(r, i) {
			return i
		}
	}
}

func (a *asking) matches(r *compiledRule) bool {
	return r.Match.accepts(a.call) && (r.Match.SHA256 == "" || a.callData() == r.data)
}

// fires counts a call that matches, and reports whether the rule fires on it.
func (a *asking) fires(r *compiledRule, index int32) bool {
	lucky := r.chance == 0 || draw(a.callHash(), r.salt) < r.chance
	if !r.counts {
		return lucky
	}
	a.lock()
	if len(r.when) > 0 && !slices.Contains(r.when, a.state().seen) {
		return false
	}
	var n *counter
	if r.Per == ScopeServer {
		n = &a.engine.counters.server[index] // without a key, which is most of the work
	} else {
		n = a.engine.counters.at(scopeKey(r.Per, index, a.call))
	}
	n.seen++
	if !lucky || !r.due(n.seen) || r.Times > 0 && n.fired >= int64(r.Times) {
		return false
	}
	n.fired++
	if r.Hold.Calls > 0 {
		if n.meeting == nil {
			n.meeting = &Meeting{}
		}
		a.meeting, a.releases = n.meeting, n.seen >= int64(r.Hold.Calls)
	}
	if r.next >= 0 {
		a.state().seen = r.next // n is not good any more
	}
	return true
}

func (a *asking) callHash() uint64 {
	if !a.hashed {
		a.hash, a.hashed = a.call.hash(a.engine.seed, a.method, a.number()), true
	}
	return a.hash
}

// number tells apart what has no part, or chance would decide the same about all of it: connections by their ordinals, calls of a
// method by the order in which an account makes them, in which they are alike.
func (a *asking) number() int64 {
	switch {
	case a.call.HasPart:
		return 0
	case a.call.Event != EventCall:
		return max(a.call.Connection-1, 0)
	}
	a.lock()
	n := a.engine.counters.at(counterKey{rule: noRule, part: int32(a.method), scope: ScopeAccount, id: a.call.Account})
	n.seen++
	return n.seen - 1
}

// lock locks the counters until the call is decided.
func (a *asking) lock() {
	if !a.locked {
		a.engine.counting.Lock()
		a.locked = true
	}
}

// draws reports whether anything about a firing is left to chance.
func (r *Rule) draws() bool {
	return r.Jitter.Kind != JitterNone || len(r.OneOf) > 0 || r.Reply.Kind == ReplyGarbage || r.Corrupt == CorruptFlip
}

func (a *asking) callData() digest {
	if !a.digested {
		a.data, a.digested = sha256.Sum256(a.call.Bytes), true
	}
	return a.data
}

// due reports whether the counters ask for the seen-th matching call.
func (r *Rule) due(seen int64) bool {
	if !r.Nth.IsZero() {
		return r.Nth.Contains(seen)
	}
	beyond := seen - int64(r.After)
	return beyond > 0 && (r.Every <= 1 || beyond%int64(r.Every) == 0)
}

// Fired returns how often each rule fired, in the order of the rules.
func (e *Engine) Fired() []int {
	if e == nil {
		return nil
	}
	fired := make([]int, len(e.rules))
	for i := range e.rules {
		fired[i] = int(e.rules[i].fired.Load())
	}
	return fired
}

// ForgetFile drops the counters of a file that is gone. A later call with the same ordinal starts them again.
func (e *Engine) ForgetFile(ordinal int) {
	if e == nil || ordinal <= 0 {
		return
	}
	e.counting.Lock()
	defer e.counting.Unlock()
	e.counters.forgetFile(int64(ordinal))
}
