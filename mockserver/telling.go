package mockserver

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// telling is what tests were told, so that the journal is printed to each of them once,
// and what is wrong stands below it: the last lines are what people read.
type telling struct {
	mu    sync.Mutex
	tests map[any]*told
}

// told is what one test was told.
type told struct {
	seq     int64    // the newest event that it has seen
	reasons []string // why it fails
}

// mostReasons is how many reasons of a test are kept.
const mostReasons = 40

// testOf is what a test is known by: its name, as frameworks such as Ginkgo make a new
// value of it at every call, or else itself.
func testOf(t TB) any {
	if n, ok := t.(interface{ Name() string }); ok {
		return n.Name()
	}
	if reflect.ValueOf(t).Comparable() {
		return t
	}
	return nil
}

// begin forgets what a test of the same name was told, which is over.
func (x *telling) begin(t TB) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.tests, testOf(t))
}

// seen is the number of the newest event that a test, or one within it, has seen.
func (x *telling) seen(t TB) (seq int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := testOf(t)
	name, named := key.(string)
	for other, told := range x.tests {
		inner, ok := other.(string)
		if other == key || named && ok && strings.HasPrefix(inner, name+"/") {
			seq = max(seq, told.seq)
		}
	}
	return seq
}

// saw notes what a test has seen.
func (x *telling) saw(t TB, seq int64) {
	x.change(t, func(o *told) { o.seq = max(o.seq, seq) })
}

// note adds reasons to those of a test, and returns the ones that it was not told before.
func (x *telling) note(t TB, reasons []string) (fresh []string) {
	x.change(t, func(o *told) {
		before := o.reasons[:len(o.reasons):len(o.reasons)]
		fresh = slices.DeleteFunc(slices.Clone(reasons), func(r string) bool { return slices.Contains(before, r) })
		o.reasons = append(before, fresh...)
		o.reasons = o.reasons[:min(len(o.reasons), mostReasons)]
	})
	return fresh
}

// reasons are why a test fails, as far as it was told.
func (x *telling) reasons(t TB) (reasons []string) {
	x.change(t, func(o *told) { reasons = slices.Clone(o.reasons) })
	return reasons
}

func (x *telling) change(t TB, by func(*told)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := testOf(t)
	if x.tests == nil {
		x.tests = map[any]*told{}
	}
	if x.tests[key] == nil {
		x.tests[key] = &told{}
	}
	by(x.tests[key])
}

// fail fails a test for some reasons, below what is new in the journal.
func (v *view) fail(t TB, reasons ...string) {
	t.Helper()
	v.logTail(t, v.JournalSince(v.server.told.seen(t)))
	for _, r := range reasons {
		t.Errorf("fakedc: %s", r)
	}
	v.server.told.note(t, reasons)
	for _, r := range v.server.told.note(t, v.outsiders()) {
		t.Errorf("fakedc: %s", r)
	}
}

// end is the end of a test: it fails for reasons that are found then, and one that has
// failed for any is shown what is new in the journal, and again why below it.
func (v *view) end(t TB, reasons []string) {
	t.Helper()
	if len(reasons) == 0 && !failed(t) {
		return
	}
	before := v.server.told.reasons(t)
	since := v.server.told.seen(t)
	events := v.JournalSince(since)
	if since > 0 { // that connections end with their test is no news
		events = slices.DeleteFunc(events, func(e Event) bool { return e.Kind == EventDisconnect })
	}
	if v.logTail(t, events) {
		for _, r := range before {
			t.Logf("fakedc: what failed, said above: %s", r)
		}
	}
	for _, r := range v.server.told.note(t, append(reasons, v.outsiders()...)) {
		t.Errorf("fakedc: %s", r)
	}
}

// tail is how many events are logged for a test that failed.
const tail = 40

// logTail logs the last of some events, and tells whether there were any.
func (v *view) logTail(t TB, events []Event) bool {
	t.Helper()
	if len(events) == 0 {
		return false
	}
	v.server.told.saw(t, events[len(events)-1].Seq)
	if n := len(events) - tail; n > 0 {
		t.Logf("fakedc: %s left out", words.Are(n, "earlier event"))
		events = events[n:]
	}
	for _, e := range events {
		t.Logf("fakedc: %s", Line(e))
	}
	return true
}

// failed tells that a test has failed, as far as its framework says.
func failed(t TB) bool {
	f, ok := t.(interface{ Failed() bool })
	return ok && f.Failed()
}

// over tells that a test was skipped or has failed, as far as its framework says.
func over(t TB) bool {
	skipped, ok := t.(interface{ Skipped() bool })
	return failed(t) || ok && skipped.Skipped()
}
