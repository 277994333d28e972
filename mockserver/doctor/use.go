package doctor

import (
	"fmt"
	"slices"
)

func (f *file) addUse(e *Event) {
	f.closeRun()
	if e.Error == "" {
		f.used++
		f.useID, f.useAt = e.MsgID, len(f.Timeline)
		f.missing = nil
		if f.used == 2 {
			second := *e
			f.again = &second
		}
		f.moment(e, fmt.Sprintf("a file was made of it: %s", bytesText(int64(e.Size))), false)
		return
	}
	if !slices.Contains(e.Rules, "final.kind") { // which looks for parts where none were sent to
		use := *e
		f.missing = &use
		if n, ok := missingPart(e.Error); ok && f.parts[n] != nil {
			f.parts[n].gone = true
		}
	}
	f.moment(e, fmt.Sprintf("%s: answered %s", e.Method, nameOf(e.Error)), true)
}

// answered takes in an unusual answer to the call that the last use was part of. One that was
// refused after all, as one is that comes a second time under the same random_id, has made
// no file; after one whose answer was lost the client has a reason to ask again.
func (f *file) answered(e *Event) {
	if f.used == 0 || e.MsgID != f.useID {
		return
	}
	if e.Error != "" && f.used > 1 {
		f.used--
	}
	if f.useAt >= len(f.Timeline) {
		return // it was not told
	}
	m := &f.Timeline[f.useAt]
	m.Trouble = true
	if e.Error != "" {
		m.Text = fmt.Sprintf("%s: answered %s", e.Method, nameOf(e.Error))
		return
	}
	m.Text += fmt.Sprintf(", and %s answered %s", e.Method, answerText(e))
}
