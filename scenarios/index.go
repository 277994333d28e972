package scenarios

import (
	"maps"
	"math"
)

const (
	// maxMethods bounds the index; a method beyond it is looked up afresh each time. A Telegram layer has about 700 methods,
	// and a client that uploads calls some twenty.
	maxMethods = 1024
	// maxIndexedParts is how many parts a rule may name and still be indexed by part.
	maxIndexedParts = 64
)

// methodRules are the rules that can match a method, in their order, with those that ask for certain parts kept apart: of 200
// rules about one part each, a call looks at one.
type methodRules struct {
	salt   uint64
	always []candidate
	byPart map[int32][]candidate
}

// candidate is a rule with the parts that it can be about, so that most rules are passed over without being looked at.
type candidate struct {
	rule     int32
	from, to int32
}

// rulesFor returns the rules of a method.
func (e *Engine) rulesFor(method string) *methodRules {
	if m := (*e.methods.Load())[method]; m != nil {
		return m
	}
	return e.learn(method)
}

// learn adds a method to the index.
func (e *Engine) learn(method string) *methodRules {
	m := e.indexMethod(method)
	e.adding.Lock()
	defer e.adding.Unlock()
	known := *e.methods.Load()
	if other := known[method]; other != nil {
		return other
	}
	if len(known) < maxMethods {
		grown := maps.Clone(known)
		grown[method] = m
		e.methods.Store(&grown)
	}
	return m
}

func (e *Engine) indexMethod(method string) *methodRules {
	m := &methodRules{salt: hashString(method), byPart: map[int32][]candidate{}}
	for i := range e.rules {
		match := &e.rules[i].Match
		if !match.about(method) {
			continue
		}
		parts, ok := match.Part.exact(maxIndexedParts)
		if !ok {
			from, to := match.Part.bounds()
			m.always = append(m.always, candidate{int32(i), from, to})
			continue
		}
		for _, part := range parts {
			if part <= math.MaxInt32 {
				one := candidate{int32(i), int32(part), int32(part)}
				m.byPart[one.from] = append(m.byPart[one.from], one)
			}
		}
	}
	return m
}

// candidates walks two ascending lists of rules as if they were one.
type candidates struct {
	a, b []candidate
	part int32
}

// start returns the rules that a call has to be held against.
func (m *methodRules) start(c *Call) candidates {
	if !c.HasPart {
		return candidates{a: m.always}
	}
	return candidates{a: m.always, b: m.byPart[c.Part], part: c.Part}
}

func (c *candidates) next() (int32, bool) {
	for len(c.a) > 0 && (c.part < c.a[0].from || c.part > c.a[0].to) {
		c.a = c.a[1:]
	}
	list := &c.a
	if len(c.a) == 0 || len(c.b) > 0 && c.b[0].rule < c.a[0].rule {
		list = &c.b
	}
	if len(*list) == 0 {
		return 0, false
	}
	i := (*list)[0].rule
	*list = (*list)[1:]
	return i, true
}
