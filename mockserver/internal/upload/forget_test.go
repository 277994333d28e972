package upload

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/validator"
)

// "between several minutes and several hours":
// https://core.telegram.org/api/files#uploading-files
func TestPartsExpire(t *testing.T) {
	id := big(1, 7)
	for name, forget := range map[string]func(*room, time.Time){
		"by finalising":       func(r *room, now time.Time) { r.Finalise(now, Final{ID: id, Parts: 1}) },
		"by another part":     func(r *room, now time.Time) { r.Open(now, id) },
		"by sweeping":         func(r *room, now time.Time) { r.Sweep(now) },
		"by the other method": func(r *room, now time.Time) { r.Finalise(now, Final{ID: small(1, 7), Parts: 1}) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, Limits{Lifetime: time.Minute})
			r.save(t, start, id, 0, 1, fill(1, 100))
			d := r.finalise(t, start.Add(30*time.Second), id, 1)

			last := start.Add(90 * time.Second) // finalising was a use
			forget(r, last)
			require.Empty(t, r.forgotten)
			if name == "by another part" || name == "by finalising" {
				last = last.Add(time.Minute) // so was that
			}
			forget(r, last.Add(time.Nanosecond))
			require.Equal(t, []int{1}, r.forgotten)
			requireBytes(t, d, fill(1, 100))
			require.EqualValues(t, 100, r.gate.Held())
			r.refused(t, last.Add(time.Second), Final{ID: id, Parts: 1}, "FILE_PART_0_MISSING")
			r.drain(t, last)
		})
	}
}

// A file that is begun again after its end is a new one: nothing is known of it.
func TestForgottenFileStartsAfresh(t *testing.T) {
	r := newRoom(t, Limits{Lifetime: time.Minute})
	id := big(1, 7)
	r.save(t, start, id, 0, 2, fill(1, kib))
	later := start.Add(2 * time.Minute)
	r.save(t, later, id, 0, 4, fill(1, 4*kib)) // another part_size and total
	f := r.Open(later, id)
	require.Equal(t, 2, f.Ordinal)
	require.Len(t, r.Files(), 1)
	require.EqualValues(t, 4*kib, r.gate.Held())
}

func TestEvictsTheLeastRecentlyUsed(t *testing.T) {
	r := newRoom(t, Limits{Uploads: 3})
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	for i := range 3 {
		r.save(t, at(i), big(1, int64(i)), 0, 2, fill(1, kib))
	}
	r.Open(at(3), big(1, 0)).Attempt(at(3), 1) // the first is used again
	r.save(t, at(4), big(1, 9), 0, 2, fill(1, kib))
	require.Equal(t, []int{2}, r.forgotten)
	require.EqualValues(t, 3*kib, r.gate.Held())
	var ordinals []int
	for _, f := range r.Files() {
		ordinals = append(ordinals, f.Ordinal)
	}
	require.Equal(t, []int{1, 3, 4}, ordinals)
	r.drain(t, at(5))
}

// What is known of a part takes memory whatever its bytes do, and whether or not it was stored:
// the numbers of all files are bounded. The file that a part comes for stays.
func TestPartsOfAllFilesAreBounded(t *testing.T) {
	r := newRoom(t, Limits{Parts: 10})
	for file := range int64(3) {
		for i := range int32(3) {
			r.save(t, start, small(1, file), i, 0, fill(1, 1))
		}
	}
	require.Empty(t, r.forgotten)
	last := r.Open(start.Add(-time.Hour), small(1, 9)) // used least recently, and in use
	for i := range int32(8) {
		r.Open(start, last.ID).Refuse(Part{Index: i}, 400, "NO", "a rule", "why")
	}
	require.Equal(t, []int{1, 2}, r.forgotten)
	require.Equal(t, []Notice{
		{"Parts", 2, 1, 0, 1, true, "file 0: of all it was used least recently, and made room"},
		{"Parts", 2, 1, 1, 2, true, "file 1: of all it was used least recently, and made room"},
	}, r.Notices())
	last.Refuse(Part{Index: 8}, 400, "NO", "a rule", "why")
	last.Attempt(start, 8) // which is known
	require.EqualValues(t, 12, r.numbers.Load())
	r.Open(start, last.ID)
	require.Equal(t, []int{1, 2, 3}, r.forgotten)
	r.drain(t, start)
	last.Attempt(start, 100) // on its way while its file was forgotten
	require.Zero(t, r.numbers.Load())
}

