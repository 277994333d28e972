package validator

import (
	"fmt"
	"math"
)

// modes are options that override single rules.
func modes(pairs map[string]Mode) Options { return Options{Overrides: pairs} }

// What is left of a stream after its end, or its highest part, was lost.
func init() {
	ended := join(run(0, 3, -1, full), run(3, 4, 3, 0))
	long := join(run(0, 66, -1, full), run(66, 67, 66, 0))
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
}

// Calls that break one rule where another is off or only reported.
func init() {
	ended := join(run(0, 3, -1, full), run(3, 4, 3, 0))
	table("part.size_invalid",
		example{name: "last part of an illegal part_size", options: modes(map[string]Mode{"part.size_invalid": ReportOnly}), before: run(0, 1, 3, 1000), part: part(2, 3, 1000)},
	)
	table("part.beyond_total",
		example{name: "total goes back to the empty end", options: off("part.size_changed"), before: join(run(0, 2, -1, full), run(2, 3, 2, 0), run(0, 1, 5, full)), part: part(1, 2, full), also: []string{"total.changed"}},
	)
	table("part.too_big",
		example{name: "not the last, as much as an int holds", part: part(0, 3, math.MaxInt), broken: true, message: "FILE_PART_TOO_BIG", sentence: fmt.Sprint(math.MaxInt), also: []string{"part.size_invalid"}},
	)
	table("part.repeated_other",
		example{name: "off, beside repeats that are not", options: modes(map[string]Mode{"part.repeated": Enforce, "part.repeated_other": Off}), before: run(0, 1, 3, full), part: other(part(0, 3, full))},
	)
	table("final.small_as_big",
		example{name: "one part is enough", options: docs, before: run(0, 1, 1, 5), final: big(1), broken: true, sentence: "has 5 bytes"},
		example{name: "nothing to be small", options: docs, final: big(1), message: "FILE_PART_0_MISSING", also: []string{"final.unknown"}},
	)
	table("part.repeated",
		example{name: "enforced, where other bytes are not looked at", options: modes(map[string]Mode{"part.repeated": Enforce, "part.repeated_other": Off}), before: run(0, 1, 3, full), part: part(0, 3, full), broken: true, message: "FILE_PART_INVALID", sentence: "stored already"},
	)
	table("part.repeated_other",
		example{name: "alone", options: modes(map[string]Mode{"part.repeated": Off, "small.file_too_big": Off}), before: run(0, 1, 3, full), part: other(part(0, 3, full)), broken: true, sentence: "other bytes"},
	)
	table("small.size_invalid",
		example{name: "where a change is allowed", options: modes(map[string]Mode{"small.size_changed": Off}), kind: Small, before: run(1, 2, 0, full), part: part(0, 0, 1000), broken: true, sentence: "1000 bytes"},
	)
	table("small.size_changed",
		example{name: "where every size is allowed", options: modes(map[string]Mode{"small.size_invalid": Off, "small.too_big": Off}), kind: Small, before: run(1, 2, 0, 1000), part: part(2, 0, 3*kib), broken: true, sentence: "more than the parts before it, which have 1000"},
		example{name: "where every size is allowed, but not any other", options: modes(map[string]Mode{"small.size_invalid": Off, "small.too_big": Off}), kind: Small, before: run(0, 2, 0, 1000), part: part(0, 0, 999), broken: true, sentence: "other parts have 1000", also: []string{"part.repeated_other"}},
	)
	initReportedExamples(ended)
}

// A rule that is only reported lets its calls in: those that follow are judged by
// what is stored then.
func initReportedExamples(ended []Part) {
	sizes := modes(map[string]Mode{"part.size_changed": ReportOnly})
	raised := join(run(0, 2, -1, full), run(2, 3, 2, 0), run(0, 1, 5, full))
	table("part.size_changed",
		example{name: "the empty end is inside already, same total", options: sizes, before: raised, part: part(1, 5, full), also: []string{"stream.total_on_nonlast"}},
		example{name: "the empty end is inside already, lower total", options: sizes, before: raised, part: part(1, 4, full), also: []string{"stream.total_on_nonlast", "total.changed"}},
		example{name: "the total grows to the empty end", options: modes(map[string]Mode{"part.beyond_total": ReportOnly}), before: join(ended, run(1, 2, 2, full)), part: part(0, 3, full), also: []string{"stream.total_on_nonlast", "total.changed"}},
		example{name: "the end that an empty part moved settles the size", options: modes(map[string]Mode{"part.empty": ReportOnly, "part.size_changed": ReportOnly}),
			before: []Part{part(2, 3, kib), part(0, 5, 0)}, part: part(1, 5, full), broken: true, sentence: "have 1024"},
	)
	negative := off("part.range")
	table("part.size_invalid",
		example{name: "two below the first, in a stream", options: negative, part: part(-2, -1, 1000), broken: true, message: "FILE_PART_SIZE_INVALID", sentence: "1000 bytes"},
	)
	table("part.size_changed",
		example{name: "settled two below the first, in a stream", options: negative, before: run(-2, -1, -1, kib), part: part(0, -1, 2*kib), broken: true, message: "FILE_PART_SIZE_CHANGED", sentence: "have 1024"},
	)
}
