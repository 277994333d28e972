package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/internal/observe"
	"github.com/fakedc/fakedc/scenarios/oracle"
	"github.com/fakedc/fakedc/validator"
)

// resetText is what the journal says last before it is empty.
const resetText = "everything is as it was in the beginning"

// judge holds the journal of a run against itself, and against what clients were told.
func (w *soak) judge(r *soakRun) (wrong []string) {
	events, counted, err := r.tape.read()
	say := func(format string, args ...any) {
		if len(wrong) < 20 {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	if err != nil {
		say("the journal: %v", err)
		return wrong
	}
	if counted >= 0 && counted != int64(len(events)) {
		say("the journal has %d events and counts %d", len(events), counted)
	}
	seq := int64(0)
	open := map[int64]int{}
	waits, left := map[soakQuery]int{}, map[soakQuery]int{}
	type began struct{ key, session int64 }
	sessions, done := map[began]int{}, map[began]map[int64]int{}
	for i := range events {
		e := &events[i]
		if e.Kind != mockserver.EventAck {
			seq++
		}
		if e.Seq != seq {
			say("event %d follows event %d: %s", e.Seq, seq-1, mockserver.Line(*e))
			seq = e.Seq
		}
		k := began{e.Key, e.Session}
		switch e.Kind {
		case mockserver.EventPanic:
			say("%s", e.Text)
		case mockserver.EventConnect:
			if open[e.Conn]++; open[e.Conn] > 1 {
				say("connection %d began twice", e.Conn)
			}
		case mockserver.EventDisconnect:
			if open[e.Conn]--; open[e.Conn] != 0 {
				say("connection %d ended, and had not begun", e.Conn)
			}
		case mockserver.EventSession:
			sessions[k]++
		case mockserver.EventLeft:
			if left[soakQuery{e.Session, e.MsgID}]++; left[soakQuery{e.Session, e.MsgID}] > waits[soakQuery{e.Session, e.MsgID}] {
				say("an answer left that had not waited: %s", mockserver.Line(*e))
			}
		case mockserver.EventControl:
			if e.Text == resetText {
				for conn, n := range open {
					if n != 0 {
						say("connection %d was there when all was reset", conn)
					}
				}
				clear(open)
			}
		}
		if isSoakCall(e) {
			if e.Waits || e.Delay > 0 {
				waits[soakQuery{e.Session, e.MsgID}]++
			}
			if !e.Skipped {
				if done[k] == nil {
					done[k] = map[int64]int{}
				}
				done[k][e.MsgID]++
			}
		}
		if e.Kind == mockserver.EventPart && !w.wasSent(e) {
			say("a part came that nobody sent: %s", mockserver.Line(*e))
		}
	}
	for conn, n := range open {
		if n != 0 {
			say("connection %d has not ended", conn)
		}
	}
	for k, all := range done {
		for id, n := range all {
			if n > max(1, sessions[k]) {
				say("message %d of session %d, which began %d times, was carried out %d times", id, k.session, sessions[k], n)
			}
		}
	}
	return wrong
}

// isSoakCall tells whether an event is there once for each call.
func isSoakCall(e *mockserver.Event) bool {
	return e.Kind == mockserver.EventPart || e.Kind == mockserver.EventCall || e.Kind == mockserver.EventUnknown || e.Kind == mockserver.EventFault && e.Skipped
}

func (w *soak) wasSent(e *mockserver.Event) bool {
	w.model.mu.Lock()
	defer w.model.mu.Unlock()
	p := w.model.parts[partName{fileName{e.DC, e.Account, e.Big, e.FileID}, *e.Part}]
	return p != nil && p.size == e.Size && w.model.asked[soakQuery{e.Session, e.MsgID}]
}

// judgeAnswers holds what clients were told against what the journals say that they were.
func (w *soak) judgeAnswers(all []mockserver.Event) (wrong []string) {
	said := map[soakQuery][]*mockserver.Event{}
	for i := range all {
		if e := &all[i]; isSoakCall(e) {
			k := soakQuery{e.Session, e.MsgID}
			said[k] = append(said[k], e)
		}
	}
	w.model.mu.Lock()
	defer w.model.mu.Unlock()
	for k, told := range w.model.told {
		for _, text := range told {
			if text == "pong" || text == "garbage" || text == "-503 MSG_WAIT_TIMEOUT" || agrees(text, said[k]) {
				continue
			}
			if len(wrong) < 20 {
				wrong = append(wrong, fmt.Sprintf("message %d of session %d was answered %s; the journal says %s", k.msgID, k.session, text, linesOf(said[k])))
			}
		}
	}
	return wrong
}

func agrees(text string, said []*mockserver.Event) bool {
	for _, e := range said {
		switch {
		case text == e.Error && e.Answer == mockserver.AnswerError,
			text == "false" && e.Answer == mockserver.AnswerFalse,
			(text == "true" || text == "something") && e.Answer == mockserver.AnswerUsual && e.Error == "",
			// The half of an answer is the whole of it once it is sent again.
			e.Answer == mockserver.AnswerDropped && (text == e.Error || (text == "true" || text == "something") && e.Error == ""),
			e.Answer == mockserver.AnswerRefused && (text == e.Error || (text == "true" || text == "something") && e.Error == ""),
			e.Answer == mockserver.AnswerGarbage:
			return true
		}
	}
	return false
}

func linesOf(events []*mockserver.Event) string {
	var lines []string
	for _, e := range events {
		lines = append(lines, mockserver.Line(*e)+" answer "+string(e.Answer))
	}
	return strings.Join(lines, " | ")
}

// judgeCounts holds what is counted of parts against the events since the last reset.
func (w *soak) judgeCounts(r *soakRun, lost voids) (wrong []string) {
	events, _, _ := r.tape.read()
	type place struct {
		file int
		part int32
	}
	calls, done := map[place]int{}, map[place]int{}
	for i := range events {
		e := &events[i]
		switch {
		case e.Kind == mockserver.EventControl && e.Text == resetText:
			clear(calls)
			clear(done)
		case e.Kind == mockserver.EventPart:
			calls[place{e.File, *e.Part}]++
			if e.Done && !e.Skipped {
				done[place{e.File, *e.Part}]++
			}
		}
	}
	for _, u := range r.dc.Uploads() {
		if lost.files[fileName{u.DC, u.Account, u.Kind == validator.Big, u.FileID}] {
			continue // a part that was on its way begins it anew
		}
		for _, p := range u.Parts {
			at := place{u.Ordinal, p.Index}
			if p.Attempts != calls[at] || p.TimesStored < done[at] || p.TimesStored+p.Refused > p.Attempts {
				wrong = append(wrong, fmt.Sprintf("upload %d part %d: %d attempts, stored %d times, refused %d times; the journal has %d calls, of which %d were stored",
					u.Ordinal, p.Index, p.Attempts, p.TimesStored, p.Refused, calls[at], done[at]))
			}
		}
	}
	return wrong[:min(len(wrong), 20)]
}

// judgeKept holds what is kept of the journal, and what is counted of it, against all of it.
func (r *soakRun) judgeKept() (wrong []string) {
	all, _, _ := r.tape.read()
	all = slices.DeleteFunc(all, func(e mockserver.Event) bool { return e.Kind == mockserver.EventAck })
	kept := r.dc.Journal()
	for i := range kept {
		if e := all[len(all)-len(kept)+i]; e.Seq != kept[i].Seq || e.Kind != kept[i].Kind || e.Text != kept[i].Text {
			return []string{fmt.Sprintf("the journal keeps %s as event %d; it was %s", mockserver.Line(kept[i]), kept[i].Seq, mockserver.Line(e))}
		}
	}
	request := httptest.NewRequest(http.MethodGet, "http://localhost/metrics", nil)
	request.Header.Set("Authorization", "Bearer "+r.admin.Token())
	answer := httptest.NewRecorder()
	r.admin.ServeHTTP(answer, request)
	counted := 0.0
	for line := range strings.Lines(answer.Body.String()) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(name, "fakedc_events_total{") || name == "fakedc_events_missed_total" {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return []string{err.Error()}
			}
			counted += n
		}
	}
	if len(kept) > 0 && int64(counted) != kept[len(kept)-1].Seq {
		wrong = append(wrong, fmt.Sprintf("%v events are counted or missed, of %d", counted, kept[len(kept)-1].Seq))
	}
	return wrong
}

