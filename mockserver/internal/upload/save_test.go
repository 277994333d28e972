package upload

import (
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

// The buffer of a part is used again as soon as Save returns.
func TestSaveCopies(t *testing.T) {
	r := newRoom(t, Limits{})
	data := fill(1, 10)
	r.save(t, start, big(1, 7), 0, 1, data)
	data[0] = 99
	got, stored, err := r.Open(start, big(1, 7)).Part(0)
	require.NoError(t, err)
	require.True(t, stored)
	require.Equal(t, fill(1, 10), got)
	equal, stored := r.Open(start, big(1, 7)).PartEqual(0, fill(1, 10))
	require.True(t, stored)
	require.True(t, equal)
	r.drain(t, start)
}

func TestSaveRefusedKeepsNothing(t *testing.T) {
	r := newRoom(t, Limits{})
	f := r.Open(start, big(1, 7))
	for _, index := range []int32{-1, 43, 2_000_000_000} {
		f.Attempt(start, index)
		out := r.Save(start, f, Part{Index: index, Total: 43, Bytes: fill(1, kib)}, Fate{})
		require.Equal(t, "FILE_PART_INVALID", out.Verdict.Error.Message)
		require.False(t, out.Stored)
		_, stored, err := f.Part(index)
		require.NoError(t, err)
		require.False(t, stored)
		_, stored = f.PartEqual(index, nil)
		require.False(t, stored)
	}
	require.Zero(t, r.gate.Held())
	s := f.Snapshot()
	require.Len(t, s.Parts, 3)
	require.Equal(t, PartState{Index: -1, Attempts: 1, Refused: 1, Error: "FILE_PART_INVALID"}, s.Parts[0])
	require.Equal(t, 3, s.Report.RefusedCount)
}

// XXH3 multiplies the halves of each word: where the lower one is that of its secret,
// which is public, the upper one goes nowhere but into a sum.
func TestSaveAgainWithBytesMadeToCollide(t *testing.T) {
	one := fill(7, 512*kib)
	copy(one, "\xb8\xfe\x6c\x39")
	copy(one[64:], "\x7c\x01\x81\x2c")
	two := slices.Clone(one)
	two[4]++
	two[64+4]--
	r := newRoom(t, Limits{})
	id := big(1, 7)
	r.save(t, start, id, 0, 2, one)
	require.True(t, r.save(t, start, id, 0, 2, two).Stored)
	got, _, err := r.Open(start, id).Part(0)
	require.NoError(t, err)
	require.Equal(t, sha256.Sum256(two), sha256.Sum256(got))
}

// The room of the old bytes comes back, that of the new is taken.
func TestSaveAgain(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(1, 7)
	require.True(t, r.save(t, start, id, 0, 2, fill(1, kib)).Stored)
	require.False(t, r.save(t, start, id, 0, 2, fill(1, kib)).Stored, "same bytes")
	require.EqualValues(t, kib, r.gate.Held())
	r.save(t, start, id, 1, 2, fill(2, 100))
	out := r.save(t, start, id, 1, 2, fill(3, 50))
	require.True(t, out.Stored, "other bytes")
	require.EqualValues(t, kib+50, r.gate.Held())
	requireBytes(t, r.finalise(t, start, id, 2), slices.Concat(fill(1, kib), fill(3, 50)))
	s := r.Open(start, id).Snapshot()
	require.Equal(t, []int32{0, 1}, s.Report.Repeated)
	require.Equal(t, []int32{1}, s.Report.RepeatedOtherBytes)
	r.drain(t, start)
}

func TestFilesAreApart(t *testing.T) {
	other := big(1, 7)
	other.DC = 4
	ids := []ID{big(1, 7), small(1, 7), big(2, 7), big(1, 8), other}
	r := newRoom(t, Limits{})
	for i, id := range ids {
		r.save(t, start, id, 0, 1, fill(byte(i), 100+i))
	}
	require.Len(t, r.Files(), len(ids))
	for i, id := range ids {
		f := r.Open(start, id)
		require.Equal(t, i+1, f.Ordinal)
		requireBytes(t, r.finalise(t, start, id, 1), fill(byte(i), 100+i))
	}
	r.drain(t, start)
}

// FILE_PART_n_MISSING asks for the part again, which must help.
func TestLose(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(1, 7)
	r.save(t, start, id, 0, 3, fill(1, kib))
	out := r.Save(start, r.Open(start, id), Part{Index: 1, Total: 3, Bytes: fill(2, kib)}, Fate{Lose: true})
	require.Nil(t, out.Verdict.Error)
	r.save(t, start, id, 2, 3, fill(3, 10))
	require.EqualValues(t, kib+10, r.gate.Held())
	r.refused(t, start, Final{ID: id, Parts: 3}, "FILE_PART_1_MISSING")
	r.save(t, start, id, 1, 3, fill(2, kib))
	requireBytes(t, r.finalise(t, start, id, 3), slices.Concat(fill(1, kib), fill(2, kib), fill(3, 10)))
	r.drain(t, start)
}

// Losing a repetition loses what was stored before.
func TestLoseRepetition(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(1, 7)
	r.save(t, start, id, 0, 1, fill(1, 10))
	d := r.finalise(t, start, id, 1)
	r.Save(start, r.Open(start, id), Part{Index: 0, Total: 1, Bytes: fill(1, 10)}, Fate{Lose: true})
	r.refused(t, start, Final{ID: id, Parts: 1}, "FILE_PART_0_MISSING")
	requireBytes(t, d, fill(1, 10))
	require.EqualValues(t, 10, r.gate.Held(), "the document still has it")
	r.drain(t, start)
}

func TestStoreFull(t *testing.T) {
	r := newRoomUnder(t, Limits{}, validator.Options{}, kib+10)
	id := big(1, 7)
	r.save(t, start, id, 0, 2, fill(1, kib))
	f := r.Open(start, id)
	f.Attempt(start, 1)
	out := r.Save(start, f, Part{Index: 1, Total: 2, Bytes: fill(2, 11)}, Fate{})
	require.Nil(t, out.Verdict.Error)
	require.ErrorIs(t, out.Err, store.ErrFull)
	s := f.Snapshot()
	require.False(t, s.Report.Complete)
	require.Equal(t, 1, s.Parts[1].Refused)
	require.Contains(t, s.Parts[1].Error, "full")
	r.save(t, start, id, 1, 2, fill(2, 10))
	require.Empty(t, f.Snapshot().Parts[1].Error)
	r.drain(t, start)
}

func TestDigestStore(t *testing.T) {
	s := New(validator.MustNew(validator.Options{}), store.NewDigest(), Limits{Uploads: 1, Lifetime: time.Hour, Documents: 1}, nil)
	id := small(1, 7)
	f := s.Open(start, id)
	require.Nil(t, s.Save(start, f, Part{Index: 0, Bytes: fill(1, 100)}, Fate{}).Verdict.Error)
	require.False(t, s.Save(start, f, Part{Index: 0, Bytes: fill(1, 100)}, Fate{}).Stored, "the same digest")
	require.True(t, s.Save(start, f, Part{Index: 0, Bytes: fill(2, 100)}, Fate{}).Stored)
	_, stored, err := f.Part(0)
	require.True(t, stored)
	require.ErrorIs(t, err, store.ErrNotKept)
	for _, c := range []struct {
		data  []byte
		equal bool
	}{{fill(2, 100), true}, {fill(1, 100), false}, {fill(2, 99), false}} {
		equal, stored := f.PartEqual(0, c.data)
		require.True(t, stored)
		require.Equal(t, c.equal, equal)
	}
	// Without bytes there is no MD5 to compare: the checksum goes unchecked.
	d, v := s.Finalise(start, Final{ID: id, Parts: 1, MD5: "00000000000000000000000000000000"})
	require.Nil(t, v.Error)
	require.EqualValues(t, 100, d.Size)
	_, err = d.Read(0, 100)
	require.True(t, errors.Is(err, store.ErrNotKept))
}

// What a scenario refused shows in the report, and no rule was asked.
func TestRefuse(t *testing.T) {
	r := newRoom(t, Limits{})
	f := r.Open(start, big(1, 7))
	require.Equal(t, 1, f.Attempt(start, 5))
	f.Refuse(Part{Index: 5, Total: 1, Bytes: fill(1, 3)}, 420, "FLOOD_WAIT_3", "scenario:slow", "The scenario asked for it.")
	require.Equal(t, 2, f.Attempt(start, 5))
	s := f.Snapshot()
	require.Equal(t, []PartState{{Index: 5, Attempts: 2, Refused: 1, Error: "FLOOD_WAIT_3"}}, s.Parts)
	require.Len(t, s.Report.Refused, 1)
	require.Equal(t, "scenario:slow", s.Report.Refused[0].Rule)
}

// A client chooses its part numbers: what is counted of them is bounded, and
// attempts beyond the bound count as the first.
func TestCallsAreBounded(t *testing.T) {
	r := newRoom(t, Limits{})
	f := r.Open(start, big(1, 7))
	for i := range int32(maxCalls + 100) {
		f.Attempt(start, i)
	}
	require.Len(t, f.calls, maxCalls)
	require.Equal(t, 2, f.Attempt(start, 0))
	require.Equal(t, 1, f.Attempt(start, maxCalls+50))
}

// What is stored is told of, whatever else was called before: who reads the upload would
// miss the rest, and a scenario may allow more parts.
func TestStoredPartsAreToldOf(t *testing.T) {
	r := newRoom(t, Limits{})
	f := r.Open(start, big(1, 7))
	for i := range int32(maxCalls) {
		f.Attempt(start, 100+i)
	}
	for range 2 {
		for i := range int32(2) {
			f.Attempt(start, i)
			r.save(t, start, f.ID, i, 2, fill(1, kib))
		}
	}
	s := f.Snapshot()
	require.True(t, s.Report.Complete)
	require.Equal(t, []PartState{
		{Index: 0, Size: kib, Stored: true, Attempts: 2, Times: 2},
		{Index: 1, Size: kib, Stored: true, Attempts: 2, Times: 2},
	}, s.Parts[:2])
	r.drain(t, start)
}