// So are the parts of all documents, which outlive their files.
func TestPartsOfAllDocumentsAreBounded(t *testing.T) {
	r := newRoom(t, Limits{Parts: 10})
	document := func(file int64, parts int32) *Document {
		for i := range parts {
			r.save(t, start, small(1, file), i, 0, fill(1, 1))
		}
		d, v := r.Finalise(start, Final{ID: small(1, file), Parts: parts})
		require.Nil(t, v.Error)
		return d
	}
	first, second := document(1, 5), document(2, 5)
	third := document(3, 1)
	require.Equal(t, []*Document{second, third}, r.Documents())
	_, err := first.Read(0, 1)
	require.ErrorIs(t, err, ErrForgotten)
	require.Equal(t, []*Document{document(4, 30)}, r.Documents(), "the newest stays, however large")
	r.drain(t, start)
}

// What was reached before is nothing to tell the next test of, which begins afresh.
func TestClearedHasNothingToTell(t *testing.T) {
	r := newRoom(t, Limits{Uploads: 1})
	for file := range int64(2) {
		r.save(t, start, big(1, file), 0, 1, fill(1, kib))
	}
	r.Clear()
	require.Empty(t, r.Notices())
	r.drain(t, start)
}

// A part that is on its way while its file is forgotten opens the file again,
// instead of being stored where nobody looks.
func TestSaveIntoForgottenFile(t *testing.T) {
	r := newRoom(t, Limits{Lifetime: time.Minute})
	id := big(1, 7)
	stale := r.Open(start, id)
	later := start.Add(2 * time.Minute)
	r.Sweep(later)
	out := r.Save(later, stale, Part{Index: 0, Total: 1, Bytes: fill(1, 50)}, Fate{})
	require.True(t, out.Stored)
	requireBytes(t, r.finalise(t, later, id, 1), fill(1, 50))
	require.Empty(t, stale.blobs)
	r.drain(t, later)
}

// A snapshot of a forgotten file has nothing to read.
func TestForgottenFileHasNoBytes(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(1, 7)
	r.save(t, start, id, 0, 1, fill(1, 50))
	f := r.Open(start, id)
	r.Sweep(start.Add(2 * time.Hour))
	_, stored, err := f.Part(0)
	require.NoError(t, err)
	require.False(t, stored)
	d := &Document{}
	_, ok := r.Service.finalise(start, f, d, validator.FinalCall{Kind: validator.Big, Parts: 1})
	require.False(t, ok, "it must not be judged by what it had")
}

// New rules hold for files that begin from then on.
func TestSetRules(t *testing.T) {
	r := newRoom(t, Limits{})
	r.save(t, start, big(1, 1), 0, 100, fill(1, kib))
	strict := validator.MustNew(validator.Options{MaxParts: 10})
	r.SetRules(strict)
	require.Same(t, strict, r.Rules())
	r.save(t, start, big(1, 1), 1, 100, fill(1, kib))
	out := r.Save(start, r.Open(start, big(1, 2)), Part{Index: 0, Total: 100, Bytes: fill(1, kib)}, Fate{})
	require.Equal(t, "FILE_PARTS_INVALID", out.Verdict.Error.Message)
	r.refused(t, start, Final{ID: big(1, 3), Parts: 11}, "FILE_PARTS_INVALID")
}

// The bytes of a part go with its room, whatever else was made with what holds them.
func TestReleasedBytesLeaveMemory(t *testing.T) {
	r := newRoom(t, Limits{})
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	for value := range byte(100) {
		r.save(t, start, big(1, 7), 0, 2, fill(value, 512*kib))
	}
	require.EqualValues(t, 512*kib, r.gate.Held())
	require.Less(t, heap()-before, int64(4<<20), "50 MiB were stored, one after the other")
	r.drain(t, start)
}
