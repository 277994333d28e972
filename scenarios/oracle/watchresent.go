package oracle

import (
	"fmt"

	"github.com/fakedc/fakedc/scenarios"
)

// resentWatcher looks at what is sent more than once.
type resentWatcher struct {
	want  scenarios.ResentExpected
	found Check
	begun map[int]bool // uploads whose beginning was looked at
	anew  []beginning
}

// beginning is an upload that begins like others, none of which was finished then.
type beginning struct {
	file    *file
	like    []*file
	finding []Finding // one for each of like
}

// maxLike bounds the uploads that one is held against.
const maxLike = 8

func (w *resentWatcher) see(o *Oracle, x *Observation, f *file, last *attempt) {
	if !x.HasPart || f == nil {
		return
	}
	if w.want.SameFile && !w.begun[f.ordinal] {
		w.begun[f.ordinal] = true
		w.begin(o, x, f)
	}
	switch {
	case last == nil:
	case w.want.Unacknowledged && last.Answer == OK && last.acked:
		w.found.fail(x.finding(partName(x.Part)+" came again though the client had acknowledged its answer", last.Seq))
	case !w.want.Parts.IsZero() && !w.want.Parts.Contains(int64(x.Part)):
		w.found.fail(x.finding(partName(x.Part)+" came again, and nothing was wrong with it", last.Seq))
	}
}

// begin looks for uploads under another file_id that x may begin anew. Whether one was
// left, or two went on side by side, shows later.
func (w *resentWatcher) begin(o *Oracle, x *Observation, f *file) {
	b := beginning{file: f}
	for _, other := range o.inOrder() {
		same := other.parts[x.Part]
		if other.id == f.id || other.account != f.account || same == nil || same.Print != x.Print || same.Size != x.Size || x.Size == 0 {
			continue
		}
		if other.finished() || other.total > 0 && x.Total > 0 && other.total != x.Total || len(b.like) == maxLike {
			continue
		}
		b.like = append(b.like, other)
		finding := x.finding(fmt.Sprintf("the file was begun anew as upload %d, under another file_id than upload %d", f.ordinal, other.ordinal), same.Seq)
		finding.named = true
		b.finding = append(b.finding, finding)
	}
	if len(b.like) > 0 {
		w.anew = append(w.anew, b)
	}
}

func (w *resentWatcher) check(o *Oracle, _ *State) Check {
	c := w.found.copy()
	for _, b := range w.anew {
		for i, other := range b.like {
			if !other.finished() {
				c.fail(b.finding[i])
				break
			}
		}
	}
	if len(o.files) == 0 {
		c.pend("no upload has begun")
	}
	return c
}

// finished tells an upload that a client has no reason to begin anew: it was used, or
// each of its parts was answered as usual and nobody refused to use it. Whoever sends
// the same content once more then means another file.
func (f *file) finished() bool {
	if f.used || f.refused {
		return f.used
	}
	last := f.total
	for part, a := range f.parts {
		if !a.ok {
			return false
		}
		last = max(last, part+1)
	}
	return int(last) == len(f.parts)
}
