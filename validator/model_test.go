package validator

import (
	"fmt"
	"slices"
)

// event is one thing that happened to a file: a part was stored, or lost.
type event struct {
	part Part
	lost bool
}

// model is a second, naive reading of the rules. It keeps nothing but the list
// of events and works everything out from it, every time. It knows the default
// modes of the two profiles, no overrides but sequential ordering.
type model struct {
	options Options
	kind    Kind
	max     int32
	events  []event
}

// past is what the model works out from a list of events.
type past struct {
	stored   map[int32]Part // index -> newest part
	total    int32
	partSize int32
	streamed bool
	early    bool
	ever     map[int32]bool
	late     []int32 // out of order
	again    map[int32]bool
	altered  map[int32]bool
}

func (m *model) at() past {
	fresh := func() past {
		return past{stored: map[int32]Part{}, total: -1, ever: map[int32]bool{}, again: map[int32]bool{}, altered: map[int32]bool{}}
	}
	s := fresh()
	for _, e := range m.events {
		i := e.part.Index
		if e.lost {
			delete(s.stored, i)
			if len(s.stored) == 0 {
				s.total, s.partSize, s.streamed, s.early = -1, 0, false, false
			}
			continue
		}
		if old, ok := s.stored[i]; ok {
			s.again[i] = true
			s.altered[i] = s.altered[i] || old.Sum != e.part.Sum || old.Size != e.part.Size
		}
		if !s.ever[i] && i > s.lowestNew() {
			s.late = append(s.late, i)
		}
		s.ever[i] = true
		s.stored[i] = e.part
		if m.kind == Big {
			if e.part.Total >= 1 {
				s.total = e.part.Total
				s.early = s.early || i != s.total-1 && i != s.total || i == s.total && e.part.Size > 0
			} else {
				s.streamed = true
			}
		}
		if s.partSize == 0 {
			s.partSize = m.firstMiddle(s, e.part)
		}
	}
	return s
}

// lowestNew is the lowest part that never arrived.
func (s past) lowestNew() int32 {
	next := int32(0)
	for s.ever[next] {
		next++
	}
	return next
}

// middle are the stored parts that are surely not the last: below N-1 of a
// known N, any with bytes of an unknown; in a small file, below the highest.
func (m *model) middle(s past) []Part {
	var list []Part
	for i, p := range s.stored {
		switch {
		case p.Size == 0:
		case m.kind == Small && i == m.top(s):
		case m.kind == Big && s.total != -1 && i == s.total-1:
		default:
			list = append(list, p)
		}
	}
	return list
}

// firstMiddle is the size that the newest part settles, 0 for none: its own if
// it stands in the middle, else that of the part that it moved there.
func (m *model) firstMiddle(s past, newest Part) int32 {
	size := int32(0)
	for _, p := range m.middle(s) {
		if p.Index == newest.Index {
			return int32(p.Size)
		}
		size = int32(p.Size)
	}
	return size
}

func (m *model) top(s past) int32 {
	top := int32(-1)
	for i, p := range s.stored {
		if m.kind == Big && p.Size == 0 {
			continue
		}
		top = max(top, i)
	}
	return top
}

// judge returns the ids of the broken rules in order, and the error.
func (m *model) judge(p Part) (ids []string, message string) {
	s := m.at()
	broke := func(id, text string) {
		ids = append(ids, id)
		if text != "" && message == "" {
			message = text
		}
	}
	docs := func(text string) string {
		if m.options.Profile == ProfileDocs {
			return text
		}
		return ""
	}
	limit := m.max
	tail := m.kind == Big && p.Size == 0 && p.Total >= 1 && p.Index == p.Total
	total := s.total
	placed := true
	if m.kind == Big {
		switch {
		case p.Total > limit:
			broke("total.range", "FILE_PARTS_INVALID")
		case p.Total == 0:
			broke("total.zero", docs("FILE_PARTS_INVALID"))
			placed = docs("x") == ""
		case p.Total < -1:
			broke("total.negative", "FILE_PARTS_INVALID")
			placed = false
		}
		if p.Total >= 1 {
			total = p.Total
		}
	}
	if (p.Index < 0 || p.Index >= limit) && !(tail && p.Index == limit) {
		broke("part.range", "FILE_PART_INVALID")
		placed = false
	}
	if m.kind == Big && m.beyond(s, p, total, tail) {
		broke("part.beyond_total", "FILE_PART_INVALID")
		placed = false
	}
	if m.options.Ordering == OrderingSequential && p.Index > s.lowestNew() {
		broke("order.sequential", "FILE_PART_INVALID")
	}
	if p.Size == 0 && !(tail && (s.streamed || s.below(p.Total) < int(p.Total))) {
		broke("part.empty", "FILE_PART_EMPTY")
	}
	if m.kind == Big {
		if p.Size > 524288 {
			broke("part.too_big", "FILE_PART_TOO_BIG")
		}
		if placed {
			m.judgeBigSizes(s, p, total, tail, broke)
		}
		known := p.Total >= 1
		if placed && (known && !tail && p.Index != p.Total-1 && s.streamed || !known && s.early) {
			broke("stream.total_on_nonlast", docs("FILE_PART_INVALID"))
		}
		if known && s.total != -1 && p.Total != s.total {
			broke("total.changed", docs("FILE_PART_INVALID"))
		}
	}
	if old, ok := s.stored[p.Index]; ok && (old.Sum != p.Sum || old.Size != p.Size) {
		broke("part.repeated_other", "")
	}
	if m.kind == Small {
		if placed {
			m.judgeSmall(s, p, broke, docs)
		}
		if p.Size > 524288 {
			broke("small.too_big", "FILE_PART_TOO_BIG")
		}
	}
	return ids, message
}

