package validator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A sentence is what the author of a client goes by: its numbers have to be right to
// the last one, and its advice must be for the call that was made.
func TestSentences(t *testing.T) {
	stream := run(0, 4, -1, full)
	for _, c := range []struct {
		name string
		example
		want string
	}{
		{"empty part of a small file", example{kind: Small, part: part(3, 0, 0)}, "part 3 has no bytes"},
		{"empty part of a big file", example{part: part(3, 9, 0)},
			"part 3 has no bytes; only the end of a stream may be empty, and then file_part and file_total_parts are both the number of parts before it"},
		{"too big", example{part: part(0, 1, full+1)}, "part 0 has 524289 bytes, the most is 524288 (512 KiB)"},
		{"small and too big", example{kind: Small, part: part(0, 0, full+1)}, "part 0 has 524289 bytes, the most is 524288 (512 KiB)"},
		{"total leaves out a stored part", example{before: stream, part: part(1, 3, full)},
			"part 1 says that the file has 3 parts, so the last is 2, but part 3 is stored already"},
		{"late -1 past the end", example{before: run(0, 2, 2, full), part: part(5, -1, full)},
			"part 5 of a file that has been announced as 2 parts: parts are numbered from 0, so the last of 2 is 1"},
		{"past the end", example{part: part(5, 2, full)}, "part 5 of 2: parts are numbered from 0, so the last of 2 is 1"},
		{"photo too big", example{kind: Small, before: join(run(0, 20, 0, full), run(20, 21, 0, 1)), final: photo(Small, 21, "a.png")},
			"the photo has 10485761 bytes, the most is 10485760"},
		{"small file sent as a big one", example{options: docs, before: run(0, 1, 1, 7), final: big(1)},
			"the file has 7 bytes and is no stream: up to 10485760 bytes, saveFilePart is the method to use"},
		{"a name of 80 bytes", example{kind: Small, before: run(0, 1, 0, 5), final: photo(Small, 1, strings.Repeat("n", 80))},
			`the name "` + strings.Repeat("n", 80) + `" does not end like a picture's, such as .jpg or .png`},
		{"a name of 81 bytes", example{kind: Small, before: run(0, 1, 0, 5), final: photo(Small, 1, strings.Repeat("n", 81))},
			`the name "` + strings.Repeat("n", 80) + `..." does not end like a picture's, such as .jpg or .png`},
	} {
		t.Run(c.name, func(t *testing.T) {
			verdict := c.verdict(t)
			require.NotEmpty(t, verdict.Findings)
			assert.Equal(t, c.want, verdict.Findings[0].Sentence)
		})
	}
}

// What is left of a stream after its end, or its highest part, was lost; and calls that
// break one rule where another is off.
func init() {
	ended := join(run(0, 3, -1, full), run(3, 4, 3, 0))
	long := join(run(0, 66, -1, full), run(66, 67, 66, 0))
	reported := func(rule string) Options { return Options{Overrides: map[string]Mode{rule: ReportOnly}} }
	table("final.part_missing",
		example{name: "the highest, beside the empty end", before: ended, lose: []int32{2}, final: big(3), broken: true, message: "FILE_PART_2_MISSING", sentence: "part 2 of 3"},
		example{name: "the highest, on the page of the empty end", before: long, lose: []int32{65}, final: big(66), broken: true, message: "FILE_PART_65_MISSING", sentence: "part 65 of 66"},
	)
	table("final.extra_parts",
		example{name: "the empty end was lost", before: ended, lose: []int32{3}, final: big(2), broken: true, message: "FILE_PARTS_INVALID", sentence: "the last is 1, but part 2 is stored", also: []string{"final.total_mismatch"}},
		example{name: "on a later page, when the highest was lost", before: run(0, 66, -1, full), lose: []int32{65}, final: big(64), broken: true, message: "FILE_PARTS_INVALID", sentence: "the last is 63, but part 64 is stored", also: []string{"stream.total_never_announced"}},
		example{name: "an empty end in place of the highest", options: off("part.beyond_total"), before: join(run(0, 3, -1, full), run(2, 3, 2, 0)), final: big(2)},
	)
	table("part.size_changed",
		example{name: "growing total, the empty end lost before", before: join(run(0, 2, -1, full), run(2, 3, 2, 0)), lose: []int32{2}, part: part(2, 3, full), also: []string{"total.changed"}},
		example{name: "the empty end beside the last part settles no size", before: []Part{part(2, 3, kib), part(3, 3, 0)}, part: part(0, 3, full)},
	)
	table("part.size_invalid",
		example{name: "last part of an illegal part_size", options: reported("part.size_invalid"), before: run(0, 1, 3, 1000), part: part(2, 3, 1000)},
	)
	table("part.beyond_total",
		example{name: "total goes back to the empty end", options: off("part.size_changed"), before: join(run(0, 2, -1, full), run(2, 3, 2, 0), run(0, 1, 5, full)), part: part(1, 2, full), also: []string{"total.changed"}},
	)
	table("part.too_big",
		example{name: "not the last, more than an int32 holds", part: part(0, 3, 1<<40), broken: true, message: "FILE_PART_TOO_BIG", sentence: "1099511627776", also: []string{"part.size_invalid"}},
	)
	table("part.repeated_other",
		example{name: "off, beside repeats that are not", options: Options{Overrides: map[string]Mode{"part.repeated": Enforce, "part.repeated_other": Off}}, before: run(0, 1, 3, full), part: other(part(0, 3, full))},
	)
	table("final.small_as_big",
		example{name: "one part is enough", options: docs, before: run(0, 1, 1, 5), final: big(1), broken: true, sentence: "has 5 bytes"},
		example{name: "nothing to be small", options: docs, final: big(1), message: "FILE_PART_0_MISSING", also: []string{"final.unknown"}},
	)
}

func TestLegalPartSizes(t *testing.T) {
	for size, want := range map[int32]bool{
		-1024: false, 0: false, 1: false, 512: false, 1023: false, 1024: true, 1025: false, 2048: true, 3072: false,
		262144: true, 393216: false, 524288: true, 524289: false, 1048576: false,
	} {
		assert.Equal(t, want, legalPartSize(size), "%d bytes", size)
	}
}

// A file of one part is a file.
func TestReportOfOnePart(t *testing.T) {
	f := MustNew(Options{}).NewFile(Small)
	accept(t, f, part(0, 0, 5))
	require.Nil(t, f.Finalise(*small(1)).Error)
	report := f.Report()
	assert.True(t, report.Finalised)
	assert.True(t, report.Complete)
	assert.Empty(t, report.Missing)
	f.Lose(0)
	assert.Equal(t, []int32{0}, f.Report().Missing, "of the parts that the call named")
	assert.False(t, f.Report().Complete)
}
