package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios"
)

// file is what is known of one upload.
type file struct {
	Story
	parts map[int32]*part
	conns map[int64]bool
	seen  int64 // number of the last call
	last  time.Time
	gap   time.Duration // the longest between two calls
	open  *run          // parts stored one after another, not told yet
	used  int           // times
	useID int64         // msg_id of the last time
	useAt int           // its place in the timeline
	again *Event        // the second time
	misfortunes
	needless  []*resent // stored parts that came again, a way each
	broken    []*breach // upload rules, by parts
	big       bool      // by saveBigFilePart
	missing   *Event    // the last use that a missing part prevented
	forgotten bool      // the server has, with all its parts
	wentOn    bool      // as another upload, under the same file_id
	former    *file     // the one that this goes on with, nil for none
	hopeless  bool      // a call was refused for what it is: to stop is right
	cut       time.Time // when the server was closed, if its last connection was open then
	excused   bool      // that it was closed then is why there is no more, as far as anybody knows
}

// maxParts bounds the parts of an upload that are watched; no account may send more.
const maxParts = 8192

// part is the newest call of a part number.
type part struct {
	calls  int
	stored bool
	lost   bool // the scenario lost or spoilt it
	gone   bool // it was lost, or missed, before: to send it again is right
	size   int
	last   Event
	same   int // calls in a row with the same error and bytes
}

func newFile(e *Event) *file {
	return &file{parts: map[int32]*part{}, conns: map[int64]bool{}, misfortunes: newMisfortunes(), last: e.Time,
		big: e.Big, Story: Story{File: e.File, FileID: e.FileID, Account: e.Account, Total: -1, Began: e.Time}}
}

// goOn has an upload go on that an earlier run has begun.
func (f *file) goOn(e *Event) {
	f.big = e.Big
	if e.Total != nil {
		f.Total = *e.Total
	}
	bytes := int64(0)
	for _, r := range e.Kept {
		for n := int64(max(r.First, 0)); n <= int64(r.Last) && len(f.parts) < maxParts; n++ {
			f.parts[int32(n)] = &part{stored: true, size: r.Size}
			bytes += int64(r.Size)
		}
	}
	f.put(Moment{Seq: [2]int64{e.Seq, e.Seq}, Text: fmt.Sprintf("%s stored in an earlier run: %s", scenarios.PartNumbers(slices.Sorted(maps.Keys(f.parts))), bytesText(bytes))})
}

func (f *file) add(e *Event) {
	f.gap = max(f.gap, e.Time.Sub(f.last))
	f.last, f.seen = e.Time, e.Seq
	f.FileID, f.Account = e.FileID, e.Account
	if e.Kind == journal.KindFile {
		f.addUse(e)
		return
	}
	f.conns[e.Conn], f.big = true, e.Big
	if e.Part == nil {
		return
	}
	f.breaks(e)
	f.carry(e)
	if e.Total != nil && *e.Total > 0 && (f.Total <= 0 || !ruledOut(e)) {
		f.Total = *e.Total
	}
	p := f.parts[*e.Part]
	if p == nil {
		p = &part{}
		if len(f.parts) < maxParts {
			f.parts[*e.Part] = p
		}
	} else if p.calls > 0 {
		f.Repeated++
	}
	f.resend(e, p)
	f.tell(e, p)
	p.take(e)
	if e.Error != "" {
		f.Refused++
	}
	if permanent(e.Error) {
		f.hopeless = true
	}
}

// ruledOut tells whether an upload rule refused a call: what it announced is nothing, then.
func ruledOut(e *Event) bool { return e.Error != "" && len(e.Rules) > 0 }

// take makes e the newest call.
func (p *part) take(e *Event) {
	if p.calls > 0 && !e.Done && e.Answer == p.last.Answer && e.Error == p.last.Error && e.Print == p.last.Print {
		p.same++
	} else {
		p.same = 1
	}
	p.calls++
	p.last = *e
	if e.Done {
		p.stored, p.lost, p.size = !e.Lost, e.Lost, e.Size
		p.gone = p.gone || e.Lost
	}
}

