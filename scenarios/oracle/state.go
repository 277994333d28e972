package oracle

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/scenarios"
)

// State is what a Verdict needs to know that no observation tells.
type State struct {
	// Fired is how often each rule of the scenario fired.
	Fired []int
	// Files are the uploads that the server still has.
	Files []FileState
	// Apart keeps the names of uploads out of the findings' words, for whoever tells of
	// each upload by itself: Finding.File has it.
	Apart bool
}

// FileState is an upload at this moment.
type FileState struct {
	Ordinal int
	FileID  int64
	// Before: it was there when the run began.
	Before bool
	// Complete: the number of parts is known and all of them are stored.
	Complete bool
	// Missing is how many parts are not stored, MissingParts are the numbers of those
	// that are known by one.
	Missing      int
	MissingParts []int32
	// Bytes is the sum of the parts' sizes.
	Bytes int64
	// SHA256 returns the digest of the whole, in hexadecimal.
	SHA256 func() (string, error)
}

// Verdict says how things stand.
func (o *Oracle) Verdict(s State) Verdict {
	s.Files = o.digested(s.Files) // before the lock, which whoever observes waits for
	o.mu.Lock()
	defer o.mu.Unlock()
	v := Verdict{Scenario: o.scenario.Name, Checks: []Check{}}
	for i, w := range o.watchers {
		c := w.check(o, &s)
		c.Kind, c.Name = CheckExpectation, o.scenario.Expect[i].String()
		v.Checks = append(v.Checks, c)
	}
	v.Checks = append(v.Checks, o.fired(s.Fired)...)
	v.Checks = append(v.Checks, o.unknown.checks()...)
	v.Checks = append(v.Checks, o.broken.checks()...)
	if o.tooMany {
		c := Check{Kind: CheckMemory, Name: "the run is too large to be watched whole"}
		c.fail(Finding{Text: fmt.Sprintf("more than %d uploads, or %d parts and methods: what came after was not looked at", MaxFiles, MaxCalls)})
		v.Checks = append(v.Checks, c)
	}
	several := max(len(o.files), len(s.Files)) > 1
	for i := range v.Checks {
		if c := &v.Checks[i]; !s.Apart && (several || c.Kind == CheckViolation) {
			c.nameUploads()
		}
	}
	return v
}

// digested reads the files that a digest is asked of, which takes its time.
func (o *Oracle) digested(files []FileState) []FileState {
	if !slices.ContainsFunc(o.watchers, func(w watcher) bool {
		b, ok := w.(*bytesWatcher)
		return ok && b.want.SHA256 != ""
	}) {
		return files
	}
	files = slices.Clone(files)
	for i := range files {
		if f := &files[i]; f.Complete {
			sum, err := f.SHA256()
			f.SHA256 = func() (string, error) { return sum, err }
		}
	}
	return files
}

// nameUploads says which upload each finding is about.
func (c *Check) nameUploads() {
	c.Findings = slices.Clone(c.Findings)
	for i := range c.Findings {
		if f := &c.Findings[i]; f.File > 0 && !f.named {
			f.Text = fmt.Sprintf("upload %d: %s", f.File, f.Text)
		}
	}
}

// fired looks at the rules of the scenario. A rule that depends on chance need
// not fire.
func (o *Oracle) fired(fired []int) []Check {
	var checks []Check
	for i := range o.scenario.Rules {
		r := &o.scenario.Rules[i]
		name := r.Name
		if name == "" {
			name = fmt.Sprintf("rules[%d]", i)
		}
		if r.Chance > 0 && r.Chance < 1 || fits(o.scenario.Allow.UnfiredRules, name) {
			continue
		}
		c := Check{Kind: CheckRuleFired, Name: name, Status: Passed}
		if i >= len(fired) || fired[i] == 0 {
			c.Status = Pending
			c.add(Finding{Text: "the rule did not fire: " + o.unfired(&r.Match.Part)})
		}
		checks = append(checks, c)
	}
	return checks
}

// unfired words why a rule about parts did not fire: the client did nothing wrong if its
// files are too small to have one of them.
func (o *Oracle) unfired(parts *scenarios.Numbers) string {
	const usual = "the client made no call that it is about, or an earlier rule took them all"
	if len(parts.Spans) == 0 || parts.Last || parts.Even || parts.Odd {
		return usual
	}
	least, count := parts.Spans[0].From, int32(0)
	for _, s := range parts.Spans {
		least = min(least, s.From)
	}
	for _, f := range o.files {
		count = max(count, f.total)
		for part := range f.parts {
			count = max(count, part+1)
		}
	}
	if count == 0 || least < int64(count) {
		return usual
	}
	return "it begins with " + scenarios.PartName(least) + " and no file had so many: take a larger one"
}

func fits(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return scenarios.MatchGlob(p, name) })
}

// findings gathers checks by their name. maxNames bounds them: clients choose the
// names of unknown methods.
type findings struct {
	by map[string]*Check
}

const maxNames = 200

func (f *findings) add(allowed []string, kind CheckKind, name string, status Status, finding Finding) {
	if fits(allowed, name) {
		return
	}
	c := f.by[name]
	if c == nil {
		if len(f.by) >= maxNames {
			return
		}
		c = &Check{Kind: kind, Name: name, Status: status}
		f.by[name] = c
	}
	c.add(finding)
}

// again counts a finding that is about the same upload as one before. A client that
// does something wrong mostly does so with every part.
func (f *findings) again(name string, finding Finding) bool {
	c := f.by[name]
	if c == nil {
		return false
	}
	for i := range c.Findings {
		first := &c.Findings[i]
		if first.File != finding.File || first.FileID != finding.FileID {
			continue
		}
		first.Calls = max(first.Calls, 1) + 1
		if len(first.Events) < MaxFindings {
			first.Events = append(first.Events, finding.Events...)
		}
		return true
	}
	return false
}

func (f *findings) checks() []Check {
	all := make([]Check, 0, len(f.by))
	for _, c := range f.by {
		copied := *c
		copied.Findings = slices.Clone(c.Findings)
		for i := range copied.Findings {
			one := &copied.Findings[i]
			one.Events = slices.Clone(one.Events) // which grow
			if one.Calls > 0 {
				one.Text += fmt.Sprintf(" (the first of %d such calls)", one.Calls)
			}
		}
		all = append(all, copied)
	}
	slices.SortFunc(all, func(a, b Check) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
