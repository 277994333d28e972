package validator

import "fmt"

// Verdict is what the rules say about one call.
type Verdict struct {
	// Error is the one error that goes on the wire; nil means accepted.
	Error *Error
	// Findings are all the rules that the call broke, in the order of the
	// rulebook, the merely reported ones included.
	Findings []Finding
}

// Accepted tells whether the call may go on.
func (v Verdict) Accepted() bool { return v.Error == nil }

// Error is the refusal of a call.
type Error struct {
	// Code is the RPC error code.
	Code int `json:"code"`
	// Message is the RPC error message, its number filled in.
	Message string `json:"message"`
	// Rule is the id of the rule that was broken.
	Rule string `json:"rule"`
	// Why is a sentence for a person where no Finding has one: when something
	// other than a rule refused the call.
	Why string `json:"why,omitempty"`
}

// Error returns the code, the message and the rule.
func (e *Error) Error() string {
	return fmt.Sprintf("%d %s (rule %s)", e.Code, e.Message, e.Rule)
}

// Finding is one rule that a call broke.
type Finding struct {
	// Rule is the rule, shared with the rulebook: not to be changed.
	Rule *Rule `json:"rule"`
	// Sentence says to a person what was wrong, with the numbers of this call.
	Sentence string `json:"sentence"`
}

// judgement collects the findings about one call.
type judgement struct {
	book    *Rulebook
	verdict Verdict
}

// broke notes a broken rule and tells whether that refuses the call.
func (j *judgement) broke(no ruleNo, sentence string) bool {
	return j.brokeAs(no, j.book.rules[no].Error, sentence)
}

// brokeAs is broke for a rule whose message carries a number.
func (j *judgement) brokeAs(no ruleNo, message, sentence string) bool {
	rule := &j.book.rules[no]
	j.verdict.Findings = append(j.verdict.Findings, Finding{Rule: rule, Sentence: sentence})
	if rule.Mode != Enforce {
		return false
	}
	if j.verdict.Error == nil {
		j.verdict.Error = &Error{Code: rule.Code, Message: message, Rule: rule.ID}
	}
	return true
}
