package validator

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a JSON document with its file under testdata.
func golden(t *testing.T, name string, value any) {
	t.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), string(got)+"\n")
}

// note judges a part, notes the verdict and records the part where accepted.
func note(f *File, p Part) {
	verdict := f.Judge(p)
	f.Note(verdict, p)
	if verdict.Error == nil {
		f.Record(p)
	}
}

// A report of an upload on which everything went wrong that can.
func TestReport(t *testing.T) {
	f := MustNew(Options{}).NewFile(Big)
	for _, p := range []Part{
		part(0, -1, full), part(3, -1, full), part(1, -1, full),
		part(1, -1, full), other(part(0, -1, full)),
		part(2, -1, 0), part(2, -1, 1000), part(5, 6, 77),
	} {
		note(f, p)
	}
	f.Lose(3)
	f.Note(f.Finalise(*big(6)), Part{Index: NoPart})
	golden(t, "report.json", f.Report())
}

func TestReportOfNothing(t *testing.T) {
	golden(t, "report_empty.json", MustNew(Options{}).NewFile(Small).Report())
}

func TestReportComplete(t *testing.T) {
	f := MustNew(Options{}).NewFile(Big)
	accept(t, f, run(0, 2, 3, full)...)
	assert.False(t, f.Report().Complete, "part 2 has not come")
	accept(t, f, part(2, 3, 1))
	assert.True(t, f.Report().Complete)
	assert.False(t, f.Report().Finalised)
	require.Nil(t, f.Finalise(*big(3)).Error)
	assert.True(t, f.Report().Finalised)
	f.Lose(1)
	assert.False(t, f.Report().Complete, "part 1 is lost")
	assert.Equal(t, []int32{1}, f.Report().Missing)

	f = MustNew(Options{}).NewFile(Small)
	accept(t, f, run(0, 3, 0, full)...)
	assert.False(t, f.Report().Complete, "nobody knows how many parts there will be")
	f.Finalise(*small(4))
	assert.False(t, f.Report().Complete, "a refused call settles nothing")
	f.Finalise(*small(3))
	assert.True(t, f.Report().Complete)
}

// What is missing of a file whose parts said how many there are, and were refused: as many
// as they said, though that may be wrong, as long as no stored part says it better. What
// was said outlives the parts.
func TestReportMissingOfRefused(t *testing.T) {
	f := MustNew(Options{}).NewFile(Big)
	refuse := func(p Part) {
		t.Helper()
		v := f.Judge(p)
		require.NotNil(t, v.Error)
		f.Note(v, p)
	}
	lacks := func(want ...int32) {
		t.Helper()
		r := f.Report()
		assert.Equal(t, want, r.Missing)
		assert.Equal(t, len(want), r.MissingCount)
		assert.False(t, r.Complete)
	}
	refuse(part(1, -1, 3000))
	lacks([]int32{}...)
	refuse(part(1, 3, 3000))
	assert.EqualValues(t, -1, f.Report().Total, "no stored part said it")
	lacks(0, 1, 2)
	accept(t, f, part(0, -1, full))
	lacks(1, 2)
	accept(t, f, part(3, -1, full)) // it was wrong
	lacks(1, 2)
	accept(t, f, part(4, 5, full))
	lacks(1, 2)
	f.Lose(0)
	f.Lose(3)
	f.Lose(4)
	lacks(0, 1, 2, 3, 4)

	f = MustNew(Options{}).NewFile(Small)
	refuse(part(0, 3, 0))
	lacks([]int32{}...) // saveFilePart has no total
	f = MustNew(Options{}).NewFile(Big)
	refuse(part(0, 100_000, full))
	assert.Equal(t, 100_000, f.Report().MissingCount)
	assert.Len(t, f.Report().Missing, MaxMissing)
}

// What is missing of a file whose total nobody announced: the gaps, and what
// was lost, even all of it.
func TestReportMissingWithoutTotal(t *testing.T) {
	f := MustNew(Options{}).NewFile(Small)
	accept(t, f, part(0, 0, full), part(2, 0, full))
	assert.Equal(t, []int32{1}, f.Report().Missing)
	f.Lose(2)
	f.Lose(0)
	f.Lose(0)
	f.Lose(500)
	assert.Equal(t, []int32{0, 1, 2}, f.Report().Missing)
	assert.Zero(t, f.Stored())
	assert.Zero(t, f.Bytes())
}

// A client that repeats a refused call for ever must not fill the memory.
func TestNoteIsBounded(t *testing.T) {
	f := MustNew(Options{}).NewFile(Big)
	bad := part(43, 43, 19)
	verdict := f.Judge(bad)
	for range 3 * MaxRefusals {
		f.Note(verdict, bad)
	}
	report := f.Report()
	assert.Len(t, report.Refused, MaxRefusals)
	assert.Equal(t, 3*MaxRefusals, report.RefusedCount)
	assert.Equal(t, map[string]int{"part.beyond_total": 3 * MaxRefusals}, report.Violations)
}

// Whoever reads a report may keep and change it.
func TestReportSharesNothing(t *testing.T) {
	f := MustNew(Options{}).NewFile(Big)
	note(f, part(43, 43, 19))
	report := f.Report()
	report.Refused[0].Rule = "x"
	report.Violations["part.beyond_total"] = 99
	again := f.Report()
	assert.Equal(t, "part.beyond_total", again.Refused[0].Rule)
	assert.Equal(t, 1, again.Violations["part.beyond_total"])
}

func TestFileAccessors(t *testing.T) {
	f := MustNew(Options{}).NewFile(Big)
	assert.Equal(t, Big, f.Kind())
	assert.Zero(t, f.PartSize())
	assert.EqualValues(t, -1, f.Total())
	accept(t, f, part(2, 3, 9))
	assert.Zero(t, f.PartSize(), "the last part does not fix part_size")
	assert.EqualValues(t, 3, f.Total())
	accept(t, f, part(0, 3, kib))
	assert.EqualValues(t, kib, f.PartSize())
	assert.EqualValues(t, kib+9, f.Bytes())
	assert.Equal(t, 2, f.Stored())
	size, ok := f.PartSizeOf(2)
	assert.True(t, ok)
	assert.Equal(t, 9, size)
	_, ok = f.PartSizeOf(1)
	assert.False(t, ok)
	_, ok = f.PartSizeOf(-70)
	assert.False(t, ok)
}

// What the same order of arrival does in both orderings: the report names the
// parts that sequential ordering would have refused.
func TestOutOfOrder(t *testing.T) {
	for _, c := range []struct {
		name  string
		order []int32
		want  []int32
	}{
		{"in order", []int32{0, 1, 2, 3}, []int32{}},
		{"one early", []int32{0, 1, 3, 2}, []int32{3}},
		{"last first", []int32{3, 0, 1, 2}, []int32{3}},
		{"backwards", []int32{3, 2, 1, 0}, []int32{1, 2, 3}},
		{"repeats", []int32{0, 0, 1, 0, 2, 3}, []int32{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := MustNew(Options{}).NewFile(Big)
			for _, i := range c.order {
				accept(t, f, part(i, 4, full))
			}
			assert.Equal(t, c.want, f.Report().OutOfOrder)
		})
	}
}
