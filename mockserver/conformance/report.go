package conformance

import "time"

// Status is how a case ended.
type Status string

// The outcomes.
const (
	Pass Status = "pass"
	Fail Status = "fail"
	Skip Status = "skip"
	// Unfinished is a case that was not begun, or not at its end, when the run was
	// cancelled: whatever it found may come of that.
	Unfinished Status = "unfinished"
)

// Result is the outcome of one case.
type Result struct {
	Case
	Status Status `json:"status"`
	// Detail says what was expected and what came, or why the case was skipped or not finished.
	Detail string `json:"detail,omitempty"`
	// Known is the reason why a failure does not count, "" if it does.
	Known    string        `json:"known,omitempty"`
	Duration time.Duration `json:"duration_ns"`
}

// Report is what came of a run.
type Report struct {
	Addr    string `json:"addr"`
	Passed  int    `json:"passed"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped"`
	// Unfinished counts those that a cancelled run did not get to, or broke off.
	Unfinished int `json:"unfinished"`
	// KnownFailed counts the failures, among those of Failed, that do not count.
	KnownFailed int           `json:"known_failed"`
	Duration    time.Duration `json:"duration_ns"`
	Results     []Result      `json:"results"`
}

func newReport(addr string, results []Result, d time.Duration) Report {
	r := Report{Addr: addr, Results: results, Duration: d}
	for _, one := range results {
		switch one.Status {
		case Pass:
			r.Passed++
		case Skip:
			r.Skipped++
		case Unfinished:
			r.Unfinished++
		case Fail:
			r.Failed++
			if one.Known != "" {
				r.KnownFailed++
			}
		}
	}
	return r
}

// Failures returns the cases that failed and are not known to.
func (r Report) Failures() []Result {
	return r.filter(func(one Result) bool { return one.Status == Fail && one.Known == "" })
}

// Mended returns the cases that are known to fail and passed: the list of known
// failures is out of date.
func (r Report) Mended() []Result {
	return r.filter(func(one Result) bool { return one.Status == Pass && one.Known != "" })
}

func (r Report) filter(keep func(Result) bool) (kept []Result) {
	for _, one := range r.Results {
		if keep(one) {
			kept = append(kept, one)
		}
	}
	return kept
}
