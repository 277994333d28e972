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
	// CheckContradiction finds expectations that no run meets together.
	CheckContradiction = "contradiction"
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

// Methods are the methods of a server, which this package knows nothing of.
type Methods struct {
	// Answered are those that are answered. Without them nothing is said about methods.
	Answered []string
	// Read are those whose calls rules see though they are not answered. Some of Answered may be among them.
	Read []string
	// Named are all whose names are known, answered or not; a call of any other goes by its id. Without them nothing but the form is
	// asked of what may be called though it is not answered.
	Named []string
}

// Lint reads a scenario and looks for what is allowed and probably not meant. The warnings are sorted by position. The error is
// that of Parse.
func Lint(file string, src []byte, known Methods) ([]Warning, error) {
	s, d, err := read(file, src)
	if err != nil {
		return nil, err
	}
	return lint(s, d, known), nil
}

// LoadLinted is LoadWith, and what Lint has to say about the scenario with these parameters. The file is read once: it may be a pipe.
func LoadLinted(path string, params map[string]string, known Methods) (s *Scenario, files []string, warnings []Warning, err error) {
	s, d, files, err := load(path, params)
	if err != nil {
		return nil, files, nil, err
	}
	return s, files, lint(s, d, known), nil
}

func lint(s *Scenario, d *decoder, known Methods) []Warning { return newLinter(s, d, known).all() }

func newLinter(s *Scenario, d *decoder, known Methods) *linter {
	l := &linter{scenario: s, decoder: d, methods: slices.Sorted(slices.Values(known.Answered)), named: known.Named, seen: known.seen(), marks: map[int][]mark{}, always: takers{}}
	for _, m := range d.marks {
		l.marks[m.rule] = append(l.marks[m.rule], m)
	}
	for i := range s.Rules {
		l.fits = append(l.fits, l.fitting(&s.Rules[i].Match))
		if s.Rules[i].firesAlways() {
			l.always.add(&s.Rules[i].Match, i)
		}
	}
	return l
}

// all returns what there is to say, by position.
func (l *linter) all() []Warning {
	for i := range l.decoder.own { // those behind are linted in their own file
		l.lintRule(i)
	}
	l.takenIncludes()
	l.lintExpect()
	l.unusedParams()
	slices.SortStableFunc(l.warnings, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return l.warnings
}

// linter is the state of looking at one scenario that is free of errors.
type linter struct {
	scenario *Scenario
	decoder  *decoder
	methods  []string // that are answered, sorted
	seen     []string // that rules are asked about, sorted
	named    []string
	warnings []Warning
	rule     int
	choice   string // the path of the one of several replies that is looked at
	// marks are the decoder's, by their rule.
	marks map[int][]mark
	// fits has the methods that each rule's pattern fits; always the rules that fire on every call that they match.
	fits   [][]string
	always takers
	// faults are where the rules come from that no file has.
	faults []faultPlace
}

// written returns where a key of the rule was written, or nil.
func (l *linter) written(path string) *yaml.Node { return find(l.marks[l.rule], l.rule, path) }

// lintRule looks at one rule. One reason why it never fires is enough.
func (l *linter) lintRule(index int) {
	l.rule = index
	r := &l.scenario.Rules[index]
	if r.Match.Event != EventCall {
		return // it is about no call, so that no other rule takes any from it
	}
	_ = l.unknownMethod(r) || l.beyondFile(r) || l.beyondTotal(r) || l.otherSize(r) || l.noTotal(r) || l.noEnd(r) || l.noFile(r) || l.tooFewCalls(r) || l.taken()
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

// seen returns the methods whose calls rules see, in order.
func (m Methods) seen() []string {
	return slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(m.Answered), m.Read...))))
}

// fitting returns the methods whose calls rules see and that fit the rule's pattern.
func (l *linter) fitting(m *Match) []string {
	var found []string
	for _, method := range l.seen {
		if matchGlob(m.method(), method) {
			found = append(found, method)
		}
	}
	return found
}