// below counts the stored parts below n.
func (s past) below(n int32) (count int) {
	for i := range s.stored {
		if i < n {
			count++
		}
	}
	return count
}

// beyond: a part outside the file, or a new total that leaves stored ones out.
func (m *model) beyond(s past, p Part, total int32, tail bool) bool {
	if total == -1 {
		return false
	}
	if p.Index >= total && !tail {
		return true
	}
	if p.Total < 1 || p.Total == s.total {
		return false
	}
	for i, q := range s.stored {
		if i > p.Total || i == p.Total && q.Size > 0 {
			return true
		}
	}
	return false
}

func legal(size int) bool {
	return slices.Contains([]int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512}, size/1024) && size%1024 == 0
}

func (m *model) judgeBigSizes(s past, p Part, total int32, tail bool, broke func(string, string)) {
	last := total != -1 && p.Index == total-1
	want := int(s.partSize)
	counts := p.Size > 0
	if counts && !legal(p.Size) && (!last || want != 0 && p.Size > want) {
		broke("part.size_invalid", "FILE_PART_SIZE_INVALID")
	}
	changed := counts && !last && want != 0 && p.Size != want
	if p.Total >= 1 && s.total >= 1 && p.Total > s.total {
		for i, q := range s.stored {
			if i == p.Index {
				continue
			}
			switch {
			case q.Size == 0:
				changed = changed || i != p.Total
			case i == s.total-1 && want != 0:
				changed = changed || q.Size != want
			case i == s.total-1 && (last || tail):
				changed = changed || !legal(q.Size) || p.Size > q.Size
			case i == s.total-1:
				changed = changed || q.Size != p.Size
			}
		}
	}
	if changed {
		broke("part.size_changed", "FILE_PART_SIZE_CHANGED")
	}
	end, ended := s.stored[total-1]
	switch {
	case !counts:
	case last && want != 0 && p.Size > want,
		!last && want == 0 && total != -1 && ended && end.Size > p.Size:
		broke("last.oversize", "FILE_PART_SIZE_CHANGED")
	}
}

// judgeSmall puts the part into the file and looks at the outcome: all parts
// but the highest have to be equal and legal, and the highest not longer.
// Where the file was uneven before, only what this part adds is its fault.
func (m *model) judgeSmall(s past, p Part, broke func(string, string), docs func(string) string) {
	bytes := int64(p.Size)
	for i, q := range s.stored {
		if i != p.Index {
			bytes += int64(q.Size)
		}
	}
	if bytes > m.options.SmallFileMax {
		broke("small.file_too_big", "FILE_PART_INVALID")
	}
	if p.Size == 0 {
		return
	}
	top := m.top(s)
	want := int(s.partSize)
	var inside, atEnd int // the part that this call puts in the middle, and the end
	switch {
	case top == -1 || p.Index == top:
		atEnd = p.Size
	case p.Index < top:
		inside, atEnd = p.Size, s.stored[top].Size
	default:
		inside, atEnd = s.stored[top].Size, p.Size
	}
	mine := p.Index >= top // the end is this call's part
	if inside != 0 && !legal(inside) || mine && want != 0 && atEnd > want && !legal(atEnd) {
		broke("small.size_invalid", docs("FILE_PART_SIZE_INVALID"))
	}
	uneven := inside != 0 && want != 0 && inside != want
	limit := want
	if limit == 0 {
		limit = inside
	}
	long := limit != 0 && atEnd > limit && (mine || want == 0)
	if uneven || long {
		broke("small.size_changed", docs("FILE_PART_SIZE_CHANGED"))
	}
}

// finalise returns the error of an inputFile or inputFileBig of so many parts.
func (m *model) finalise(parts int32) string {
	s := m.at()
	switch {
	case parts < 1 || parts > m.max:
		return "FILE_PARTS_INVALID"
	case len(s.stored) == 0:
		return "FILE_PART_0_MISSING"
	case s.total != -1 && s.total != parts:
		return "FILE_PARTS_INVALID"
	}
	for i, p := range s.stored {
		if i > parts || i == parts && (m.kind == Small || p.Size > 0) {
			return "FILE_PARTS_INVALID"
		}
	}
	for i := range parts {
		if _, ok := s.stored[i]; !ok {
			return fmt.Sprintf("FILE_PART_%d_MISSING", i)
		}
	}
	if m.options.Profile == ProfileDocs && s.streamed && s.total == -1 {
		return "FILE_PARTS_INVALID"
	}
	return ""
}
