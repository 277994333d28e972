package upload

import (
	"crypto/md5"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/validator"
)

// https://core.telegram.org/api/files#uploading-files
func TestFinaliseRefuses(t *testing.T) {
	r := newRoom(t, Limits{})
	r.save(t, start, big(1, 7), 0, 3, fill(1, kib))
	r.save(t, start, big(1, 7), 2, 3, fill(1, 1))
	for name, c := range map[string]struct {
		final Final
		want  string
	}{
		"no parts":          {Final{ID: big(1, 7), Parts: 0}, "FILE_PARTS_INVALID"},
		"negative parts":    {Final{ID: big(1, 7), Parts: -1}, "FILE_PARTS_INVALID"},
		"too many parts":    {Final{ID: big(1, 7), Parts: 4001}, "FILE_PARTS_INVALID"},
		"premium's parts":   {Final{ID: big(1, 7), Parts: 8001, Premium: true}, "FILE_PARTS_INVALID"},
		"another total":     {Final{ID: big(1, 7), Parts: 2}, "FILE_PARTS_INVALID"},
		"a part is missing": {Final{ID: big(1, 7), Parts: 3}, "FILE_PART_1_MISSING"},
		"the other store":   {Final{ID: small(1, 7), Parts: 3}, "FILE_PART_0_MISSING"},
		"never uploaded":    {Final{ID: big(1, 8), Parts: 1}, "FILE_PART_0_MISSING"},
		"other account":     {Final{ID: big(2, 7), Parts: 3}, "FILE_PART_0_MISSING"},
	} {
		t.Run(name, func(t *testing.T) { r.refused(t, start, c.final, c.want) })
	}
	require.Empty(t, r.Documents())
}

// Parts stay in the datacenter and with the account that they were sent to, and a client
// that looks for them elsewhere is told where they are.
// https://core.telegram.org/api/datacenter
func TestMissingSaysWhereThePartsAre(t *testing.T) {
	const unknown = "no part of this file_id was ever stored with upload.saveBigFilePart"
	r := newRoom(t, Limits{})
	in := func(dc int, id ID) ID { id.DC = dc; return id }
	r.save(t, start, in(4, small(2, 7)), 0, 1, fill(1, kib))
	r.save(t, start, in(2, big(1, 7)), 0, 1, fill(1, kib))
	for name, c := range map[string]struct {
		id   ID
		want string
	}{
		"of the account, in another datacenter": {in(4, big(1, 7)), unknown + "; datacenter 2 has parts of it, and parts stay where they were sent to"},
		"of another account":                    {in(2, big(3, 7)), unknown + "; account 2 has sent parts of it, and accounts share none"},
		"of nobody":                             {in(2, big(1, 8)), unknown},
	} {
		t.Run(name, func(t *testing.T) {
			_, v := r.Finalise(start, Final{ID: c.id, Parts: 1})
			require.Len(t, v.Findings, 1)
			require.Equal(t, c.want, v.Findings[0].Sentence)
		})
	}
}

func TestMD5(t *testing.T) {
	r := newRoom(t, Limits{})
	id := small(1, 7)
	r.save(t, start, id, 0, 0, fill(1, kib))
	r.save(t, start, id, 1, 0, fill(2, 100))
	sum := md5.Sum(slices.Concat(fill(1, kib), fill(2, 100)))
	right := hex.EncodeToString(sum[:])
	r.refused(t, start, Final{ID: id, Parts: 2, MD5: strings.Repeat("0", 32)}, "MD5_CHECKSUM_INVALID")
	for name, given := range map[string]string{"none": "", "right": right, "upper case": strings.ToUpper(right)} {
		_, v := r.Finalise(start, Final{ID: id, Parts: 2, MD5: given})
		require.Nil(t, v.Error, name)
	}
}

// A document is its file's parts as they were: later parts do not reach it.
func TestDocumentKeepsItsBytes(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(1, 7)
	r.save(t, start, id, 0, 2, fill(1, kib))
	r.save(t, start, id, 1, 2, fill(2, 10))
	first := r.finalise(t, start, id, 2)
	r.save(t, start, id, 1, 2, fill(3, 20))
	second := r.finalise(t, start, id, 2)
	r.save(t, start, id, 0, 2, fill(4, kib))
	requireBytes(t, first, slices.Concat(fill(1, kib), fill(2, 10)))
	requireBytes(t, second, slices.Concat(fill(1, kib), fill(3, 20)))
	require.NotEqual(t, first.ID, second.ID)
	require.EqualValues(t, 2*kib+30, r.gate.Held(), "parts are shared, not copied")
	r.drain(t, start)
}

