package scenarios

import (
	"fmt"
	"strings"
)

// FaultWarning is something in a fault in one line that is allowed, and probably not meant.
type FaultWarning struct {
	// Check names what found it, one of the Check constants.
	Check string
	// FaultError says where and what. It is no error: ParseFault accepts the fault.
	FaultError
}

// faultPlace is where a rule comes from that a fault in one line stands for.
type faultPlace struct {
	fault      int // its number, if there are several
	text, term string
	column     int // of the term
	// conditions are the columns of the keys of match.
	conditions map[string]int
}

// calledBy names the rule's term where it is known which fault it belongs to, else the whole fault.
func (p *faultPlace) calledBy(other faultPlace) string {
	if p.fault == other.fault {
		return quote(p.term)
	}
	return quote(p.text)
}

// at returns the column of a field, or else of the term.
func (p *faultPlace) at(path string) int {
	if column, ok := p.conditions[path]; ok {
		return column
	}
	return p.column
}

// LintFaults looks at faults in one line as Lint does at a file. They are tried in their order. Whether a file can have a part depends on
// the account and the limits of the scenario in force, which may be nil. The error is that of ParseFault.
func LintFaults(faults []string, inForce *Scenario, known Methods) ([]FaultWarning, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "fakedc: %d\nrules:\n", FormatVersion)
	var from []faultPlace
	for i, text := range faults {
		if _, err := ParseFault(text); err != nil {
			return nil, err
		}
		rules, places, err := faultRules(text)
		if err != nil {
			return nil, err
		}
		for n, rule := range rules {
			fmt.Fprintf(&b, "  - { name: %d, %s }\n", len(from), rule)
			places[n].fault = i
			from = append(from, places[n])
		}
	}
	if len(from) == 0 {
		return nil, nil
	}
	s, d, err := read("fault", []byte(b.String()))
	if err != nil {
		return nil, fmt.Errorf("scenarios: the faults do not go together: %w", err)
	}
	if inForce != nil {
		s.Premium, s.Limits = inForce.Premium, inForce.Limits
	}
	for _, m := range d.marks { // a warning is then about the fault of its line, at its column there
		if m.rule != topLevel {
			m.node.Line, m.node.Column = from[m.rule].fault+1, from[m.rule].at(m.path)
		}
	}
	l := newLinter(s, d, known)
	l.faults = from
	var found []FaultWarning
	for _, w := range l.all() {
		found = append(found, FaultWarning{w.Check, FaultError{faults[w.Line-1], w.Column, w.What, w.DidYouMean}})
	}
	return found, nil
}
