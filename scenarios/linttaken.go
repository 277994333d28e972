package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// taken warns of a rule whose calls earlier rules take, every one of them. Rules that ask for parts may do that together.
func (l *linter) taken(r *Rule) bool {
	if !r.Match.plain() {
		return false
	}
	var parts Numbers
	var by []int
	for _, i := range l.always.of(&r.Match) {
		earlier := &l.scenario.Rules[i].Match
		if i >= l.rule || !l.takesBesidesParts(i, l.rule) {
			continue
		}
		if earlier.Part.holdsAll(&r.Match.Part) {
			l.warnTaken(i)
			return true
		}
		if earlier.Part.meets(&r.Match.Part) {
			parts.add(earlier.Part)
			by = append(by, i)
		}
	}
	if len(by) < 2 || !parts.holdsAll(&r.Match.Part) {
		return false
	}
	l.warnTaken(by...)
	return true
}

func (l *linter) warnTaken(by ...int) {
	verb, names := "takes", make([]string, len(by))
	for i, rule := range by {
		names[i] = l.called(rule)
	}
	if len(by) > 1 {
		verb = "take"
	}
	l.warn(CheckNeverFires, "", fmt.Sprintf("the rule can never fire: %s %s every call that it matches", strings.Join(names, " and "), verb), "")
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
