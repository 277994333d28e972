package doctor_test

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

const header = `{"fakedc_journal":1,"run_id":"r","seed":"1","scenario":"mine","profile":"observed"}` + "\n"

var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// textsOf are what findings say.
func textsOf(all []doctor.Finding) (texts []string) {
	for _, x := range all {
		texts = append(texts, x.Text)
	}
	return texts
}

// written is a journal that is made in a test: each event a second after the one
// before, unless it says how much later.
type written struct {
	events []journal.Event
	now    time.Time
}

func (w *written) add(after time.Duration, e journal.Event) *written {
	if w.now.IsZero() {
		w.now = start
	}
	w.now = w.now.Add(after)
	e.Seq, e.Time = int64(len(w.events)+1), w.now
	if e.Conn == 0 {
		e.Conn = 1
	}
	e.DC = max(e.DC, 2)
	w.events = append(w.events, e)
	return w
}

// part is a call of a part of file 1, which has 4.
func (w *written) part(after time.Duration, n int32, change func(*journal.Event)) *written {
	total := int32(4)
	e := journal.Event{Kind: journal.KindPart, Method: "upload.saveBigFilePart", File: 1, FileID: 7, Big: true, Account: 1,
		Part: &n, Total: &total, Size: 1024, Print: uint64(n) + 1, Done: true, MsgID: int64(len(w.events))}
	if change != nil {
		change(&e)
	}
	return w.add(after, e)
}

// second is a part of file 2, whose first parts are those of file 1.
func (w *written) second(n, total int32) *written {
	return w.part(time.Second, n, func(e *journal.Event) { e.File, e.FileID, e.Total = 2, 8, &total })
}

func (w *written) used() *written {
	return w.add(time.Second, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Size: 4096})
}

func (w *written) String() string {
	var b strings.Builder
	b.WriteString(header)
	for _, e := range w.events {
		text, _ := json.Marshal(e)
		b.Write(append(text, '\n'))
	}
	b.WriteString(`{"end":true,"events":1}` + "\n")
	return b.String()
}

// refused is an answer with an error.
func refused(err string) func(*journal.Event) {
	return func(e *journal.Event) {
		e.Done, e.Error, e.Answer, e.Skipped = false, err, journal.AnswerError, true
	}
}

// answered is any other answer.
func answered(a journal.Answer) func(*journal.Event) {
	return func(e *journal.Event) { e.Done, e.Answer, e.Skipped = false, a, true }
}

// full is a part for which the server has no room.
func full(e *journal.Event) {
	refused("500 STORE_FULL")(e)
	e.Skipped, e.Text = false, "DiskBytes: the limit DiskBytes is 1 MiB"
}

func otherBytes(e *journal.Event) { e.Print += 100 }
