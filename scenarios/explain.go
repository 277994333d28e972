package scenarios

import (
	"fmt"
	"strings"
)

// Explanation is a scenario in plain words. Every string is a paragraph without line breaks.
type Explanation struct {
	// Name and Description are those of the scenario.
	Name, Description string
	// Setting says what holds for the whole server, one sentence each.
	Setting []string
	// Rules has one paragraph for each rule, in their order.
	Rules []ExplainedRule
	// Expect says what a good client does, one sentence each.
	Expect []string
	// Closing says what becomes of all other calls.
	Closing string
}

// ExplainedRule is one rule in plain words.
type ExplainedRule struct {
	// Name may be empty.
	Name string
	// Text is the paragraph.
	Text string
}

// Explain reads a scenario and says in plain words what it does, with both ways to count: "part 2, the third part". What it has no
// words for, it tells by the key, the value and the meaning that the reference gives. The error is that of Parse.
func Explain(file string, src []byte) (*Explanation, error) {
	s, d, err := read(file, src)
	if err != nil {
		return nil, err
	}
	e := &Explanation{Name: s.Name, Description: strings.Join(strings.Fields(s.Description), " "), Setting: s.explainSetting()}
	e.Setting = append(e.Setting, explainRest(d, topLevel, toldAtTop)...)
	for i := range s.Rules {
		e.Rules = append(e.Rules, ExplainedRule{s.Rules[i].Name, s.Rules[i].explain(d, i)})
	}
	e.Expect = s.explainExpect()
	e.Closing = "Every call goes its normal way: there are no rules."
	if len(s.Rules) > 0 {
		e.Closing = "The first rule that matches and fires decides a call. A call that no rule decides goes its normal way."
	}
	return e, nil
}

// ExplainFaults says in the same words what faults in one line do, tried in their order. The error is that of ParseFault.
func ExplainFaults(faults []string) (*Explanation, error) {
	all := &Explanation{Name: "--fault"}
	for _, text := range faults {
		if _, err := ParseFault(text); err != nil {
			return nil, err
		}
		src, err := FaultYAML(text)
		if err != nil {
			return nil, err
		}
		e, err := Explain("fault", []byte(src))
		if err != nil {
			return nil, err
		}
		all.Rules, all.Closing = append(all.Rules, e.Rules...), e.Closing
	}
	return all, nil
}

// String writes the explanation with its rules numbered, one paragraph in a line.
func (e *Explanation) String() string {
	paragraphs := []string{strings.TrimPrefix(e.Name+": "+e.Description, ": ")}
	if len(e.Setting) > 0 {
		paragraphs = append(paragraphs, strings.Join(e.Setting, " "))
	}
	for i, r := range e.Rules {
		paragraphs = append(paragraphs, fmt.Sprintf("%d. %s", i+1, r))
	}
	paragraphs = append(paragraphs, e.Closing)
	if len(e.Expect) > 0 {
		paragraphs = append(paragraphs, "What a good client does: "+strings.Join(e.Expect, " "))
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}

// String writes the name and the text.
func (r ExplainedRule) String() string {
	if r.Name == "" {
		return r.Text
	}
	return r.Name + ": " + r.Text
}

func (s *Scenario) explainSetting() []string {
	var said []string
	if s.Premium != nil && *s.Premium {
		said = append(said, "Every account is a Premium account.")
	} else if s.Premium != nil {
		said = append(said, "No account is a Premium account.")
	}
	switch s.Profile {
	case ProfileDocs:
		said = append(said, "Parts are judged by exactly what core.telegram.org says (profile docs).")
	case ProfileObserved:
		said = append(said, "Parts are judged by what the field shows (profile observed).")
	}
	for _, l := range limitKeys {
		if v, ok := s.Limits[l.key]; ok {
			said = append(said, fmt.Sprintf("The server tells clients that %s is %d (%s).", l.key, v, l.doc))
		}
	}
	said = append(said, s.explainOverrides()...)
	if s.States.Initial != "" {
		said = append(said, s.States.explain())
	}
	if s.Seed != nil {
		said = append(said, fmt.Sprintf("The seed is %d, so that chance decides the same each time.", *s.Seed))
	}
	return said
}

// explain writes the paragraph of a rule.
func (r *Rule) explain(d *decoder, index int) string {
	said := []string{"Looks at " + r.Match.explain() + "."}
	said = append(said, "Fires "+r.explainCounters()+".")
	said = append(said, r.explainStates()...)
	said = append(said, r.explainAct()...)
	return strings.Join(append(said, explainRest(d, index, r.told)...), " ")
}
