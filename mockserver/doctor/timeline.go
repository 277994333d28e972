package doctor

import (
	"fmt"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/observe"
	"github.com/fakedc/fakedc/scenarios"
)

// maxMoments bounds the timeline of an upload.
const maxMoments = 200

// run is a row of parts that were stored at once, as they should be.
type run struct {
	parts    []int32
	from, to time.Time
	seq      [2]int64
	bytes    int64
}

// tell adds a call of a part to the timeline. before is what was known of the part.
func (f *file) tell(e *Event, before *part) {
	if e.Done && e.Error == "" && e.Answer == journal.AnswerUsual && !e.Lost && before.calls == 0 && e.Fault == "" {
		f.lengthen(e)
		return
	}
	f.closeRun()
	text := fmt.Sprintf("part %d %s", *e.Part, happened(e))
	if before.calls > 0 {
		text = fmt.Sprintf("part %d again, %s: %s", *e.Part, before.since(e), happened(e))
		if differ(e, &before.last) {
			text += ", with other bytes"
		}
	}
	if e.Fault != "" {
		text += fmt.Sprintf(" (the scenario's %q)", e.Fault)
	}
	f.moment(e, text, e.Error != "" || e.Answer != journal.AnswerUsual || e.Lost)
}

// differ tells whether two calls had other bytes.
func differ(e, last *Event) bool {
	return e.Print != 0 && last.Print != 0 && e.Print != last.Print
}

// atOnce is said of two calls of which the later one was done first.
const atOnce = "at the same time"

// since says when a part came again, by the answer to its call before.
func (p *part) since(e *Event) string {
	after := e.Time.Sub(p.last.Time)
	if after < 0 {
		return atOnce
	}
	if p.last.Waits || after < p.last.Delay {
		return fmt.Sprintf("%s after it came and before it was answered %s", seconds(after), answerText(&p.last))
	}
	return fmt.Sprintf("%s after it was answered %s", seconds(after-p.last.Delay), answerText(&p.last))
}

// left takes in that an answer left that others had kept back.
func (f *file) left(e *Event) {
	p := f.parts[*e.Part]
	if p == nil || !p.last.Waits || p.last.MsgID != e.MsgID || p.last.Session != e.Session {
		return // it came again meanwhile
	}
	p.last.Waits, p.last.Delay = false, e.Delay
	f.closeRun()
	f.moment(e, fmt.Sprintf("part %d: its answer left, held back for %s", *e.Part, seconds(e.Delay)), false)
}

func (f *file) lengthen(e *Event) {
	if f.open == nil {
		f.open = &run{from: e.Time, seq: [2]int64{e.Seq, e.Seq}}
	}
	f.open.parts = append(f.open.parts, *e.Part)
	f.open.to, f.open.seq[1] = e.Time, e.Seq
	f.open.bytes += int64(e.Size)
}

func (f *file) closeRun() {
	r := f.open
	if r == nil {
		return
	}
	f.open = nil
	f.put(Moment{At: r.from.Sub(f.Began), To: r.to.Sub(f.Began), Seq: r.seq,
		Text: fmt.Sprintf("%s stored: %s", scenarios.PartNumbers(r.parts), bytesText(r.bytes))})
}

func (f *file) disconnected(e *Event) {
	if !f.conns[e.Conn] {
		return
	}
	f.end(e)
	if f.used > 0 {
		return
	}
	if f.cut = (time.Time{}); e.Text == closedByServer {
		f.cut = e.Time
	}
	f.closeRun()
	f.moment(e, fmt.Sprintf("connection %d ended: %s", e.Conn, e.Text), true)
}

// closedByServer is why connections end that are open when the server is closed. The upload
// may have gone on then: whoever stopped the server knows.
const closedByServer = "the server was closed"

// closedByClient tells whose doing the end of a connection was: the client's, who
// also leaves answers behind that cannot be written, or resets it.
func closedByClient(why string) bool {
	return strings.HasPrefix(why, "closed by the client") || strings.HasPrefix(why, "writing") || strings.Contains(why, "reset by peer")
}

// meddled tells of a call in which the file may have been meant, and was not used.
func (f *file) meddled(e *Event) {
	if f.used > 0 {
		return
	}
	f.closeRun()
	f.moment(e, fmt.Sprintf("%s %s (the scenario's %q)", e.Method, happened(e), e.Fault), true)
}

func (f *file) moment(e *Event, text string, trouble bool) {
	f.put(Moment{At: e.Time.Sub(f.Began), Seq: [2]int64{e.Seq, e.Seq}, Text: text, Trouble: trouble})
}

func (f *file) put(m Moment) {
	if len(f.Timeline) >= maxMoments {
		f.More++
		return
	}
	f.Timeline = append(f.Timeline, m)
}

// happened says what became of a call.
func happened(e *Event) string {
	switch {
	case e.Error != "":
		return "answered " + nameOf(e.Error)
	case e.Answer != journal.AnswerUsual && e.Done && !e.Lost:
		return "stored, and answered " + answerText(e)
	case e.Answer != journal.AnswerUsual:
		return "answered " + answerText(e)
	case e.Lost:
		return "stored, and lost by the server"
	case e.Waits:
		return "stored, the answer held back until others come"
	case e.Delay > 0:
		return "stored, the answer held back for " + seconds(e.Delay)
	}
	return "stored"
}

// answerText says what the client got, in words that follow "answered".
func answerText(e *Event) string {
	switch e.Answer {
	case journal.AnswerError:
		return nameOf(e.Error)
	case journal.AnswerFalse:
		return "false"
	case journal.AnswerNothing:
		return "with nothing"
	case journal.AnswerDropped:
		if observe.Stalled(e) {
			return "by the stall of its connection"
		}
		return "by the end of the connection"
	case journal.AnswerRefused: // the event says by what: a transport error, for one
		how, _, _ := strings.Cut(e.Text, ",")
		if how, is := strings.CutPrefix(how, "answered "); is {
			return how
		}
		return "by a refusal of its message"
	case journal.AnswerGarbage:
		return "with bytes that mean nothing"
	}
	if e.Error != "" {
		return nameOf(e.Error)
	}
	return "true"
}

// nameOf is an error without its code.
func nameOf(err string) string {
	if _, name, ok := strings.Cut(err, " "); ok {
		return name
	}
	return err
}

// seconds writes a time as a person reads it.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < 10*time.Second:
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

func bytesText(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
