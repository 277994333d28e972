package validator

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// example is a call next to the border of one rule.
type example struct {
	name    string
	options Options
	kind    Kind
	before  []Part // accepted first
	lose    []int32
	part    Part
	final   *FinalCall // judged in place of part

	broken   bool     // the rule of the table has to be among the findings
	message  string   // the error on the wire, empty for accepted
	sentence string   // has to be part of the rule's finding
	also     []string // ids of other rules that the same call breaks
}

func (e example) verdict(t *testing.T) Verdict {
	f := MustNew(e.options).NewFile(e.kind)
	accept(t, f, e.before...)
	for _, index := range e.lose {
		f.Lose(index)
	}
	if e.final != nil {
		return f.Finalise(*e.final)
	}
	return f.Judge(e.part)
}

func (e example) check(t *testing.T, rule string) {
	verdict := e.verdict(t)
	want := slices.Clone(e.also)
	if e.broken {
		want = append(want, rule)
	}
	assert.ElementsMatch(t, want, ruleIDs(verdict), "%v", sentences(verdict))
	assert.Equal(t, e.message, message(verdict), "%v", sentences(verdict))
	if e.broken {
		i := slices.IndexFunc(verdict.Findings, func(f Finding) bool { return f.Rule.ID == rule })
		require.GreaterOrEqual(t, i, 0)
		assert.Contains(t, verdict.Findings[i].Sentence, e.sentence)
		assert.NotEmpty(t, e.sentence, "an example of a broken rule has to check the sentence")
	}
}

var examples = map[string][]example{}

// table adds the examples of a rule.
func table(rule string, list ...example) { examples[rule] = append(examples[rule], list...) }

func TestRules(t *testing.T) {
	for _, rule := range MustNew(Options{}).Rules() {
		for _, e := range examples[rule.ID] {
			t.Run(rule.ID+"/"+e.name, func(t *testing.T) { e.check(t, rule.ID) })
		}
	}
}

// Every rule that is checked needs an example on either side of its border,
// and no table may name a rule that does not exist.
func TestEveryRuleHasExamples(t *testing.T) {
	known := map[string]bool{}
	for _, rule := range MustNew(Options{}).Rules() {
		known[rule.ID] = true
		if !rule.Checked() {
			assert.Empty(t, examples[rule.ID], "%s is carried out elsewhere", rule.ID)
			continue
		}
		list := examples[rule.ID]
		assert.True(t, slices.ContainsFunc(list, func(e example) bool { return e.broken }), "%s: no example that breaks it", rule.ID)
		assert.True(t, slices.ContainsFunc(list, func(e example) bool { return !e.broken }), "%s: no example that just keeps it", rule.ID)
	}
	for id := range examples {
		assert.True(t, known[id], "table for unknown rule %s", id)
	}
}

func off(rule string) Options { return Options{Overrides: map[string]Mode{rule: Off}} }
func enforce(rule string) Options {
	return Options{Overrides: map[string]Mode{rule: Enforce}}
}

var (
	docs       = Options{Profile: ProfileDocs}
	sequential = Options{Ordering: OrderingSequential}
)

const full = 512 * kib

