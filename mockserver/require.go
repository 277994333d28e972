package mockserver

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/words"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// WaitUpload returns the first upload that was completed: used, or stored with all
// parts of the number that was announced. Without one it waits until ctx ends, or
// the server is closed: [ErrClosed].
func (v *view) WaitUpload(ctx context.Context) (Upload, error) {
	all, err := v.WaitUploads(ctx, 1)
	if err != nil {
		return Upload{}, err
	}
	return all[0], nil
}

// WaitUploads waits until n uploads are complete, ctx ends or the server is closed, and
// returns those that are, in the order of their first parts.
func (v *view) WaitUploads(ctx context.Context, n int) (complete []Upload, err error) {
	var over error
	for {
		changed := v.server.Changed() // before the look: nothing is missed
		begun := v.Uploads()
		complete = slices.DeleteFunc(slices.Clone(begun), func(u Upload) bool { return !u.Report.Complete })
		if len(complete) >= n {
			return complete, nil
		}
		if over != nil {
			return complete, fmt.Errorf("mockserver: waiting for %s, begun: %d, complete: %d: %w", words.Count(n, "complete upload"), len(begun), len(complete), over)
		}
		select {
		case <-changed:
		case <-v.server.ended:
			over = ErrClosed
		case <-ctx.Done():
			over = context.Cause(ctx)
		}
	}
}

// RequireUploaded fails the test unless the upload with this file_id is complete and
// holds what want does, and says how long both are, if not equally, and which part is
// the first that differs. A store that keeps no bytes will do: each part is compared by
// its digest.
func (v *view) RequireUploaded(t TB, fileID int64, want io.Reader) {
	t.Helper()
	u, ok := v.Upload(fileID)
	if !ok {
		v.fail(t, fmt.Sprintf("no part of a file %d was uploaded", fileID))
		return
	}
	if !u.Report.Complete {
		v.fail(t, fmt.Sprintf("file %d is not complete: %s stored, %s", fileID, words.Are(u.Report.Stored, "part"), missing(u)))
		return
	}
	d, err := u.differsFrom(want)
	switch how := d.String(); {
	case err != nil:
		v.fail(t, fmt.Sprintf("file %d cannot be compared: %v", fileID, err))
	case how != "":
		v.fail(t, fmt.Sprintf("file %d is not what was to be sent: %s", fileID, how))
	}
}

// mostMissing is how many missing parts are named: a file can lack thousands.
const mostMissing = 10

func missing(u Upload) string {
	all := u.Report.Missing
	switch {
	case u.Report.MissingCount == 0:
		return "no stored part says how many there are, and the file was not used"
	case u.Report.MissingCount <= mostMissing:
		return fmt.Sprintf("missing are %v", all)
	}
	return fmt.Sprintf("missing are %d, the first of them %v", u.Report.MissingCount, all[:min(len(all), mostMissing)])
}

// RequireNoViolations fails the test if an upload rule was broken that is enforced,
// unless the scenario allows it.
func (v *view) RequireNoViolations(t TB) {
	t.Helper()
	v.failFor(t, v.judge(func(c *oracle.Check) bool { return c.Kind == oracle.CheckViolation }))
}

// RequireVerdict fails the test unless everything came true that the scenario
// expects, each of its rules fired, and no upload rule was broken; see
// Verdict.
func (v *view) RequireVerdict(t TB) {
	t.Helper()
	v.failFor(t, append(v.judge(func(*oracle.Check) bool { return true }), v.server.panicked()...))
}

// failFor fails a test if there is any reason to.
func (v *view) failFor(t TB, reasons []string) {
	t.Helper()
	if len(reasons) > 0 {
		v.fail(t, reasons...)
	}
}

// judge says which checks are bad, and why.
func (v *view) judge(about func(*oracle.Check) bool) (reasons []string) {
	for _, c := range v.Verdict().Checks {
		if !c.Bad() || !about(&c) {
			continue
		}
		reasons = append(reasons, c.String())
		for _, f := range c.Findings {
			reasons = append(reasons, "    "+strings.TrimSpace(f.Text+" "+f.URL))
		}
	}
	return reasons
}

// Calls counts the calls of a method, a glob such as "upload.save*" with * and ? as in a
// scenario: calls that were answered with errors, or not at all, included, and repetitions
// of one msg_id not. The error is a [MethodError] for a glob that fits no method that
// Telegram has or a client called, or that of a journal that has lost events.
func (v *view) Calls(method string) (n int, err error) {
	called := v.called()
	if err := checkCounted(method, called); err != nil {
		return 0, err
	}
	if lost := v.server.journal.Dropped(); lost > 0 {
		return 0, fmt.Errorf("mockserver: calls of %s cannot be counted: %d events have left the journal; see Limits.JournalEvents", method, lost)
	}
	for name, times := range called {
		if pattern(method).fits(name) {
			n += times
		}
	}
	return n, nil
}

// called counts all calls that are in the journal.
func (v *view) called() map[string]int {
	called := map[string]int{}
	v.eachEvent(func(e *Event) {
		if isCall(e) {
			called[e.Method]++
		}
	})
	return called
}

// isCall tells whether an event is there once for each call. One that a scenario answers
// in place of the server is a fault, and a part.
func isCall(e *Event) bool {
	return e.Kind == EventPart || e.Kind == EventCall || e.Kind == EventUnknown || e.Kind == EventFault && e.Skipped
}

// RequireCalls fails the test unless there were n calls of a method; see Calls.
func (v *view) RequireCalls(t TB, method string, n int) {
	t.Helper()
	switch got, err := v.Calls(method); {
	case err != nil:
		v.fail(t, err.Error())
	case got != n:
		v.fail(t, fmt.Sprintf("%s of %s, not %d; all that were called: %v", words.Count(got, "call"), method, n, v.called()))
	}
}
