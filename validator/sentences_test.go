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
		{"file of no bytes", example{part: part(0, 1, 0)}, "part 0 has no bytes, and it is the only part: there is no file of 0 bytes"},
		{"file of no bytes, as a stream", example{options: off("total.zero"), part: part(0, 0, 0)}, "part 0 has no bytes, and it is the only part: there is no file of 0 bytes"},
		{"first part of a stream, empty", example{part: part(0, -1, 0)},
			"part 0 has no bytes; only the end of a stream may be empty, and then file_part and file_total_parts are both the number of parts before it"},
		{"too big", example{part: part(0, 1, full+1)}, "part 0 has 524289 bytes, the most is 524288 (512 KiB)"},
		{"small and too big", example{kind: Small, part: part(0, 0, full+1)}, "part 0 has 524289 bytes, the most is 524288 (512 KiB)"},
		// A total that is wrong by one is seen by the last part, which is none then.
		{"not the last of too many", example{before: run(0, 2, 4, full), part: part(2, 4, 19)},
			"part 2 is not the last of 4 and has 19 bytes, which is not divisible by 1024"},
		{"not the last of too many, of a legal size", example{before: run(0, 2, 4, full), part: part(2, 4, kib)},
			"part 2 has 1024 bytes, the parts before it have 524288; only the last part, 3, may be shorter"},
		{"not the last, of a total that another part has said", example{before: run(0, 2, 4, full), part: part(2, -1, 19)},
			"part 2 is not the last of 4 and has 19 bytes, which is not divisible by 1024"},
		{"shorter in a stream", example{before: stream, part: part(4, -1, kib)},
			"part 4 has 1024 bytes, the parts before it have 524288; only the last part may be shorter"},
		{"a stream's -1 in the InputFile", example{before: join(stream, run(4, 5, 5, 1)), final: big(-1)},
			"parts is -1, not between 1 and 4000 (an account without Premium); -1 is for file_total_parts alone, parts is how many there are, of a stream too"},
		{"more parts than the account may send", example{before: run(0, 1, 8000, full), options: Options{Overrides: map[string]Mode{"total.range": Off}}, final: big(8000)},
			"parts is 8000, not between 1 and 4000 (an account without Premium)"},
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
