package doctor

import (
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios"
)

// notKept tells a part that fakedc itself had no room for, or could not write: its
// limit or its disk has ended the upload, whatever the client does.
func notKept(e *Event) bool {
	name := nameOf(e.Error)
	return e.Kind == journal.KindPart && e.Fault == "" && (name == "STORE_FULL" || name == "STORE_FAILED")
}

// full is the last call of a part that the server, and no scenario, could not keep and
// that is not stored. If it came again, and was told something else, there was room.
func (f *file) full() (last *Event) {
	for _, p := range f.parts {
		if !p.stored && notKept(&p.last) && (last == nil || p.last.Seq > last.Seq) {
			last = &p.last
		}
	}
	return last
}

// endedByServer words that, for an upload that did not get any further.
func (f *file) endedByServer() (note string, ended bool) {
	full := f.full()
	if full == nil || f.used > 0 {
		return "", false
	}
	note = fmt.Sprintf("upload %d was ended by the server, not by its client: part %d was answered %s", f.Story.File, *full.Part, nameOf(full.Error))
	if full.Text != "" {
		note += " (" + full.Text + ")"
	}
	return note, true
}

// leftWithReason tells whether the upload that a finding says was begun anew, as another
// one, is one that the server had ended: for want of room, or by a refusal for good, which
// the other one did not meet. Events begin with the call of the earlier one.
func (d *Doctor) leftWithReason(x Finding, anew *file) bool {
	if x.Kind != KindResent || x.Part == nil || len(x.Events) == 0 {
		return false
	}
	for _, f := range d.order {
		if p := f.parts[*x.Part]; p != nil && p.last.Seq == x.Events[0] && (f.full() != nil || f.hopeless && anew != nil && !anew.hopeless) {
			return true
		}
	}
	return false
}

// notCome is said of parts when the server was closed before they came.
const notCome = "had not come when the server was closed"

// heldBack are the parts whose answers the scenario still held back when the server was
// closed: whoever sends no more before it has them does as it should.
func (f *file) heldBack() (parts []int32) {
	if f.cut.IsZero() {
		return nil
	}
	for n, p := range f.parts {
		if p.last.Waits || p.last.Time.Add(p.last.Delay).After(f.cut) {
			parts = append(parts, n)
		}
	}
	slices.Sort(parts)
	return parts
}

// waited words that, for an upload that did not get any further.
func (f *file) waited() (note string, waited bool) {
	held, missing := f.heldBack(), f.neverSent()
	if f.used > 0 || len(held) == 0 || len(missing) == 0 {
		return "", false
	}
	answers := "the answer"
	if len(held) > 1 {
		answers = "the answers"
	}
	return fmt.Sprintf("upload %d: %s %s, which still held back %s to %s", f.Story.File, scenarios.PartNumbers(missing), notCome, answers, scenarios.PartNumbers(held)), true
}