// story sums the upload up.
func (f *file) story() Story {
	f.closeRun()
	s := f.Story
	for n, p := range f.parts {
		if p.stored && !(n == f.Total && p.size == 0) { // that is the empty end of a stream
			s.Stored++
			s.Bytes += int64(p.size)
		}
	}
	s.Connections, s.Took = len(f.conns), f.last.Sub(f.Began)
	switch {
	case f.used > 0:
		s.End = Used
	case f.Total > 0 && len(f.absent()) == 0:
		s.End = Complete
	default:
		s.End = Incomplete
	}
	return s
}

// absent are the parts that are not stored, of those that are announced or that lie
// below a stored one; where none are announced, below any that was sent.
func (f *file) absent() (missing []int32) {
	until := f.Total
	for n, p := range f.parts {
		if p.stored || f.Total <= 0 || !ruledOut(&p.last) {
			until = max(until, n+1)
		}
	}
	for n := range min(until, maxParts) {
		if p := f.parts[n]; p == nil || !p.stored && !(p.lost && f.used > 0) {
			missing = append(missing, n)
		}
	}
	return missing
}

// stillWrong leaves out that the client did not ask again where it had no reason to:
// the file was used, or a refusal for good ended the upload.
func (f *file) stillWrong(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(x Finding) bool {
		var p *part
		if x.Part != nil {
			p = f.parts[*x.Part]
		}
		switch x.Kind {
		case KindGaveUp:
			return f.used > 0 || f.hopeless || f.full() != nil || p != nil && (p.exhausted() || f.waiting(p))
		case KindResent:
			return p != nil && p.gone
		case KindRule: // that a part is missing is told with the reason
			return f.missing != nil && strings.HasPrefix(x.Text, "final.part_missing:")
		}
		return false
	})
}

// patient is after how many calls a client may give a part up.
const patient = 4

// findings are what the oracle does not see, which found known ones. Of an upload that was
// sent away, why it ended is told beside the uploads.
func (f *file) findings(known []Finding, sentAway bool) (out []Finding) {
	f.excused = false
	for _, n := range slices.Sorted(maps.Keys(f.parts)) {
		p := f.parts[n]
		x := Finding{Kind: KindStubborn, Part: &n, Events: []int64{p.last.Seq}, Scenario: "permanent-400"}
		switch {
		case p.same >= stubborn && permanent(p.last.Error):
			x.Text = fmt.Sprintf("part %d was sent %d times unchanged and answered %s each time: that is no error that passes", n, p.same, nameOf(p.last.Error))
			out = append(out, x)
		case p.same >= endless && p.exhausted():
			x.Scenario = "false-for-ever"
			x.Text = fmt.Sprintf("part %d was sent %d times and answered %s each time: there has to be an end", n, p.same, answerText(&p.last))
			out = append(out, x)
		}
	}
	for _, r := range f.needless {
		if x, ok := r.finding(known); ok {
			out = append(out, x)
		}
	}
	if x, ok := f.wrongMethod(); ok {
		out = append(out, x)
	}
	if f.used > 1 {
		out = append(out, Finding{Kind: KindTwice, Events: []int64{f.again.Seq}, Scenario: "send-once", URL: "https://core.telegram.org/method/messages.sendMedia",
			Text: fmt.Sprintf("the file was sent %d times, under another random_id each time: whoever gets it gets it twice", f.used)})
	}
	if f.used > 0 {
		return out
	}
	if x, ok := f.hole(); ok {
		return append(out, x)
	}
	if f.hopeless || f.wentOn || f.full() != nil || f.exhausted() || sentAway || slices.ContainsFunc(known, endsUpload) {
		return out
	}
	if x, ok := f.leftInTrouble(); ok && f.cut.IsZero() {
		return append(out, x)
	}
	if f.excused = f.didAsItShould(); f.excused {
		return out
	}
	if missing := f.neverSent(); len(missing) > 0 {
		how := "never came: the client gave up, or was ended, and nothing here was a reason to"
		if !f.cut.IsZero() {
			how = notCome
		}
		out = append(out, Finding{Kind: KindNeverSent, Part: &missing[0], Events: []int64{f.seen}, Scenario: "drop-mid-upload",
			Text: scenarios.PartNumbers(missing) + " " + how})
	}
	return out
}

