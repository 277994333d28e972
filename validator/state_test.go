package validator

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// live is a file with some history: parts in and out of order, again, lost, streams
// that end, refusals.
func live(book *Rulebook, kind Kind, r *rand.Rand, steps int) *File {
	f := book.NewFile(kind)
	for range steps {
		happen(f, r)
	}
	return f
}

func happen(f *File, r *rand.Rand) {
	index := r.Int32N(150) - 2
	switch r.IntN(12) {
	case 0:
		f.Lose(index)
		return
	case 1:
		v := f.Finalise(FinalCall{Kind: f.Kind(), Parts: r.Int32N(4)})
		f.Note(v, Part{Index: NoPart})
		return
	}
	total := []int32{-1, 140, 150, index, index + 1}[r.IntN(5)]
	p := part(index, total, []int{kib, 2 * kib, 7, 0}[r.IntN(4)])
	if r.IntN(4) == 0 {
		p = other(p)
	}
	v := f.Judge(p)
	f.Note(v, p)
	if v.Error == nil || r.IntN(3) == 0 { // with a rule switched off it would be stored, too
		f.Record(p)
	}
}

// restored is the file after its state went through JSON.
func restored(t *testing.T, book *Rulebook, f *File) *File {
	t.Helper()
	text, err := json.Marshal(f.State())
	require.NoError(t, err)
	var s FileState
	require.NoError(t, json.Unmarshal(text, &s))
	var parts []PartMarks
	for base := range f.pages {
		for i := range int32(pageParts) {
			if m, ok := f.Marks(base*pageParts + i); ok {
				parts = append(parts, m)
			}
		}
	}
	again, err := book.Restore(s, f.Refusals(), parts)
	require.NoError(t, err)
	return again
}

// A file that was kept is the one that it was, whatever happened to it, and goes on as
// that would have.
func TestRestore(t *testing.T) {
	for seed := range uint64(300) {
		for _, kind := range []Kind{Big, Small} {
			book := MustNew(Options{})
			r := rand.New(rand.NewPCG(seed, uint64(kind)))
			f := live(book, kind, r, r.IntN(120))
			again := restored(t, book, f)
			require.Equal(t, f.Report(), again.Report(), "seed %d", seed)
			require.True(t, reflect.DeepEqual(f, again), "seed %d: %+v\n%+v", seed, f.State(), again.State())
			a, b := rand.New(rand.NewPCG(seed, 9)), rand.New(rand.NewPCG(seed, 9))
			for range 30 {
				happen(f, a)
				happen(again, b)
			}
			require.True(t, reflect.DeepEqual(f, again), "seed %d, later: %+v\n%+v", seed, f.State(), again.State())
		}
	}
}

// A part that was not kept after all has left nothing behind.
func TestUndo(t *testing.T) {
	for seed := range uint64(300) {
		book := MustNew(Options{})
		f := live(book, Big, rand.New(rand.NewPCG(seed, 1)), int(seed%100))
		same := live(book, Big, rand.New(rand.NewPCG(seed, 1)), int(seed%100))
		r := rand.New(rand.NewPCG(seed, 2))
		p := part(r.Int32N(150), 150, kib)
		v := f.Judge(p)
		u := f.Before(p.Index)
		f.Record(p)
		f.Note(v, p) // what was said of it stays
		same.Note(v, p)
		f.Undo(u)
		require.True(t, reflect.DeepEqual(same, f), "seed %d: %+v\n%+v", seed, same.State(), f.State())
	}
}

func TestRestoreRefuses(t *testing.T) {
	book := MustNew(Options{})
	good := FileState{Total: -1, Tail: -1, Top: -1, Topped: -1}
	for name, c := range map[string]struct {
		change   func(*FileState)
		parts    []PartMarks
		refusals int
	}{
		"another kind":          {change: func(s *FileState) { s.Kind = 7 }},
		"a negative part size":  {change: func(s *FileState) { s.PartSize = -1 }},
		"a total below none":    {change: func(s *FileState) { s.Total = -2 }},
		"a tail below none":     {change: func(s *FileState) { s.Tail = -2 }},
		"a tail not stored":     {change: func(s *FileState) { s.Tail = 3 }},
		"a tail with bytes":     {change: func(s *FileState) { s.Tail = 3 }, parts: []PartMarks{{Index: 3, Size: 5, Stored: true}}},
		"a highest not stored":  {change: func(s *FileState) { s.Top = 3 }},
		"a first not stored":    {change: func(s *FileState) { s.Top = 0 }},
		"a tail of nothing":     {change: func(s *FileState) { s.Tail = 0 }},
		"a part with less":      {parts: []PartMarks{{Index: 1, Size: -5}}},
		"a part twice":          {parts: []PartMarks{{Index: 1}, {Index: 1}}},
		"uncounted refusals":    {refusals: 1},
		"too many refusals":     {change: func(s *FileState) { s.Refused = 1000 }, refusals: MaxRefusals + 1},
		"a negative claim":      {change: func(s *FileState) { s.Claimed = -1 }},
		"topped below no parts": {change: func(s *FileState) { s.Topped = -2 }},
	} {
		s := good
		if c.change != nil {
			c.change(&s)
		}
		_, err := book.Restore(s, make([]Refusal, c.refusals), c.parts)
		require.Error(t, err, name)
	}
	_, err := book.Restore(good, nil, nil)
	require.NoError(t, err)
	good.Refused = MaxRefusals
	_, err = book.Restore(good, make([]Refusal, MaxRefusals), nil)
	require.NoError(t, err, "as many as are kept")
}
