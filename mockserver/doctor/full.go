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

// endedByServer words that, for an upload that did not get any further.
func (f *file) endedByServer() (note string, ended bool) {
	if f.full == nil || f.used > 0 || len(f.absent()) == 0 {
		return "", false
	}
	note = fmt.Sprintf("upload %d was ended by the server, not by its client: part %d was answered %s", f.Story.File, *f.full.Part, nameOf(f.full.Error))
	if f.full.Text != "" {
		note += " (" + f.full.Text + ")"
	}
	return note, true
}

// leftForWantOfRoom tells whether the upload that a finding says was begun anew is one
// that the server had ended: events begin with the call of the earlier one.
func (d *Doctor) leftForWantOfRoom(x Finding) bool {
	if x.Kind != KindResent || x.Part == nil || len(x.Events) == 0 {
		return false
	}
	for _, f := range d.order {
		if p := f.parts[*x.Part]; p != nil && f.full != nil && p.last.Seq == x.Events[0] {
			return true
		}
	}
	return false
}
