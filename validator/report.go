package validator

import (
	"maps"
	"math"
	"slices"
)

// NoPart is the Index to Note a verdict under that is not about a part: that
// of a finalising call.
const NoPart int32 = -1

// Bounds of a report: a client decides how often it is refused and how many
// parts it claims to have.
const (
	// MaxRefusals is how many refusals are kept; further ones are counted.
	MaxRefusals = 100
	// MaxMissing is how many missing parts are listed; further ones are
	// counted.
	MaxMissing = DefaultMaxPartsPremium
)

// Refusal is one refused call.
type Refusal struct {
	// Part is file_part, or NoPart for a finalising call.
	Part int32 `json:"part"`
	// Error is the message that went on the wire.
	Error string `json:"error"`
	// Rule is the id of the rule.
	Rule string `json:"rule"`
	// Sentence says to a person why.
	Sentence string `json:"sentence"`
}

// Report is what became of a file, as far as the rules are concerned.
type Report struct {
	Kind Kind `json:"kind"`
	// PartSize is in bytes; 0 while no part is stored that is surely not the
	// last.
	PartSize int32 `json:"part_size"`
	// Total is the number of parts last announced, -1 for none.
	Total int32 `json:"total"`
	// Stored is how many parts are stored now, the empty end of a stream
	// included; Bytes is their sizes added up.
	Stored int   `json:"stored"`
	Bytes  int64 `json:"bytes"`
	// Missing are the parts not stored, of the announced or finalised number;
	// where neither is known, as all parts that announced one were refused or
	// are lost, of the number that was announced last, and of those up to the
	// highest that was ever stored. At most MaxMissing are listed, MissingCount
	// is the full number.
	Missing      []int32 `json:"missing"`
	MissingCount int     `json:"missing_count"`
	// OutOfOrder are the parts that came before a lower one: those that
	// OrderingSequential would have refused.
	OutOfOrder []int32 `json:"out_of_order"`
	// Repeated are the parts that came again while they were stored;
	// RepeatedOtherBytes those of them that came with other bytes.
	Repeated           []int32 `json:"repeated"`
	RepeatedOtherBytes []int32 `json:"repeated_other_bytes"`
	// Refused are the first MaxRefusals refused calls, RefusedCount is the full
	// number.
	Refused      []Refusal `json:"refused"`
	RefusedCount int       `json:"refused_count"`
	// Violations counts, by rule id, the findings of all noted verdicts.
	Violations map[string]int `json:"violations"`
	// Streamed tells that a part came without a total.
	Streamed bool `json:"streamed"`
	// Finalised tells that a finalising call was accepted.
	Finalised bool `json:"finalised"`
	// Complete tells that the number of parts is known, announced by a part that
	// was stored or finalised, and that all of them are stored.
	Complete bool `json:"complete"`
}

// Note remembers a verdict for the report: a refusal, and every finding. Note
// the verdicts of accepted calls as well, or rules that are only reported will
// not be counted. A verdict without findings costs nothing. For the verdict of
// Finalise, p is Part{Index: NoPart}.
func (f *File) Note(v Verdict, p Part) {
	for _, finding := range v.Findings {
		if f.violations == nil {
			f.violations = map[string]int{}
		}
		f.violations[finding.Rule.ID]++
	}
	if announced := p.announced(f.kind); announced != totalUnknown {
		f.claimed = announced
	}
	if v.Error == nil {
		return
	}
	f.refused++
	if len(f.refusals) < MaxRefusals {
		f.refusals = append(f.refusals, Refusal{
			Part: p.Index, Error: v.Error.Message, Rule: v.Error.Rule, Sentence: v.sentence(),
		})
	}
}

// sentence is that of the finding which became the error.
func (v Verdict) sentence() string {
	for _, finding := range v.Findings {
		if finding.Rule.ID == v.Error.Rule {
			return finding.Sentence
		}
	}
	return v.Error.Why
}

// Report returns what became of the file so far. It shares nothing with f.
func (f *File) Report() Report {
	expected, known := f.expected()
	absent := int(expected) - f.pages.below(expected, storedBits)
	report := Report{
		Kind: f.kind, PartSize: f.partSize, Total: f.total,
		Stored: f.count, Bytes: f.bytes,
		Missing: f.missing(expected, absent), MissingCount: absent,
		OutOfOrder:         f.pages.list(outOfOrderBits),
		Repeated:           f.pages.list(repeatedBits),
		RepeatedOtherBytes: f.pages.list(repeatedOtherBits),
		Refused:            append([]Refusal{}, slices.Clone(f.refusals)...), RefusedCount: f.refused,
		Violations: maps.Clone(f.violations),
		Streamed:   f.streamed, Finalised: f.finalised > 0,
		Complete: known && absent == 0,
	}
	if report.Violations == nil {
		report.Violations = map[string]int{}
	}
	return report
}

// expected returns how many parts the file should have, and whether that is
// known or only what its parts make likely.
func (f *File) expected() (parts int32, known bool) {
	switch {
	case f.total != totalUnknown:
		return f.total, true
	case f.finalised > 0:
		return f.finalised, true
	default:
		return max(f.claimed, min(f.topped, math.MaxInt32-1)+1), false
	}
}

// missing lists the parts below expected that are not stored, absent of them
// in all. The work is bounded by the parts stored plus the parts listed.
func (f *File) missing(expected int32, absent int) []int32 {
	list := make([]int32, 0, min(absent, MaxMissing))
	for index := f.pages.firstClear(0, storedBits); index < expected && len(list) < MaxMissing; {
		list = append(list, index)
		index = f.pages.firstClear(index+1, storedBits)
	}
	return list
}