// endsUpload tells whether a finding says why an upload came to no end: that a part came
// once more than it had to does not.
func endsUpload(x Finding) bool { return x.Kind != KindResent }

// wrongMethod is a large file that was not uploaded as one.
func (f *file) wrongMethod() (Finding, bool) {
	const limit = 10 << 20
	bytes := int64(0)
	for _, p := range f.parts {
		bytes += int64(p.size)
	}
	if f.big || bytes <= limit {
		return Finding{}, false
	}
	return Finding{Kind: KindRule, Scenario: "big-vs-small-method", URL: "https://core.telegram.org/api/files#uploading-files",
		Text: fmt.Sprintf("%s went by upload.saveFilePart; what is larger than 10 MB has to go by upload.saveBigFilePart", bytesText(bytes))}, true
}

// exhausted tells that some part was tried often enough to stop.
func (f *file) exhausted() bool {
	for _, p := range f.parts {
		if p.exhausted() {
			return true
		}
	}
	return false
}

// exhausted is never true of a wait: who is told when to come back comes back.
func (p *part) exhausted() bool {
	return p.calls >= patient && !p.stored && !strings.HasPrefix(p.last.Error, "420 ")
}

// stubborn is how often a part may be refused for what it is before that is said.
const stubborn = 4

// endless is how often anything else may.
const endless = 20

// hole is a file that was used too soon, and that was the end of it.
func (f *file) hole() (x Finding, found bool) {
	if f.missing == nil || !strings.Contains(f.missing.Error, "_MISSING") {
		return x, false
	}
	n, ok := missingPart(f.missing.Error)
	if !ok {
		return x, false
	}
	x = Finding{Kind: KindHole, Part: &n, Events: []int64{f.missing.Seq}, URL: "https://core.telegram.org/api/files#uploading-files", Scenario: "single-error",
		Text: fmt.Sprintf("the file was used though part %d is not stored", n)}
	switch p := f.parts[n]; {
	case p == nil && f.former.has(n):
		x.Kind, x.Scenario = KindLost, "part-lifetime"
		x.Text = fmt.Sprintf("the server had forgotten part %d, which upload %d had stored, and said so with %s; a good client sends it again", n, f.former.Story.File, nameOf(f.missing.Error))
	case p == nil:
		x.Scenario = ""
		x.Text += ": it was never sent"
	case p.lost || p.last.Done || p.calls == 0: // the last is stored by an earlier run
		x.Kind, x.Scenario = KindLost, "part-lost"
		x.Text = fmt.Sprintf("the server had lost part %d and said so with %s; a good client sends it again", n, nameOf(f.missing.Error))
	case p.last.Answer == journal.AnswerFalse:
		x.Scenario = "answer-false"
		x.Text += ": its last call was answered false"
	default:
		x.Text += ": its last call was answered " + answerText(&p.last)
	}
	return x, true
}

func (f *file) neverSent() (out []int32) {
	for _, n := range f.absent() {
		if f.parts[n] == nil {
			out = append(out, n)
		}
	}
	return out
}

// permanent tells an error that says that the call is wrong: to make it again
// changes nothing. https://core.telegram.org/api/errors#400-bad-request
func permanent(err string) bool {
	return strings.HasPrefix(err, "400 ") && !strings.HasSuffix(err, "_MISSING")
}

// missingPart takes the number out of "400 FILE_PART_n_MISSING".
func missingPart(err string) (int32, bool) {
	text, ok := strings.CutPrefix(nameOf(err), "FILE_PART_")
	text, end := strings.CutSuffix(text, "_MISSING")
	n, parseErr := strconv.ParseInt(text, 10, 32)
	return int32(n), ok && end && parseErr == nil
}

// migratesTo takes the number out of "303 X_MIGRATE_n".
func migratesTo(err string) (int, bool) {
	text, ok := strings.CutPrefix(err, "303 ")
	_, number, found := strings.Cut(text, "_MIGRATE_")
	n, parseErr := strconv.Atoi(number)
	return n, ok && found && parseErr == nil
}
