package doctor

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/observe"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
	"github.com/fakedc/fakedc/validator"
)

// Doctor takes the events of a run in and says what was wrong. It is for one
// goroutine.
type Doctor struct {
	header  Header
	oracle  *oracle.Oracle
	rules   map[string]validator.Rule
	files   map[int]*file
	order   []*file
	newest  map[fileName]*file
	kept    map[int]Event     // what was there at the start of uploads, by ordinal
	moved   map[moveKey]Event // calls that were told to go elsewhere, until somebody does
	skipped int               // uploads beyond maxFiles
	hostile []Finding
	layers  []string // what was said of those that are newer than fakedc
	limits  reached
	barred  *Event // the last connection that the scenario did not let through
	through bool   // one was, after it
}

// maxFiles bounds the uploads that are told about.
const maxFiles = 4096

type moveKey struct {
	key int64 // auth_key_id
	dc  int
}

// habits are what every client should do, as a scenario would expect it; about says
// what a finding is about, and what provokes it.
var habits = []struct {
	expect   scenarios.Expectation
	kind     Kind
	scenario string
}{
	{retry(scenarios.AfterFloodWait), KindTooEarly, "flood-wait"},
	{retry(scenarios.AfterDrop), KindRetry, "drop-after-store"},
	{retry(scenarios.AfterSilence), KindRetry, "silent-part"},
	{retry(scenarios.AfterFalse), KindRetry, "answer-false"},
	{retry(scenarios.AfterRefusal), KindRetry, "bad-msg"},
	{retry(scenarios.AfterGarbage), KindRetry, "garbage-answer"},
	{scenarios.Expectation{Kind: scenarios.ExpectResent, Resent: scenarios.ResentExpected{Unacknowledged: true, SameFile: true}}, KindResent, "drop-mid-upload"},
}

func retry(after string) scenarios.Expectation {
	return scenarios.Expectation{Kind: scenarios.ExpectRetry, Retry: scenarios.RetryExpected{
		After: after, Same: []string{scenarios.SamePart, scenarios.SameTotal, scenarios.SameSHA256},
	}}
}

// New begins with the first line of a journal.
func New(h Header) *Doctor {
	d := &Doctor{header: h, files: map[int]*file{}, newest: map[fileName]*file{}, kept: map[int]Event{}, moved: map[moveKey]Event{}, rules: map[string]validator.Rule{}}
	profile := validator.Profile(h.Profile)
	if profile != validator.ProfileDocs {
		profile = validator.ProfileObserved
	}
	for _, r := range validator.MustNew(validator.Options{Profile: profile}).Rules() {
		if mode, own := h.Rules[r.ID]; own {
			r.Mode = validator.Mode(mode)
		}
		d.rules[r.ID] = r
	}
	s := &scenarios.Scenario{}
	for _, x := range habits {
		s.Expect = append(s.Expect, x.expect)
	}
	d.oracle = oracle.New(s, func(id string) oracle.Rule {
		r := d.rules[id]
		return oracle.Rule{Enforced: r.Mode == validator.Enforce, URL: r.Source}
	})
	return d
}

// Add takes in the next event.
func (d *Doctor) Add(e Event) {
	if x, ok := observe.Of(&e); ok {
		d.oracle.Observe(x)
	}
	switch e.Kind {
	case journal.KindPart, journal.KindFile:
		if f := d.file(&e); f != nil {
			f.add(&e)
		}
	case journal.KindLeft:
		if f := d.files[e.File]; f != nil && e.Part != nil {
			f.left(&e)
		}
	case journal.KindLimit:
		if f := d.files[e.File]; f != nil && e.Sign == journal.SignForgotten {
			f.forgotten = true
			f.closeRun()
			f.moment(&e, "forgotten by the server: "+e.Text, true)
			d.newest[f.name()].goesOn(f) // that may have begun before it was told
		}
		d.limits.add(&e)
	case journal.KindKept:
		if len(d.kept) < maxFiles && len(e.Kept) > 0 {
			d.kept[e.File] = e
		}
	case journal.KindCall:
		if e.Error != "" || e.Answer != journal.AnswerUsual {
			for _, f := range d.order {
				f.answered(&e)
			}
		}
	case journal.KindDisconnect:
		for _, f := range d.order {
			f.disconnected(&e)
		}
	case journal.KindFault:
		if e.Event != "" && e.Event != "close" {
			barred := e
			d.barred, d.through = &barred, false
		}
		if e.Event == "" && e.Skipped {
			d.meddled(&e)
		}
	case journal.KindSession:
		d.through = true
	case journal.KindLayer:
		if len(d.layers) < maxEvents && !slices.Contains(d.layers, e.Text) {
			d.layers = append(d.layers, e.Text)
		}
	case journal.KindHostile:
		if e.Accepted {
			d.hostile = append(d.hostile, Finding{Kind: KindHostile, Scenario: builtin("hostile-" + e.Hostile), Events: []int64{e.Seq},
				Text: "the client went on as if the server had not broken the rule " + e.Hostile})
		}
	}
	d.move(&e)
}

