package doctor

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
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