func init() {
	table("total.range",
		example{name: "4001 parts", part: part(0, 4001, full), broken: true, message: "FILE_PARTS_INVALID", sentence: "file_total_parts is 4001"},
		example{name: "says what to do", part: part(0, 16000, 256*kib), broken: true, message: "FILE_PARTS_INVALID", sentence: "without Premium may send at most 4000 parts: use larger parts"},
		example{name: "4000 parts", part: part(0, 4000, full)},
		example{name: "4001 parts premium", part: premium(part(0, 4001, full))},
		example{name: "8000 parts premium", part: premium(part(7999, 8000, 1))},
		example{name: "8001 parts premium", part: premium(part(0, 8001, full)), broken: true, message: "FILE_PARTS_INVALID", sentence: "8001"},
		example{name: "own limit", options: Options{MaxParts: 3}, part: part(0, 4, full), broken: true, message: "FILE_PARTS_INVALID", sentence: "at most 3 parts"},
		example{name: "before everything else", part: part(-1, 5000, 0), broken: true, message: "FILE_PARTS_INVALID", sentence: "5000", also: []string{"part.range", "part.empty"}},
		example{name: "largest total and part", part: part(1<<31-1, 1<<31-1, 0), broken: true, message: "FILE_PARTS_INVALID", sentence: "2147483647", also: []string{"part.range"}},
		example{name: "saveFilePart has no total", kind: Small, part: part(0, 4001, full)},
	)
	table("total.zero",
		example{name: "observed counts as -1", part: part(0, 0, full), broken: true, sentence: "says -1"},
		example{name: "observed still not the last", part: part(0, 0, 100), broken: true, sentence: "says -1", message: "FILE_PART_SIZE_INVALID", also: []string{"part.size_invalid"}},
		example{name: "docs", options: docs, part: part(0, 0, 100), broken: true, message: "FILE_PARTS_INVALID", sentence: "file_total_parts is 0"},
		example{name: "saveFilePart has no total", options: docs, kind: Small, part: part(0, 0, full)},
		example{name: "one", options: docs, part: part(0, 1, full)},
	)
	table("total.negative",
		example{name: "-2", part: part(0, -2, 100), broken: true, message: "FILE_PARTS_INVALID", sentence: "-2"},
		example{name: "-1", part: part(0, -1, full)},
		example{name: "lowest int", part: part(0, -1<<31, full), broken: true, message: "FILE_PARTS_INVALID", sentence: "-2147483648"},
	)
	table("part.range",
		example{name: "-1", part: part(-1, 43, full), broken: true, message: "FILE_PART_INVALID", sentence: "numbered from 0 to 3999"},
		example{name: "-1 of -1", part: part(-1, -1, 0), broken: true, message: "FILE_PART_INVALID", sentence: "-1", also: []string{"part.empty"}},
		example{name: "4000 in a stream", part: part(4000, -1, full), broken: true, message: "FILE_PART_INVALID", sentence: "file_part is 4000"},
		example{name: "3999 in a stream", part: part(3999, -1, full)},
		example{name: "8000 premium", part: premium(part(8000, -1, full)), broken: true, message: "FILE_PART_INVALID", sentence: "to 7999 (an account with Premium)"},
		example{name: "7999 premium", part: premium(part(7999, -1, full))},
		example{name: "end of the longest stream", part: part(4000, 4000, 0)},
		example{name: "small 4000", kind: Small, part: part(4000, 0, full), broken: true, message: "FILE_PART_INVALID", sentence: "4000"},
		example{name: "small 3999", kind: Small, part: part(3999, 0, full)},
	)
	table("part.beyond_total",
		example{name: "the seed's call", part: part(43, 43, 19), broken: true, message: "FILE_PART_INVALID", sentence: "parts are numbered from 0, so the last of 43 is 42"},
		example{name: "the seed's call put right", part: part(42, 43, 19)},
		example{name: "the seed's call, docs", options: docs, part: part(43, 43, 19), broken: true, message: "FILE_PART_INVALID", sentence: "part 43 of 43"},
		example{name: "empty end of a stream", before: run(0, 2, -1, full), part: part(2, 2, 0)},
		example{name: "end of a stream with bytes", before: run(0, 2, -1, full), part: part(2, 2, full), broken: true, message: "FILE_PART_INVALID", sentence: "the last of 2 is 1"},
		example{name: "empty part past the end", part: part(3, 2, 0), broken: true, message: "FILE_PART_INVALID", sentence: "part 3 of 2", also: []string{"part.empty"}},
		example{name: "late -1 past the end", before: run(0, 2, 2, full), part: part(2, -1, full), broken: true, message: "FILE_PART_INVALID", sentence: "announced as 2 parts"},
		example{name: "late -1 in the file", before: []Part{part(1, 2, full)}, part: part(0, -1, full)},
		example{name: "total leaves out a stored part", before: run(0, 4, -1, full), part: part(2, 3, full), broken: true, message: "FILE_PART_INVALID", sentence: "part 3 is stored already"},
		example{name: "total reaches the highest stored part", before: run(0, 3, -1, full), part: part(2, 3, full)},
		example{name: "total leaves out the empty end", before: join(run(0, 3, -1, full), run(3, 4, 3, 0)), part: part(1, 2, full), broken: true, message: "FILE_PART_INVALID", sentence: "part 3 is stored already", also: []string{"total.changed"}},
		example{name: "empty end on a stored part", before: run(0, 3, -1, full), part: part(2, 2, 0), broken: true, message: "FILE_PART_INVALID", sentence: "part 2 is stored already", also: []string{"part.repeated_other"}},
		example{name: "total leaves out nothing once that part is lost", before: run(0, 4, -1, full), lose: []int32{3}, part: part(2, 3, full)},
	)
	table("order.sequential",
		example{name: "first part must be 0", options: sequential, part: part(1, 3, full), broken: true, message: "FILE_PART_INVALID", sentence: "the next new part is 0"},
		example{name: "next part", options: sequential, before: run(0, 2, 3, full), part: part(2, 3, 5)},
		example{name: "skipped part", options: sequential, before: run(0, 1, 3, full), part: part(2, 3, 5), broken: true, message: "FILE_PART_INVALID", sentence: "part 2 came before part 1"},
		example{name: "sent again", options: sequential, before: run(0, 2, 3, full), part: part(0, 3, full)},
		example{name: "lost and sent again", options: sequential, before: run(0, 2, 3, full), lose: []int32{0}, part: part(0, 3, full)},
		example{name: "lost does not block the next", options: sequential, before: run(0, 2, 3, full), lose: []int32{0}, part: part(2, 3, full)},
		example{name: "end of a stream", options: sequential, before: run(0, 2, -1, full), part: part(2, 2, 0)},
		example{name: "any order by default", part: part(2, 3, 5)},
		example{name: "only reported", options: Options{Overrides: map[string]Mode{"order.sequential": ReportOnly}}, part: part(1, 3, full), broken: true, sentence: "before part 0"},
		example{name: "override beats ordering", options: Options{Ordering: OrderingSequential, Overrides: map[string]Mode{"order.sequential": Off}}, part: part(1, 3, full)},
		example{name: "small", options: sequential, kind: Small, part: part(1, 0, full), broken: true, message: "FILE_PART_INVALID", sentence: "before part 0"},
	)
	table("part.empty",
		example{name: "first of 43", part: part(0, 43, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "part 0 has no bytes; only the end of a stream"},
		example{name: "only part", part: part(0, 1, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "part 0"},
		example{name: "in a stream", part: part(0, -1, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "part 0"},
		example{name: "one byte", part: part(0, 1, 1)},
		example{name: "end of a stream before the rest of it", part: part(2, 2, 0)},
		example{name: "end of a stream before the rest of it, again", before: run(2, 3, 2, 0), part: part(2, 2, 0)},
		example{name: "end of a stream that said 0", before: run(0, 2, 0, full), part: part(2, 2, 0)},
		example{name: "end of a file that said its length", before: run(0, 2, 2, full), part: part(2, 2, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "none of the parts before it said -1, so this is no stream, and its last part is 1"},
		example{name: "end of a file that said its length, by the docs", options: docs, before: run(0, 2, 2, full), part: part(2, 2, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "no stream"},
		example{name: "end of what may be a stream yet", before: run(1, 2, 2, full), part: part(2, 2, 0)},
		example{name: "end of a file that is gone", before: run(0, 2, 2, full), lose: []int32{0, 1}, part: part(2, 2, 0)},
		example{name: "last of a stream", before: run(0, 2, -1, full), part: part(2, 3, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "part 2"},
		example{name: "small", kind: Small, part: part(3, 3, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "part 3 has no bytes"},
	)
	table("stream.final_empty_part",
		example{name: "accepted by default", before: run(0, 2, -1, full), part: part(2, 2, 0)},
		example{name: "accepted by the docs", options: docs, before: run(0, 2, -1, full), part: part(2, 2, 0)},
		example{name: "enforced", options: enforce("stream.final_empty_part"), before: run(0, 2, -1, full), part: part(2, 2, 0), broken: true, message: "FILE_PART_EMPTY", sentence: "empty end of a stream"},
		example{name: "enforced, with bytes", options: enforce("stream.final_empty_part"), before: run(0, 2, -1, full), part: part(2, 3, 1)},
	)
	table("part.too_big",
		example{name: "one byte more", part: part(0, 1, full+1), broken: true, message: "FILE_PART_TOO_BIG", sentence: "524289 bytes"},
		example{name: "512 KiB", part: part(0, 1, full)},
		example{name: "not the last", part: part(0, 3, 2*full), broken: true, message: "FILE_PART_TOO_BIG", sentence: "1048576", also: []string{"part.size_invalid"}},
		example{name: "as much as an int holds", part: part(0, 1, math.MaxInt), broken: true, message: "FILE_PART_TOO_BIG", sentence: fmt.Sprint(math.MaxInt)},
	)
	initSizeExamples()
	initSmallExamples()
}

func initSizeExamples() {
	for shift := range 10 {
		size := kib << shift
		table("part.size_invalid", example{name: fmt.Sprintf("%d KiB", size/kib), part: part(0, 3, size)})
	}
	for _, size := range []int{1, 1000, 1023, 1025, 3 * kib, 5 * kib, 96 * kib, 384 * kib, 511 * kib, full - 1} {
		table("part.size_invalid",
			example{name: fmt.Sprintf("%d bytes first", size), part: part(0, 3, size), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: fmt.Sprintf("is not the last of 3 and has %d bytes", size)},
			example{name: fmt.Sprintf("%d bytes last", size), part: part(2, 3, size)},
			example{name: fmt.Sprintf("%d bytes alone", size), part: part(0, 1, size)})
	}
	table("part.size_invalid",
		example{name: "says why 1024", part: part(0, 3, 1000), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "is not divisible by 1024"},
		example{name: "says why 512 KiB", part: part(0, 3, 3*kib), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "does not divide 524288"},
		example{name: "illegal comes before changed", before: run(0, 1, 3, full), part: part(1, 3, 1000), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "1000 bytes", also: []string{"part.size_changed"}},
		example{name: "short end of a stream without its total", before: run(0, 1, -1, full), part: part(1, -1, 1000), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "is not the last (its file_total_parts is -1) and has 1000 bytes", also: []string{"part.size_changed"}},
		example{name: "short end of a stream with its total", before: run(0, 1, -1, full), part: part(1, 2, 1000)},
		example{name: "last part over part_size is not exempt", before: run(0, 1, 3, kib), part: part(2, 3, 1500), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "more than the part_size of 1024, so it is not exempt", also: []string{"last.oversize"}},
		example{name: "no place, no size", part: part(43, 43, 1000), message: "FILE_PART_INVALID", also: []string{"part.beyond_total"}},
	)
	table("part.size_changed",
		example{name: "legal but other", before: run(0, 1, 3, full), part: part(1, 3, 256*kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "part 1 has 262144 bytes, the parts before it have 524288"},
		example{name: "same", before: run(0, 1, 3, full), part: part(1, 3, full)},
		example{name: "larger", before: run(0, 1, 3, kib), part: part(1, 3, full), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "524288 bytes"},
		example{name: "in a stream", before: run(0, 1, -1, full), part: part(1, -1, kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "1024 bytes"},
		example{name: "last part does not fix the size", before: run(2, 3, 3, kib), part: part(0, 3, full)},
		example{name: "only part does not fix the size", before: run(0, 1, 1, kib), part: part(0, 1, 2*kib), also: []string{"part.repeated_other"}},
		example{name: "sent again with another size", before: run(0, 1, 3, full), part: part(0, 3, kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "1024", also: []string{"part.repeated_other"}},
		example{name: "the size outlives the part that fixed it", before: []Part{part(0, 3, full), part(2, 3, 5)}, lose: []int32{0}, part: part(1, 3, kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "have 524288"},
		example{name: "a file that lost everything starts afresh", before: run(0, 1, 3, full), lose: []int32{0}, part: part(1, 3, kib)},
		example{name: "growing total strands a short end", before: join(run(0, 2, 3, full), run(2, 3, 3, 5)), part: part(3, 4, 5), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "puts part 2, stored with 5 bytes as the end of 3 parts, in the middle", also: []string{"total.changed"}},
		example{name: "growing total, full end", before: run(0, 3, 3, full), part: part(3, 4, 5), also: []string{"total.changed"}},
		example{name: "growing total, end sent again in full", before: join(run(0, 2, 3, full), run(2, 3, 3, 5)), part: part(2, 4, full), also: []string{"total.changed", "part.repeated_other"}},
		example{name: "growing total, only the end known", before: run(2, 3, 3, kib), part: part(0, 4, full), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "part 2, stored with 1024 bytes", also: []string{"total.changed"}},
		example{name: "growing total, only the end known, and longer than the new end", before: run(2, 3, 3, 2*kib), part: part(3, 4, kib), also: []string{"total.changed"}},
		example{name: "growing total, only the end known, and shorter than the new end", before: run(2, 3, 3, kib), part: part(3, 4, kib+1), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "1024 bytes", also: []string{"total.changed"}},
		example{name: "growing total, only the end known, of no legal size", before: run(2, 3, 3, 1500), part: part(3, 4, 5), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "1500 bytes", also: []string{"total.changed"}},
		example{name: "growing total strands the empty end", before: join(run(0, 2, -1, full), run(2, 3, 2, 0)), part: part(1, 4, full), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "part 2, stored with 0 bytes", also: []string{"total.changed", "stream.total_on_nonlast"}},
		example{name: "growing total, empty end replaced before", before: join(run(0, 2, -1, full), run(2, 3, 2, 0), run(2, 3, 3, full)), part: part(3, 4, full), also: []string{"total.changed"}},
		example{name: "growing total replaces the empty end", before: join(run(0, 2, -1, full), run(2, 3, 2, 0)), part: part(2, 3, full), also: []string{"total.changed", "part.repeated_other"}},
	)
	table("last.oversize",
		example{name: "legal size", before: run(0, 1, 3, kib), part: part(2, 3, 2*kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "part 2 is the last and has 2048 bytes, more than the part_size of 1024"},
		example{name: "exactly part_size", before: run(0, 2, 3, kib), part: part(2, 3, kib)},
		example{name: "one byte less", before: run(0, 2, 3, kib), part: part(2, 3, kib-1)},
		example{name: "came first", before: run(2, 3, 3, 2*kib), part: part(0, 3, kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "the last part, 2, is stored with 2048"},
		example{name: "came first, exactly part_size", before: run(2, 3, 3, kib), part: part(0, 3, kib)},
		example{name: "late -1 after it", before: run(2, 3, 3, 2*kib), part: part(0, -1, kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "stored with 2048"},
	)
	table("stream.total_on_nonlast",
		example{name: "observed", before: run(0, 1, -1, full), part: part(1, 3, full), broken: true, sentence: "all parts but the last, 2, should say -1"},
		example{name: "docs", options: docs, before: run(0, 1, -1, full), part: part(1, 3, full), broken: true, message: "FILE_PART_INVALID", sentence: "part 1 of a stream carries file_total_parts 3"},
		example{name: "the other way round", options: docs, before: run(1, 2, 3, full), part: part(0, -1, full), broken: true, message: "FILE_PART_INVALID", sentence: "a part other than the last has carried the total"},
		example{name: "part 0 last, as Android does", before: join(run(1, 3, -1, full)), part: part(0, 3, full), broken: true, sentence: "part 0 of a stream"},
		example{name: "on the last", options: docs, before: run(0, 2, -1, full), part: part(2, 3, full)},
		example{name: "on the empty end", options: docs, before: run(0, 3, -1, full), part: part(3, 3, 0)},
		example{name: "late -1 after the last", options: docs, before: run(2, 3, 3, 7), part: part(0, -1, full)},
		example{name: "no stream", options: docs, before: run(0, 1, 3, full), part: part(1, 3, full)},
	)
	table("total.changed",
		example{name: "observed", before: run(0, 1, 5, full), part: part(1, 4, full), broken: true, sentence: "has 4 parts, earlier parts said 5"},
		example{name: "docs", options: docs, before: run(0, 1, 5, full), part: part(1, 4, full), broken: true, message: "FILE_PART_INVALID", sentence: "earlier parts said 5"},
		example{name: "-1 and then a total", options: docs, before: run(0, 1, -1, full), part: part(1, 2, full)},
		example{name: "a total and then -1", options: docs, before: run(1, 2, 2, full), part: part(0, -1, full)},
		example{name: "the newest counts", options: off("stream.total_on_nonlast"), before: []Part{part(0, 5, full), part(1, 4, full)}, part: part(4, -1, full), message: "FILE_PART_INVALID", also: []string{"part.beyond_total"}},
		example{name: "nothing stored, nothing said", options: docs, before: run(0, 1, 5, full), lose: []int32{0}, part: part(0, 4, full)},
	)
	table("part.repeated",
		example{name: "accepted", before: run(0, 1, 3, full), part: part(0, 3, full)},
		example{name: "accepted by the docs", options: docs, before: run(0, 1, 3, full), part: part(0, 3, full)},
		example{name: "enforced", options: enforce("part.repeated"), before: run(0, 1, 3, full), part: part(0, 3, full), broken: true, message: "FILE_PART_INVALID", sentence: "the same 524288 bytes"},
		example{name: "not after a loss", options: enforce("part.repeated"), before: run(0, 2, 3, full), lose: []int32{0}, part: part(0, 3, full)},
		example{name: "other bytes", options: enforce("part.repeated"), before: run(0, 1, 3, full), part: other(part(0, 3, full)), also: []string{"part.repeated_other"}},
	)
	table("part.repeated_other",
		example{name: "reported", before: run(0, 1, 3, full), part: other(part(0, 3, full)), broken: true, sentence: "with other bytes (524288 then, 524288 now)"},
		example{name: "same bytes", before: run(0, 1, 3, full), part: part(0, 3, full)},
		example{name: "small", kind: Small, before: run(0, 1, 0, full), part: part(0, 0, kib), broken: true, sentence: "(524288 then, 1024 now)"},
		example{name: "off", options: off("part.repeated_other"), before: run(0, 1, 3, full), part: other(part(0, 3, full))},
	)
}

func initSmallExamples() {
	tiny := Options{SmallFileMax: 3 * full}
	docsTiny := Options{Profile: ProfileDocs}
	table("small.file_too_big",
		example{name: "exactly the cap", options: tiny, kind: Small, before: run(0, 2, 0, full), part: part(2, 0, full)},
		example{name: "one byte more", options: tiny, kind: Small, before: run(0, 3, 0, full), part: part(3, 0, 1), broken: true, message: "FILE_PART_INVALID", sentence: "has 1572865 bytes, saveFilePart takes at most 1572864"},
		example{name: "a repeat does not count twice", options: tiny, kind: Small, before: run(0, 3, 0, full), part: part(2, 0, full)},
		example{name: "10 MiB by the docs", options: docsTiny, kind: Small, before: run(0, 20, 0, full), part: part(20, 0, 1), broken: true, message: "FILE_PART_INVALID", sentence: "at most 10485760"},
		example{name: "10 MiB observed", kind: Small, before: run(0, 20, 0, full), part: part(20, 0, 1)},
		example{name: "30 MiB observed", kind: Small, before: run(0, 60, 0, full), part: part(60, 0, 1), broken: true, message: "FILE_PART_INVALID", sentence: "at most 31457280"},
		example{name: "lost parts do not count", options: tiny, kind: Small, before: run(0, 3, 0, full), lose: []int32{0}, part: part(3, 0, full)},
		example{name: "big files are not capped", options: tiny, before: run(0, 3, 9, full), part: part(3, 9, full)},
	)
	table("small.size_invalid",
		example{name: "highest so far may be the last", options: docs, kind: Small, part: part(0, 0, 1000)},
		example{name: "observed", kind: Small, before: run(1, 2, 0, full), part: part(0, 0, 1000), broken: true, sentence: "part 0 is not the last and has 1000 bytes", also: []string{"small.size_changed"}},
		example{name: "docs", options: docs, kind: Small, before: run(1, 2, 0, 1000), part: part(0, 0, 3*kib), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "does not divide"},
		example{name: "a higher part shows it", options: docs, kind: Small, before: run(0, 1, 0, 1000), part: part(1, 0, 500), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "part 0 is not the last, as part 1 shows, and is stored with 1000 bytes"},
		example{name: "last part over part_size", options: docs, kind: Small, before: run(0, 2, 0, kib), part: part(2, 0, 1500), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "more than the part_size of 1024", also: []string{"small.size_changed"}},
		example{name: "short last", options: docs, kind: Small, before: run(0, 2, 0, kib), part: part(2, 0, 5)},
	)
	table("small.size_changed",
		example{name: "observed", kind: Small, before: run(0, 2, 0, full), part: part(0, 0, kib), broken: true, sentence: "part 0 has 1024 bytes, other parts have 524288", also: []string{"part.repeated_other"}},
		example{name: "docs", options: docs, kind: Small, before: run(1, 3, 0, full), part: part(0, 0, kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "other parts have 524288"},
		example{name: "a higher part shows it", options: docs, kind: Small, before: join(run(0, 2, 0, full), run(2, 3, 0, kib)), part: part(3, 0, 5), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "part 2 is not the last, as part 3 shows"},
		example{name: "longer than the parts before it", options: docs, kind: Small, before: run(0, 1, 0, kib), part: part(1, 0, 2*kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "more than the parts before it"},
		example{name: "shorter than the last, which came first", options: docs, kind: Small, before: run(5, 6, 0, 2*kib), part: part(0, 0, kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "the higher part 5 is stored with 2048"},
		example{name: "last part came first", options: docs, kind: Small, before: run(5, 6, 0, kib), part: part(0, 0, full)},
		example{name: "the last may change", options: docs, kind: Small, before: join(run(0, 2, 0, full), run(2, 3, 0, kib)), part: part(2, 0, full), also: []string{"part.repeated_other"}},
	)
	table("small.too_big",
		example{name: "one byte more", kind: Small, part: part(0, 0, full+1), broken: true, message: "FILE_PART_TOO_BIG", sentence: "524289"},
		example{name: "512 KiB", kind: Small, part: part(0, 0, full)},
	)
}