// meddled takes in that the scenario answered a call that is about no part: to whoever has
// uploaded a file and not used it yet, it is mostly the one that was to do that.
func (d *Doctor) meddled(e *Event) {
	for _, f := range slices.Backward(d.order) {
		if f.Account == e.Account {
			f.meddled(e)
			return
		}
	}
}

// move watches over 303 X_MIGRATE_n: https://core.telegram.org/api/errors#303-see-other
func (d *Doctor) move(e *Event) {
	if e.Kind == journal.KindConnect || e.Kind == journal.KindCall || e.Kind == journal.KindPart {
		for k := range d.moved {
			if k.dc == e.DC {
				delete(d.moved, k)
			}
		}
	}
	if dc, ok := migratesTo(e.Error); ok && dc != e.DC {
		d.moved[moveKey{e.Key, dc}] = *e
	}
}

// sentAway tells whether an upload was told to go elsewhere, where nobody ever went.
func (d *Doctor) sentAway(f *file) bool {
	for _, p := range f.parts {
		dc, ok := migratesTo(p.last.Error)
		if _, never := d.moved[moveKey{p.last.Key, dc}]; ok && never && !p.stored {
			return true
		}
	}
	return false
}

func (d *Doctor) file(e *Event) *file {
	if e.File == 0 {
		return nil
	}
	f := d.files[e.File]
	if f == nil {
		if len(d.files) >= maxFiles {
			d.skipped++
			return nil
		}
		f = newFile(e)
		if kept, ok := d.kept[e.File]; ok {
			f.goOn(&kept)
			delete(d.kept, e.File)
		}
		d.files[e.File] = f
		d.order = append(d.order, f)
		f.goesOn(d.newest[f.name()])
		d.newest[f.name()] = f
	}
	return f
}

// Report says what is known by now. whole tells that the journal has its last line.
func (d *Doctor) Report(whole bool) Report {
	r := Report{Header: d.header, Whole: whole, Findings: d.hostile, Notes: slices.Clone(d.layers)}
	by := d.judged(&r)
	slices.SortFunc(d.order, func(a, b *file) int { return a.Story.File - b.Story.File })
	for _, f := range d.order {
		story := f.story()
		known := f.stillWrong(append(by[story.File], f.breaches(d.rules, validator.Enforce)...))
		for _, x := range f.findings(known, d.sentAway(f)) {
			if x.Scenario != "" {
				x.Scenario = d.own(x.Scenario)
			}
			known = append(known, x)
		}
		story.Findings = together(known)
		for _, x := range f.breaches(d.rules, validator.ReportOnly) {
			r.Notes = append(r.Notes, reported(story.File, x.Text))
		}
		if note, ended := f.endedByServer(); ended {
			r.Notes = append(r.Notes, note)
		}
		if note, waited := f.waited(); waited {
			r.Notes = append(r.Notes, note)
		}
		r.Uploads = append(r.Uploads, story)
	}
	for _, e := range d.moved {
		r.Findings = append(r.Findings, Finding{Kind: KindMigrate, Events: []int64{e.Seq}, URL: "https://core.telegram.org/api/datacenter",
			Text: e.Method + " was answered " + nameOf(e.Error) + ", and the client never went there"})
	}
	slices.SortFunc(r.Findings, func(a, b Finding) int { return strings.Compare(a.Text, b.Text) })
	if d.barred != nil && !d.through && len(d.order) == 0 {
		r.Findings = append(r.Findings, Finding{Kind: KindConnect, Events: []int64{d.barred.Seq}, Scenario: d.own("refused-connections"),
			Text: fmt.Sprintf("connection %d did not get anywhere (%s), and no further one did: the client gave up, or was ended, before it began", d.barred.Conn, d.barred.Text)})
	}
	r.Notes = append(r.Notes, d.limits.notes()...)
	if d.skipped > 0 {
		r.Notes = append(r.Notes, "there are more uploads than are told about here")
	}
	return r
}

