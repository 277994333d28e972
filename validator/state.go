package validator

import (
	"fmt"
	"maps"
	"slices"
)

// FileState is a File without its parts, to be kept and given to [Rulebook.Restore].
type FileState struct {
	Kind     Kind  `json:"kind"`
	PartSize int32 `json:"part_size,omitempty"`
	Total    int32 `json:"total"`
	// Tail is the stored empty end of a stream, Top the highest stored part but such
	// ends, Topped the highest that ever came; -1 for none.
	Tail       int32 `json:"tail"`
	Top        int32 `json:"top"`
	Topped     int32 `json:"topped"`
	Streamed   bool  `json:"streamed,omitempty"`
	EarlyTotal bool  `json:"early_total,omitempty"`
	// Finalised is the number of parts of the accepted finalising call, 0 before.
	Finalised int32 `json:"finalised,omitempty"`
	// Claimed is the last total that any part had, a refused one too, 0 before.
	Claimed    int32          `json:"claimed,omitempty"`
	Refused    int            `json:"refused,omitempty"`
	Violations map[string]int `json:"violations,omitempty"`
}

// PartMarks is what a File remembers of one part that was stored at some time.
type PartMarks struct {
	Index int32
	// Size in bytes and Sum are those of the part as it came last.
	Size          int32
	Sum           [32]byte
	Stored        bool // now
	OutOfOrder    bool // it came before a lower one
	Repeated      bool // it came again while stored
	RepeatedOther bool // with other bytes
}

// State returns what there is to keep beside parts and refusals. It shares nothing
// with f.
func (f *File) State() FileState {
	return FileState{
		Kind: f.kind, PartSize: f.partSize, Total: f.total, Tail: f.tail, Top: f.top, Topped: f.topped,
		Streamed: f.streamed, EarlyTotal: f.earlyTotal, Finalised: f.finalised, Claimed: f.claimed,
		Refused: f.refused, Violations: maps.Clone(f.violations),
	}
}

// Refusals returns the refusals that are kept, at most MaxRefusals.
func (f *File) Refusals() []Refusal { return slices.Clone(f.refusals) }

// Marks returns what is remembered of a part; ok is false if it was never stored.
func (f *File) Marks(index int32) (m PartMarks, ok bool) {
	page, bit := f.pages.at(index)
	if page == nil || page.seen&bit == 0 {
		return m, false
	}
	kept := page.slots[uint32(index)%pageParts]
	return PartMarks{
		Index: index, Size: kept.size, Sum: kept.sum, Stored: page.stored&bit != 0,
		OutOfOrder: page.outOfOrder&bit != 0, Repeated: page.repeated&bit != 0, RepeatedOther: page.repeatedOther&bit != 0,
	}, true
}

// Restore makes a File of what was kept of one, under the rules of b. The error
// says what in it no File can have had.
func (b *Rulebook) Restore(s FileState, refusals []Refusal, parts []PartMarks) (*File, error) {
	if s.Kind != Big && s.Kind != Small || s.Tail < -1 || s.Top < -1 || s.Topped < -1 || s.Total < totalUnknown || s.PartSize < 0 || s.Claimed < 0 || s.Refused < len(refusals) || len(refusals) > MaxRefusals {
		return nil, fmt.Errorf("validator: no file has the state %+v with %d refusals", s, len(refusals))
	}
	f := b.NewFile(s.Kind)
	for _, m := range parts {
		if m.Size < 0 {
			return nil, fmt.Errorf("validator: part %d has %d bytes", m.Index, m.Size)
		}
		page, bit := f.pages.grown(m.Index)
		if page.seen&bit != 0 {
			return nil, fmt.Errorf("validator: part %d is there twice", m.Index)
		}
		f.mark(page, bit, m)
	}
	if end, ok := f.pages.get(s.Tail); s.Tail >= 0 && (!ok || end.size != 0) {
		return nil, fmt.Errorf("validator: part %d is the empty end of a stream, and not stored as that", s.Tail)
	}
	if _, ok := f.pages.get(s.Top); s.Top >= 0 && !ok {
		return nil, fmt.Errorf("validator: part %d is the highest, and not stored", s.Top)
	}
	f.partSize, f.total, f.tail, f.top, f.topped = s.PartSize, s.Total, s.Tail, s.Top, s.Topped
	f.streamed, f.earlyTotal, f.finalised, f.claimed = s.Streamed, s.EarlyTotal, s.Finalised, s.Claimed
	f.refused, f.refusals, f.violations = s.Refused, slices.Clone(refusals), maps.Clone(s.Violations)
	f.next = f.pages.firstClear(0, seenBits)
	return f, nil
}

func (f *File) mark(page *page, bit uint64, m PartMarks) {
	page.seen |= bit
	for _, w := range []struct {
		word *uint64
		set  bool
	}{
		{&page.stored, m.Stored}, {&page.outOfOrder, m.OutOfOrder},
		{&page.repeated, m.Repeated}, {&page.repeatedOther, m.RepeatedOther},
	} {
		if w.set {
			*w.word |= bit
		}
	}
	page.slots[uint32(m.Index)%pageParts] = slot{sum: m.Sum, size: m.Size}
	if m.Stored {
		f.count++
		f.bytes += int64(m.Size)
	}
}

// Undo is a File as it was before a part was recorded.
type Undo struct {
	file File
	base int32
	page *page
}

// Before returns what takes back the Record of a part that was not kept after all.
// Nothing but that part may be recorded meanwhile.
func (f *File) Before(index int32) Undo {
	u := Undo{file: *f, base: index >> 6}
	if page := f.pages[u.base]; page != nil {
		before := *page
		u.page = &before
	}
	return u
}

// Undo takes the Record back. What was noted stays.
func (f *File) Undo(u Undo) {
	refusals, refused, violations, claimed := f.refusals, f.refused, f.violations, f.claimed
	*f = u.file
	f.refusals, f.refused, f.violations, f.claimed = refusals, refused, violations, claimed
	if u.page == nil {
		delete(f.pages, u.base)
		return
	}
	*f.pages[u.base] = *u.page
}
