package oracle

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Verdict is what became of what was expected.
type Verdict struct {
	// Scenario is its name, empty without one.
	Scenario string `json:"scenario,omitempty"`
	// Checks are those of the expectations in their order, then the rules of the
	// scenario, unknown methods, and upload rules that were broken.
	Checks []Check `json:"checks"`
}

// Check is one thing that was looked at.
type Check struct {
	Kind CheckKind `json:"kind"`
	// Name is the expectation in one line, the rule's name, the method, or the id of
	// the upload rule.
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Findings say what is wrong or still missing, at most MaxFindings of them;
	// More is how many there were beside these. A broken upload rule has one finding
	// for each upload; in uploads beyond the bound each call counts.
	Findings []Finding `json:"findings,omitempty"`
	More     int       `json:"more,omitempty"`
	// Unprovoked: it is about what a client does after something went wrong, and nothing
	// did. It is pending then, and failed at the end, mostly because a rule has not fired.
	Unprovoked bool `json:"unprovoked,omitempty"`
}

// CheckKind says what a check is about.
type CheckKind string

// The kinds of checks.
const (
	CheckExpectation   CheckKind = "expectation"
	CheckRuleFired     CheckKind = "rule-fired"
	CheckUnknownMethod CheckKind = "unknown-method"
	CheckViolation     CheckKind = "violation"
	// CheckMemory is there if the run was too large to be watched whole.
	CheckMemory CheckKind = "memory"
)

// Status is how a check ended.
type Status string

// The statuses. What is Pending when a run is over has failed, and the reports of the
// command say so.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Pending Status = "pending" // has not come true so far
	Noted   Status = "noted"   // worth knowing, and no failure
)

// Finding is one reason for a status.
type Finding struct {
	// File is the ordinal of the upload, FileID the client's number for it.
	File   int    `json:"file,omitempty"`
	FileID int64  `json:"file_id,omitempty"`
	Part   *int32 `json:"part,omitempty"`
	// Text is a sentence for a person.
	Text string `json:"text"`
	// Rule is the id of an upload rule, URL where it is documented.
	Rule string `json:"rule,omitempty"`
	URL  string `json:"url,omitempty"`
	// Events are the numbers of the events in the journal that show it.
	Events []int64 `json:"events,omitempty"`
	// Calls is how many calls it is about, where there were several: Part and Text
	// are those of the first, Events those of the first MaxFindings.
	Calls int `json:"calls,omitempty"`

	named bool // Text says which upload it is about
}

// MarshalJSON adds file_id as text: it may not fit the 53 bits of a JavaScript number.
func (f Finding) MarshalJSON() ([]byte, error) {
	type plain Finding
	out := struct {
		FileIDString string `json:"file_id_string,omitempty"`
		plain
	}{plain: plain(f)}
	if f.FileID != 0 {
		out.FileIDString = strconv.FormatInt(f.FileID, 10)
	}
	return json.Marshal(out)
}

// Passed reports whether nothing failed and nothing is pending.
func (v Verdict) Passed() bool {
	for i := range v.Checks {
		if v.Checks[i].Bad() {
			return false
		}
	}
	return true
}

// Bad reports whether the check keeps the verdict from passing.
func (c *Check) Bad() bool { return c.Status == Failed || c.Status == Pending }

// Title says in one line what was looked at.
func (c *Check) Title() string {
	words := strings.ReplaceAll(string(c.Kind), "-", " ")
	if c.Kind == CheckRuleFired && c.Bad() {
		words = "rule never fired"
	}
	return words + ": " + c.Name
}

// String writes the check in one line, without its findings.
func (c Check) String() string { return fmt.Sprintf("%s: %s", c.Status, c.Title()) }

// MaxFindings is how many findings of one check are kept.
const MaxFindings = 20

// fail adds a finding to a check and makes it a failed one.
func (c *Check) fail(f Finding) {
	c.Status = Failed
	c.add(f)
}

func (c *Check) add(f Finding) {
	if len(c.Findings) < MaxFindings {
		c.Findings = append(c.Findings, f)
	} else {
		c.More++
	}
}
