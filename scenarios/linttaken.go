package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// taken warns of a rule whose calls earlier rules take, every one of them.
func (l *linter) taken() bool {
	by := l.takenBy(l.rule, l.rule)
	if len(by) > 0 {
		l.warn(CheckNeverFires, "", fmt.Sprintf("the rule can never fire: %s every call that it matches", l.take(by)), "")
	}
	return len(by) > 0
}

// takenBy returns the rules that take every call of a rule, of those before a certain one. Rules that ask for parts may do that
// together.
func (l *linter) takenBy(rule, before int) []int {
	m := &l.scenario.Rules[rule].Match
	if !m.plain() {
		return nil
	}
	var parts Numbers
	var by []int
	for _, i := range l.always.of(m) {
		earlier := &l.scenario.Rules[i].Match
		if i >= before || !l.takesBesidesParts(i, rule) {
			continue
		}
		if earlier.Part.holdsAll(&m.Part) {
			return []int{i}
		}
		if earlier.Part.meets(&m.Part) {
			parts.add(earlier.Part)
			by = append(by, i)
		}
	}
	if len(by) < 2 || !parts.holdsAll(&m.Part) {
		return nil
	}
	return by
}

// takenIncludes warns of included files all of whose rules are taken by those before them. One rule may be taken: to include a file
// and to have the first word about a call goes together.
func (l *linter) takenIncludes() {
	for _, i := range l.decoder.behind {
		var by []int
		for rule := i.from; rule < i.to; rule++ {
			takers := l.takenBy(rule, i.from)
			if by = append(by, takers...); len(takers) == 0 {
				by = nil
				break
			}
		}
		slices.Sort(by)
		if by = slices.Compact(by); len(by) > 0 {
			l.warnAt(i.node, CheckNeverFires, "include", fmt.Sprintf("no rule of %s can ever fire: %s every call that they match", quote(i.name), l.take(by)), "")
		}
	}
}

// take says which rules take something.
func (l *linter) take(by []int) string {
	names := make([]string, len(by))
	for i, rule := range by {
		names[i] = l.called(rule)
	}
	if len(by) == 1 {
		return names[0] + " takes"
	}
	return strings.Join(names, " and ") + " take"
}

// called names a rule and where it is.
func (l *linter) called(rule int) string {
	if l.faults != nil {
		return l.faults[rule].calledBy(l.faults[l.rule])
	}
	line := max(l.decoder.nearest(rule, "").Line, 1)
	if name := l.scenario.Rules[rule].Name; name != "" {
		return fmt.Sprintf("%s (line %d)", quote(name), line)
	}
	return fmt.Sprintf("rules[%d] (line %d)", rule, line)
}

// firesAlways reports whether the rule fires on every call that it matches.
func (r *Rule) firesAlways() bool {
	return r.Match.Event == EventCall && len(r.When) == 0 && r.Hold.Calls == 0 && r.Match.plain() && r.Nth.IsZero() && r.Every <= 1 && r.After == 0 && r.Times == 0 && (r.Chance == 0 || r.Chance == 1)
}

// takesBesidesParts reports whether all calls of the inner rule are calls of the outer one, as far as it is not about parts.
func (l *linter) takesBesidesParts(outerRule, innerRule int) bool {
	outer, inner := &l.scenario.Rules[outerRule].Match, &l.scenario.Rules[innerRule].Match
	return outer.Total.holdsAll(&inner.Total) && outer.Size.holdsAll(&inner.Size) && outer.FileSize.holdsAll(&inner.FileSize) &&
		outer.File.holdsAll(&inner.File) && outer.Attempt.holdsAll(&inner.Attempt) &&
		(!outer.needsPart() || inner.onlyParts(l.fits[innerRule])) && l.fitsAll(outer, innerRule)
}

// onlyParts reports whether every call that matches carries a part.
func (m *Match) onlyParts(methods []string) bool {
	if m.needsPart() {
		return true
	}
	for _, method := range methods {
		if !slices.Contains(partMethods, method) {
			return false
		}
	}
	return len(methods) > 0
}

// fitsAll reports whether the outer pattern fits every method that the inner rule's fits.
func (l *linter) fitsAll(outer *Match, innerRule int) bool {
	if outer.method() == l.scenario.Rules[innerRule].Match.method() {
		return true
	}
	for _, method := range l.fits[innerRule] {
		if !matchGlob(outer.method(), method) {
			return false
		}
	}
	return len(l.fits[innerRule]) > 0
}

// meets reports whether the sets may have a number in common.
func (n *Numbers) meets(o *Numbers) bool {
	if o.IsZero() || n.Last || n.Even || n.Odd || o.Last || o.Even || o.Odd {
		return true
	}
	for _, a := range n.Spans {
		for _, b := range o.Spans {
			if a.From <= b.To && b.From <= a.To {
				return true
			}
		}
	}
	return false
}

// holdsAll reports whether every number of o is in n. It may say no where that is hard to see.
func (n *Numbers) holdsAll(o *Numbers) bool {
	if n.IsZero() || n.Even && n.Odd && !o.IsZero() {
		return true
	}
	if o.IsZero() || o.Last && !n.Last || o.Even && !n.Even || o.Odd && !n.Odd {
		return false
	}
	spans := n.Spans
	if len(spans) > 1 { // a recording has thousands of rules with one span each, and each is held against each
		spans = merged(spans)
	}
	for _, s := range o.Spans {
		within := func(outer Span) bool { return outer.From <= s.From && s.To <= outer.To }
		if !slices.ContainsFunc(spans, within) && !(s.From == s.To && n.Contains(s.From)) {
			return false
		}
	}
	return true
}

// merged joins spans that overlap or touch.
func merged(spans []Span) []Span {
	sorted := slices.SortedFunc(slices.Values(spans), func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	var all []Span
	for _, s := range sorted {
		// The subtraction cannot overflow: sets start at -1 or above.
		if last := len(all) - 1; last >= 0 && s.From-1 <= all[last].To {
			all[last].To = max(all[last].To, s.To)
			continue
		}
		all = append(all, s)
	}
	return all
}
