package scenarios

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Warning is something in a scenario that is allowed, and probably not meant.
type Warning struct {
	// Check names what found it, one of the Check constants.
	Check string
	// Error says where and what. It is no error: Parse accepts the scenario.
	Error
}

// The checks of Lint.
const (
	// CheckNeverFires finds a rule that no call can make fire.
	CheckNeverFires = "never-fires"
	// CheckUnknownMethod finds a pattern that fits no method that is answered.
	CheckUnknownMethod = "unknown-method"
	// CheckPartRange finds part numbers that no file has.
	CheckPartRange = "part-range"
	// CheckUndocumentedError finds an error that the pages of the matching methods do not list, and one that is expected and that
	// nothing answers with.
	CheckUndocumentedError = "undocumented-error"
	// CheckUselessKey finds a key that changes nothing.
	CheckUselessKey = "useless-key"
	// CheckUnnamedChance finds a chance that other rules can change: it hangs on the position of its rule.
	CheckUnnamedChance = "unnamed-chance"
)

// Lint reads a scenario and looks for what is allowed and probably not meant. methods are those that the server answers; with
// none of them, nothing is said about methods. The warnings are sorted by position. The error is that of Parse.
func Lint(file string, src []byte, methods []string) ([]Warning, error) {
	s, d, err := read(file, src)
	if err != nil {
		return nil, err
	}
	l := &linter{scenario: s, decoder: d, methods: slices.Sorted(slices.Values(methods))}
	for i := range s.Rules {
		l.fits = append(l.fits, l.fitting(&s.Rules[i].Match))
		if s.Rules[i].firesAlways() {
			l.always = append(l.always, i)
		}
	}
	for i := range d.own { // those behind are linted in their own file
		l.lintRule(i)
	}
	l.lintExpect()
	l.unusedParams()
	slices.SortStableFunc(l.warnings, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return l.warnings, nil
}

// linter is the state of looking at one scenario that is free of errors.
type linter struct {
	scenario *Scenario
	decoder  *decoder
	methods  []string
	warnings []Warning
	rule     int
	choice   string // the path of the one of several replies that is looked at
	// fits has the methods that each rule's pattern fits; always the rules that fire on every call that they match.
	fits   [][]string
	always []int
}

// lintRule looks at one rule. One reason why it never fires is enough.
func (l *linter) lintRule(index int) {
	l.rule = index
	r := &l.scenario.Rules[index]
	if r.Match.Event != EventCall {
		return // it is about no call, so that no other rule takes any from it
	}
	_ = l.unknownMethod(r) || l.beyondFile(r) || l.beyondTotal(r) || l.noTotal(r) || l.noFile(r) || l.tooFewCalls(r) || l.taken(r)
	l.errorNotListed(r)
	l.uselessPer(r)
	l.uselessTimes(r)
	if r.Name == "" && r.Chance > 0 && r.Chance < 1 {
		l.warn(CheckUnnamedChance, "chance", "the rule has no name, so its chance hangs on its position: when a rule is added before it, other parts are hit", "")
	}
}

func (l *linter) warn(check, path, what, didYouMean string) {
	l.warnAt(l.decoder.nearest(l.rule, path), check, where(l.rule, path), what, didYouMean)
}

func (l *linter) warnAt(n *yaml.Node, check, path, what, didYouMean string) {
	l.warnings = append(l.warnings, Warning{check, Error{
		File: l.decoder.file, Line: max(n.Line, 1), Column: max(n.Column, 1), Path: path, What: what, DidYouMean: didYouMean,
	}})
}

// fitting returns the methods that are answered and fit the rule's pattern.
func (l *linter) fitting(m *Match) []string {
	var found []string
	for _, method := range l.methods {
		if matchGlob(m.method(), method) {
			found = append(found, method)
		}
	}
	return found
}
