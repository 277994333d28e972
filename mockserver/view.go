package mockserver

import (
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
	"github.com/fakedc/fakedc/validator"
)

// view is what a test sees of a server: everything, or what some accounts did. Both
// Server and Namespace have its methods.
type view struct {
	server   *Server
	accounts map[int64]bool // nil: all
	since    int64          // the newest event before it
	fired    func() []int   // how often each rule of its scenario fired
	oracle   atomic.Pointer[oracle.Oracle]
}

// owns tells whether what an account did belongs to the view.
func (v *view) owns(account int64) bool { return v.accounts == nil || v.accounts[account] }

// files are the uploads of the view.
func (v *view) files() []*upload.File {
	v.server.uploads.Lapse(time.Now())
	all := v.server.uploads.Files()
	if v.accounts == nil {
		return all
	}
	own := all[:0]
	for _, f := range all {
		if v.owns(f.ID.Account) {
			own = append(own, f)
		}
	}
	return own
}

// Upload returns the newest upload with this file_id, whatever its account and
// kind; Uploads has them all.
func (v *view) Upload(fileID int64) (Upload, bool) {
	files := v.files()
	for i := len(files) - 1; i >= 0; i-- {
		if files[i].ID.FileID == fileID {
			return newUpload(files[i]), true
		}
	}
	return Upload{}, false
}

// Uploads returns all uploads in the order of their first parts.
func (v *view) Uploads() []Upload {
	files := v.files()
	out := make([]Upload, len(files))
	for i, f := range files {
		out[i] = newUpload(f)
	}
	return out
}

// Journal returns what happened so far, oldest first, within
// Limits.JournalEvents.
func (v *view) Journal() []Event { return v.JournalSince(0) }

// JournalSince returns what happened after the event with number seq.
func (v *view) JournalSince(seq int64) []Event {
	all := v.server.journal.Since(seq)
	if v.accounts == nil {
		return all
	}
	own := all[:0]
	for _, e := range all {
		if v.owns(e.Account) {
			own = append(own, e)
		}
	}
	return own
}

// eachEvent hands all events of the view to f, without a copy of all of them.
func (v *view) eachEvent(f func(e *Event)) {
	const piece = 1000
	var events []Event
	for seq := int64(0); ; seq = events[piece-1].Seq {
		events = v.server.journal.Append(events[:0], seq, piece)
		for i := range events {
			if e := &events[i]; v.owns(e.Account) {
				f(e)
			}
		}
		if len(events) < piece {
			return
		}
	}
}

// Verdict says what became of everything that the scenario expects of a client,
// which of its rules have not fired, which methods nobody knows and which upload
// rules were broken, since the scenario was set. It may be asked at any time; what
// is pending when a test is over has failed.
func (v *view) Verdict() oracle.Verdict {
	state := oracle.State{Fired: v.fired()}
	for _, u := range v.Uploads() {
		state.Files = append(state.Files, oracle.FileState{
			Ordinal: u.Ordinal, FileID: u.FileID, Before: u.file.Before(), Complete: u.Report.Complete, Missing: u.Report.MissingCount, MissingParts: u.Report.Missing,
			Bytes: u.Report.Bytes, SHA256: u.SHA256,
		})
	}
	return v.oracle.Load().Verdict(state)
}

// newOracle begins to watch for a scenario.
func (v *view) newOracle(next *scenarios.Scenario) {
	v.oracle.Store(oracle.New(next, func(id string) oracle.Rule {
		r, _ := v.server.uploads.Rules().Rule(id)
		return oracle.Rule{Enforced: r.Mode == validator.Enforce, URL: r.Source}
	}))
}
