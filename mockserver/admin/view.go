package admin

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

// Cells are what a page shows of a part, one letter each.
const (
	cellNone     = '.' // never came
	cellStored   = 's'
	cellAfter    = 'a' // stored, after it was refused or lost
	cellRepeated = 'd' // stored, and came again
	cellWaiting  = 'w' // the client was told to wait and has not come back
	cellRefused  = 'r'
	cellLost     = 'l' // was stored once
)

// maxCells bounds the map of one upload: more parts no account may send.
const maxCells = validator.DefaultMaxPartsPremium

// uploadNews is what changed of one upload. Cells is the whole map, Changes are
// cells that changed or that have an error.
type uploadNews struct {
	summary
	Cells   string   `json:"cells,omitempty"`
	Changes []change `json:"changes,omitempty"`
}

// summary is an upload without its parts.
type summary struct {
	Number    int       `json:"number"`
	FileID    string    `json:"file_id"`
	Kind      string    `json:"kind"`
	DC        int       `json:"dc"`
	Account   int64     `json:"account"`
	Total     int32     `json:"total"` // -1 while unknown
	Stored    int       `json:"stored"`
	Missing   int       `json:"missing"`
	Bytes     int64     `json:"bytes"`
	PartSize  int32     `json:"part_size"`
	Refused   int       `json:"refused"`
	Repeated  int       `json:"repeated"`
	Complete  bool      `json:"complete"`
	Finalised bool      `json:"finalised"`
	Started   time.Time `json:"started"`
	Changed   time.Time `json:"changed"`
}

// change is one cell, and the error that the client got last.
type change struct {
	Part  int32  `json:"p"`
	Cell  string `json:"c"`
	Error string `json:"e,omitempty"`
}

// view is what one page has been told.
type view struct {
	seq   int64
	shown map[int]*uploadView
}

// uploadView is what it knows of one upload.
type uploadView struct {
	last  summary
	cells []byte
}

// look returns what changed of the uploads, and the numbers of all.
func (v *view) look(s *mockserver.Server, touched map[int][]int32) (changed []uploadNews, numbers []int) {
	changed, numbers = []uploadNews{}, []int{}
	for _, u := range s.UploadParts(touched) {
		numbers = append(numbers, u.Ordinal)
		old := v.shown[u.Ordinal]
		if old != nil && old.storedNow(u) != u.Report.Stored || old == nil {
			// What no event told of, such as a part that was forgotten: look at all.
			if full, ok := s.UploadNumber(u.Ordinal); ok {
				u = full
			}
		}
		if n, differs := v.update(u, old); differs {
			changed = append(changed, n)
		}
	}
	for number := range v.shown {
		if !slices.Contains(numbers, number) {
			delete(v.shown, number)
		}
	}
	return changed, numbers
}

// storedNow is how many parts would be stored if only those in u had changed.
func (o *uploadView) storedNow(u mockserver.Upload) int {
	n := 0
	changed := map[int32]bool{}
	for _, p := range u.Parts {
		if !changed[p.Index] && p.Stored {
			n++
		}
		changed[p.Index] = true
	}
	for i, c := range o.cells {
		if !changed[int32(i)] && isStored(c) {
			n++
		}
	}
	return n
}

func isStored(c byte) bool { return c == cellStored || c == cellAfter || c == cellRepeated }

func (v *view) update(u mockserver.Upload, old *uploadView) (n uploadNews, differs bool) {
	n.summary = summarise(u)
	if old == nil {
		old = &uploadView{}
		v.shown[u.Ordinal] = old
		differs = true
	}
	differs = differs || n.summary != old.last
	old.last = n.summary
	n.Changes = old.draw(u)
	if len(n.Changes) > len(old.cells)/4 { // shorter as a whole; errors go along
		n.Cells = string(old.cells)
		n.Changes = slices.DeleteFunc(n.Changes, func(c change) bool { return c.Error == "" })
	}
	return n, differs || n.Cells != "" || len(n.Changes) > 0
}

func summarise(u mockserver.Upload) summary {
	r := u.Report
	return summary{
		Number: u.Ordinal, FileID: strconv.FormatInt(u.FileID, 10), Kind: u.Kind.String(), DC: u.DC, Account: u.Account,
		Total: r.Total, Stored: r.Stored, Missing: r.MissingCount, Bytes: r.Bytes, PartSize: r.PartSize,
		Refused: r.RefusedCount, Repeated: len(r.Repeated), Complete: r.Complete, Finalised: r.Finalised,
		Started: u.Started, Changed: u.Changed,
	}
}

// draw brings the cells up to date with the parts in u and returns what changed.
func (o *uploadView) draw(u mockserver.Upload) (out []change) {
	for _, p := range u.Parts {
		if p.Index < 0 || p.Index >= maxCells {
			continue
		}
		for int(p.Index) >= len(o.cells) {
			o.cells = append(o.cells, cellNone)
		}
		_, repeated := slices.BinarySearch(u.Report.Repeated, p.Index)
		if c := cellOf(p, repeated); c != o.cells[p.Index] || p.Error != "" {
			o.cells[p.Index] = c
			out = append(out, change{p.Index, string(c), p.Error})
		}
	}
	return out
}

// cellOf is the most telling thing about a part.
func cellOf(p mockserver.PartState, repeated bool) byte {
	switch {
	case p.Stored && repeated:
		return cellRepeated
	case p.Stored && (p.Refused > 0 || p.TimesStored > 1):
		return cellAfter
	case p.Stored:
		return cellStored
	case strings.HasPrefix(p.Error, "FLOOD_"):
		return cellWaiting
	case p.TimesStored > 0:
		return cellLost
	case p.Refused > 0:
		return cellRefused
	}
	return cellNone
}