// judged is what the oracle has found, by upload; what belongs to none goes into r.
func (d *Doctor) judged(r *Report) map[int][]Finding {
	by := map[int][]Finding{}
	put := func(f Finding, file int) {
		if file == 0 {
			r.Findings = append(r.Findings, f)
			return
		}
		by[file] = append(by[file], f)
	}
	for i, c := range d.oracle.Verdict(oracle.State{Apart: true}).Checks {
		switch c.Kind {
		case oracle.CheckExpectation:
			for _, x := range c.Findings {
				if len(x.Events) == 0 && x.File == 0 {
					continue // it has not come to that
				}
				f := Finding{Kind: habits[i].kind, Text: x.Text, Part: x.Part, Events: x.Events, URL: x.URL, Scenario: d.suggest(habits[i].scenario, x), more: c.More > 0}
				if c.Status == oracle.Pending {
					f.Kind = KindGaveUp
				}
				if !d.leftWithReason(f, d.files[x.File]) {
					put(f, x.File)
				}
			}
		case oracle.CheckViolation:
			for _, x := range c.Findings {
				switch text := c.Name + ": " + x.Text; {
				case x.Part != nil && d.files[x.File] != nil: // the upload tells of its parts
				case c.Bad():
					put(Finding{Kind: KindRule, Text: text, Part: x.Part, Events: x.Events, URL: x.URL}, x.File)
				case x.File > 0:
					r.Notes = append(r.Notes, reported(x.File, text))
				default:
					r.Notes = append(r.Notes, text)
				}
			}
		case oracle.CheckUnknownMethod:
			r.Notes = append(r.Notes, "fakedc does not answer "+c.Name+"; its caller got an error")
		}
	}
	return by
}

// reported words that an upload broke a rule, and got away with it.
func reported(file int, text string) string {
	return fmt.Sprintf("upload %d broke a rule that is only reported: %s", file, text)
}

// suggest prefers the scenario that was in force, if everybody has it, and knows
// relatives of the usual one.
func (d *Doctor) suggest(usual string, x oracle.Finding) string {
	switch {
	case builtin(d.header.Scenario) != "":
		return d.header.Scenario
	case strings.Contains(x.Text, "FLOOD_PREMIUM_WAIT"):
		return "flood-premium-wait"
	case usual == "flood-wait" && x.Part == nil:
		return "flood-on-send"
	case usual == "drop-after-store" && d.lostWithDrop(x):
		return "drop-before-store"
	}
	return usual
}

// lostWithDrop tells whether a finding is about a part that was not stored when its
// connection was dropped, and has not come again.
func (d *Doctor) lostWithDrop(x oracle.Finding) bool {
	f := d.files[x.File]
	if f == nil || x.Part == nil {
		return false
	}
	p := f.parts[*x.Part]
	return p != nil && p.last.Answer == journal.AnswerDropped && !p.last.Done
}

// own is the scenario that was in force, or else the usual one.
func (d *Doctor) own(usual string) string {
	if own := builtin(d.header.Scenario); own != "" {
		return own
	}
	return usual
}

// builtin is the name if there is such a scenario, "" otherwise.
func builtin(name string) string {
	if slices.Contains(scenarios.Builtins(), name) {
		return name
	}
	return ""
}

// Examine reads a whole journal. Errors are *FormatError, or those of r.
func Examine(r io.Reader) (Report, error) {
	x, err := NewReader(r)
	if err != nil {
		return Report{}, err
	}
	d := New(x.Header)
	for {
		e, err := x.Next()
		if errors.Is(err, io.EOF) {
			return d.Report(x.Whole()), nil
		}
		if err != nil {
			return Report{}, err
		}
		d.Add(e)
	}
}
