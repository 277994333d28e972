package mockserver

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/validator"
)

// JournalFormat numbers the form of what Options.Journal is written. It changes when
// a field changes its meaning or goes; new fields and new kinds of events do not
// change it.
const JournalFormat = journal.Format

// JournalHeader is the first line of it.
type JournalHeader = journal.Header

// JournalEnd is the last line, when the server was closed: without it the file tells
// of a server that still runs, or was killed.
type JournalEnd = journal.End

// journalFile writes each event as a line at once, so that nothing is lost when the
// process ends, and nothing makes room as in the ring of Limits.JournalEvents.
type journalFile struct {
	mu     sync.Mutex
	w      io.Writer
	events int64
	err    error // the first one; nothing is written after it
	ended  bool
}

func (f *journalFile) line(v any) {
	if f.err != nil || f.ended {
		return
	}
	text, err := json.Marshal(v)
	if err == nil {
		_, err = f.w.Write(append(text, '\n'))
	}
	f.err = err
}

// event is called in order: the journal does it.
func (f *journalFile) event(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.line(e)
	f.events++
}

// end writes the last line and returns what went wrong, in the first call.
func (f *journalFile) end(now time.Time) error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return nil
	}
	f.line(JournalEnd{End: true, Events: f.events, Time: now})
	f.ended = true
	if f.err != nil {
		return fmt.Errorf("mockserver: Options.Journal: %w", f.err)
	}
	return nil
}

// openJournal begins to write to Options.Journal.
func (s *Server) openJournal() error {
	if s.options.Journal == nil {
		return nil
	}
	f := &journalFile{w: s.options.Journal}
	h := JournalHeader{
		Format: JournalFormat, RunID: s.RunID(), Seed: strconv.FormatUint(s.Seed(), 10),
		Profile: string(s.uploads.Rules().Profile()), Rules: s.ownModes(), Started: time.Now(),
	}
	if current, _ := s.faults.Scenario(); current != nil {
		h.Scenario = current.Name
	}
	f.line(h)
	if f.err != nil {
		return f.end(h.Started)
	}
	s.journalFile = f
	s.journal.Tee(f.event)
	return nil
}

// ownModes are those of rules that are not what the profile says.
func (s *Server) ownModes() map[string]string {
	book, own := s.uploads.Rules(), map[string]string{}
	for _, usual := range validator.MustNew(validator.Options{Profile: book.Profile()}).Rules() {
		if r, _ := book.Rule(usual.ID); r.Mode != usual.Mode {
			own[r.ID] = string(r.Mode)
		}
	}
	return own
}
