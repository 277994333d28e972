package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/scenarios"
)

// watch makes the watcher of an expectation.
func watch(e *scenarios.Expectation) watcher {
	switch e.Kind {
	case scenarios.ExpectBytes:
		return &bytesWatcher{want: e.Bytes}
	case scenarios.ExpectMaxCalls:
		return &callsWatcher{want: e.Calls, counts: map[countKey]int{}}
	case scenarios.ExpectRetry:
		return &retryWatcher{want: e.Retry}
	case scenarios.ExpectResent:
		return &resentWatcher{want: e.Resent, begun: map[int]bool{}}
	case scenarios.ExpectAnswered:
		return &answeredWatcher{want: e.Pattern}
	case scenarios.ExpectSent:
		return &sentWatcher{want: e.Pattern, times: e.Times, ok: map[int64]int{}}
	case scenarios.ExpectNever:
		return &neverWatcher{want: e.Pattern}
	case scenarios.ExpectHostile:
		return &hostileWatcher{}
	case scenarios.ExpectOrder:
		return &orderWatcher{methods: e.Order}
	}
	return &uploadWatcher{want: e.Upload}
}

// uploadWatcher looks at how uploads end.
type uploadWatcher struct{ want scenarios.UploadEnd }

func (w *uploadWatcher) see(*Oracle, *Observation, *file, *attempt) {}

func (w *uploadWatcher) check(o *Oracle, s *State) Check {
	c := Check{Status: Passed}
	stored := map[int]*FileState{}
	for i := range s.Files {
		stored[s.Files[i].Ordinal] = &s.Files[i]
	}
	for _, f := range o.inOrder() {
		state := stored[f.ordinal]
		done := f.used || state != nil && state.Complete
		finding := Finding{File: f.ordinal, FileID: f.id, named: true}
		switch {
		case w.want == scenarios.UploadComplete && !done:
			c.Status = Pending
			finding.Text = fmt.Sprintf("upload %d is not complete: %s", f.ordinal, f.lacks(state))
			c.add(finding)
		case w.want == scenarios.UploadFailed && done:
			finding.Text = fmt.Sprintf("upload %d is complete, where the client should have given up", f.ordinal)
			c.fail(finding)
		}
	}
	if w.want == scenarios.UploadComplete {
		for i := range s.Files { // of an earlier run, which this one did not touch
			if f := &s.Files[i]; f.Before && !f.Complete && o.files[f.Ordinal] == nil {
				c.Status = Pending
				c.add(Finding{File: f.Ordinal, FileID: f.FileID, named: true, Text: fmt.Sprintf("upload %d, which was there at the start, is not complete: %s", f.Ordinal, f.lacking())})
			}
		}
	}
	if len(o.files) == 0 {
		c.Status = Pending
		c.add(Finding{Text: "no upload has begun"})
	}
	return c
}

// neverSaid is what a file lacks of which no part is known to be missing. Parts of
// upload.saveFilePart do not say how many there are; a call that was answered by the scenario
// may have.
const neverSaid = "it was used in no message, and no part said how many there are"

// lacking says how much is missing of what may not have a number of parts, and which.
func (f *FileState) lacking() string {
	said := neverSaid
	switch {
	case f.Missing == 1:
		said = "one part is missing"
	case f.Missing > 1:
		said = fmt.Sprintf("%d parts are missing", f.Missing)
	}
	if f.Missing > 0 && len(f.MissingParts) > 0 {
		said += ": " + scenarios.PartNumbers(f.MissingParts)
	}
	return said
}

func (f *file) lacks(stored *FileState) string {
	switch {
	case stored == nil:
		return "the server has forgotten it"
	case stored.Missing > 0:
		return stored.lacking()
	case f.total == 1:
		return "it was to have one part, which is not stored"
	case f.total > 0: // refused, or lost on the way
		return fmt.Sprintf("it was to have %d parts, and none of those that said so is stored", f.total)
	}
	return neverSaid
}

// inOrder returns the uploads by their ordinals.
func (o *Oracle) inOrder() []*file {
	all := make([]*file, 0, len(o.files))
	for _, f := range o.files {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *file) int { return a.ordinal - b.ordinal })
	return all
}

// bytesWatcher looks at what uploads hold.
type bytesWatcher struct {
	want  scenarios.BytesExpected
	found Check
}

func (w *bytesWatcher) see(_ *Oracle, x *Observation, _ *file, last *attempt) {
	if w.want.Same && x.HasPart && last != nil && last.first != x.Print {
		w.found.fail(x.finding(partName(x.Part)+" came again with other bytes than the first time", last.Seq))
	}
}

func (w *bytesWatcher) check(o *Oracle, s *State) Check {
	c := w.found.copy()
	if len(o.files) == 0 {
		c.pend("no upload has begun")
	}
	for _, f := range s.Files {
		if w.want.SHA256 == "" && w.want.Size == 0 {
			break
		}
		finding := Finding{File: f.Ordinal, FileID: f.FileID, named: true}
		switch {
		case !f.Complete:
			finding.Text = fmt.Sprintf("upload %d is not complete", f.Ordinal)
			c.pending(finding)
		case w.want.Size > 0 && f.Bytes != int64(w.want.Size):
			finding.Text = fmt.Sprintf("upload %d has %d bytes, %d are expected", f.Ordinal, f.Bytes, w.want.Size)
			c.fail(finding)
		case w.want.SHA256 != "":
			sum, err := f.SHA256()
			if err != nil {
				finding.Text = fmt.Sprintf("the digest of upload %d is not known: %v", f.Ordinal, err)
				c.fail(finding)
			} else if !strings.EqualFold(sum, w.want.SHA256) {
				finding.Text = fmt.Sprintf("upload %d has the SHA-256 %s", f.Ordinal, sum)
				c.fail(finding)
			}
		}
	}
	return c
}

// copy returns the check so far, passed if it has no status.
func (c *Check) copy() Check {
	copied := *c
	copied.Findings = slices.Clone(c.Findings)
	if copied.Status == "" {
		copied.Status = Passed
	}
	return copied
}

// pend makes a check that has not failed a pending one.
func (c *Check) pend(why string) { c.pending(Finding{Text: why}) }

// unprovoked makes a check pending that nothing has put to the test.
func (c *Check) unprovoked(why string) {
	c.pend(why)
	c.Unprovoked = true
}

func (c *Check) pending(f Finding) {
	if c.Status != Failed {
		c.Status = Pending
	}
	c.add(f)
}
