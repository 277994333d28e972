package mockserver

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/mockserver/internal/words"
	"github.com/fakedc/fakedc/validator"
)

// maxKept bounds the uploads of earlier runs that the journal begins with, the newest of
// them; whoever reads it watches no more. Half of the room in memory is for what happens:
// where events have left it, calls cannot be counted any more.
const maxKept = 4096

// tellKept begins the journal with what there is of uploads already. Without it, one that
// goes on would seem to lack what an earlier run has stored.
func (s *Server) tellKept(now time.Time) {
	files := s.uploads.Files()
	for _, f := range files[max(0, len(files)-min(maxKept, s.options.Limits.JournalEvents/2)):] {
		if e, some := kept(f.Snapshot()); some {
			s.journal.Add(now, e)
		}
	}
}

func kept(f upload.Snapshot) (e journal.Event, some bool) {
	stored := 0
	for _, p := range f.Parts {
		if !p.Stored {
			continue
		}
		stored++
		if n := len(e.Kept) - 1; n >= 0 && e.Kept[n].Last+1 == p.Index && e.Kept[n].Size == p.Size {
			e.Kept[n].Last = p.Index
		} else {
			e.Kept = append(e.Kept, journal.KeptParts{First: p.Index, Last: p.Index, Size: p.Size})
		}
	}
	e = journal.Event{
		Kind: journal.KindKept, DC: f.ID.DC, Account: f.ID.Account, FileID: f.ID.FileID, File: f.Ordinal, Big: f.ID.Kind == validator.Big,
		Kept: e.Kept, Text: words.Were(stored, "part") + " there at the start",
	}
	if total := f.Report.Total; total > 0 {
		e.Total = &total
	}
	return e, stored > 0
}