func TestDocumentsMakeRoom(t *testing.T) {
	r := newRoom(t, Limits{Documents: 2})
	var docs []*Document
	for i := range int64(3) {
		r.save(t, start, big(1, i), 0, 1, fill(byte(i), 100))
		docs = append(docs, r.finalise(t, start, big(1, i), 1))
	}
	require.Equal(t, docs[1:], r.Documents())
	_, ok := r.Document(docs[0].ID)
	require.False(t, ok)
	_, err := docs[0].Read(0, 1)
	require.ErrorIs(t, err, ErrForgotten)
	got, ok := r.Document(docs[1].ID)
	require.True(t, ok)
	requireBytes(t, got, fill(1, 100))
	r.drain(t, start)
}

func TestDocumentRead(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(1, 7)
	all := slices.Concat(fill(1, 2*kib), fill(2, 2*kib), fill(3, 100))
	for i := range int32(3) {
		r.save(t, start, id, i, 3, all[int(i)*2*kib:min(len(all), int(i+1)*2*kib)])
	}
	d := r.finalise(t, start, id, 3)
	for _, at := range []struct{ offset, limit, from, to int }{
		{0, 1, 0, 1},
		{0, 2 * kib, 0, 2 * kib},
		{2*kib - 1, 2, 2*kib - 1, 2*kib + 1},
		{kib, 3 * kib, kib, 4 * kib},
		{4 * kib, 4 * kib, 4 * kib, len(all)},
		{0, 1 << 30, 0, len(all)},
		{len(all) - 1, 10, len(all) - 1, len(all)},
		{len(all), 10, 0, 0},
		{math.MaxInt, 10, 0, 0},
		{-1, 10, 0, 0},
		{0, 0, 0, 0},
		{0, -5, 0, 0},
	} {
		got, err := d.Read(int64(at.offset), at.limit)
		require.NoError(t, err)
		require.Equal(t, len(all[at.from:at.to]), len(got), "%+v", at)
		require.Equal(t, string(all[at.from:at.to]), string(got), "%+v", at)
	}
	// What is read belongs to the reader.
	got, _ := d.Read(0, 10)
	got[0] = 99
	requireBytes(t, d, all)
}

// The empty end of a stream is a part that is stored and adds nothing.
// https://core.telegram.org/api/files#streamed-uploads
func TestFinaliseStreamWithEmptyEnd(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(1, 7)
	r.save(t, start, id, 0, -1, fill(1, kib))
	r.save(t, start, id, 1, -1, fill(2, kib))
	r.save(t, start, id, 2, 2, nil)
	requireBytes(t, r.finalise(t, start, id, 2), slices.Concat(fill(1, kib), fill(2, kib)))
	require.True(t, r.Open(start, id).Snapshot().Report.Complete)
	r.drain(t, start)
}

// Rules can be switched off one by one; then a document is what is there.
func TestFinaliseWithRulesOff(t *testing.T) {
	r := newRoomUnder(t, Limits{}, validator.Options{Overrides: map[string]validator.Mode{
		"final.parts_range": validator.Off, "final.part_missing": validator.ReportOnly, "final.unknown": validator.Off,
		"final.kind": validator.Off, "final.total_mismatch": validator.Off,
	}}, 1<<20)
	id := big(1, 7)
	r.save(t, start, id, 0, 3, fill(1, kib))
	r.save(t, start, id, 2, 3, fill(3, 5))
	requireBytes(t, r.finalise(t, start, id, 3), slices.Concat(fill(1, kib), fill(3, 5)))
	requireBytes(t, r.finalise(t, start, id, 1<<31-1), slices.Concat(fill(1, kib), fill(3, 5)))
	requireBytes(t, r.finalise(t, start, id, -1), nil)
	requireBytes(t, r.finalise(t, start, big(1, 99), 1), nil)
	requireBytes(t, r.finalise(t, start, small(1, 7), 1), nil)
	r.drain(t, start)
}

// The caller's own data and the call's stay with the document.
func TestDocumentTellsWhatItIsOf(t *testing.T) {
	r := newRoom(t, Limits{})
	id := big(5, 7)
	r.save(t, start, id, 0, 1, fill(1, 9))
	d, _ := r.Finalise(start, Final{ID: id, Parts: 1, Name: "name.txt", Meta: "mine"})
	require.Equal(t, []any{"name.txt", "mine", 2, int64(5), int64(7), 1, start},
		[]any{d.Name, d.Meta, d.DC, d.Account, d.FileID, d.Ordinal, d.Created})
	require.GreaterOrEqual(t, d.ID, int64(firstDocument))
}

// Which document is the oldest its number says: of two that are written to disk at once
// either may be done first, and another process knows nothing but the numbers.
func TestOldestDocumentIsTheOneWithTheLowestNumber(t *testing.T) {
	s := newRoom(t, Limits{Documents: 2})
	for _, id := range []int64{12, 11, 13} {
		s.remember(&Document{ID: id})
	}
	var left []int64
	for _, d := range s.Documents() {
		left = append(left, d.ID)
	}
	require.Equal(t, []int64{12, 13}, left)
}