// verdictOf is what the events after a number say of a scenario, as an oracle that was not
// there sees it.
func (r *soakRun) verdictOf(since int64, before map[int]bool, got oracle.Verdict) (wrong []string) {
	s, fired := r.dc.Scenario()
	rules := map[string]oracle.Rule{}
	for _, x := range r.dc.Rules() {
		rules[x.ID] = oracle.Rule{Enforced: x.Mode == validator.Enforce, URL: x.Source}
	}
	o := oracle.New(s, func(id string) oracle.Rule { return rules[id] })
	events, _, _ := r.tape.read()
	for i := range events {
		if e := &events[i]; e.Seq > since {
			if x, ok := observe.Of(e); ok {
				o.Observe(x)
			}
		}
	}
	state := oracle.State{Fired: fired}
	for _, u := range r.dc.Uploads() {
		state.Files = append(state.Files, oracle.FileState{
			Ordinal: u.Ordinal, FileID: u.FileID, Before: before[u.Ordinal], Complete: u.Report.Complete, Missing: u.Report.MissingCount, MissingParts: u.Report.Missing,
			Bytes: u.Report.Bytes, SHA256: u.SHA256,
		})
	}
	want, _ := json.Marshal(o.Verdict(state))
	have, _ := json.Marshal(got)
	if string(want) != string(have) {
		wrong = append(wrong, fmt.Sprintf("the verdict is %s; the journal says %s", have, want))
	}
	return wrong
}
