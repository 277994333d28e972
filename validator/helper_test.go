package validator

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

const kib = 1024

// part is a part of a file whose bytes are told apart by number and size.
func part(index, total int32, size int) Part {
	p := Part{Index: index, Total: total, Size: size}
	binary.BigEndian.PutUint32(p.Sum[:], uint32(index))
	binary.BigEndian.PutUint64(p.Sum[4:], uint64(size))
	return p
}

// other is the same part with other bytes.
func other(p Part) Part {
	p.Sum[31] ^= 0xff
	return p
}

// premium is the same part of an account with Premium.
func premium(p Part) Part {
	p.Premium = true
	return p
}

// run returns the parts from..to-1 of a file, all of one size.
func run(from, to, total int32, size int) []Part {
	var parts []Part
	for i := from; i < to; i++ {
		parts = append(parts, part(i, total, size))
	}
	return parts
}

// join strings lists of parts together.
func join(lists ...[]Part) []Part {
	var all []Part
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// accept feeds parts that have to be accepted.
func accept(t testing.TB, f *File, parts ...Part) {
	t.Helper()
	for _, p := range parts {
		verdict := f.Judge(p)
		require.Nilf(t, verdict.Error, "part %d of %d, %d bytes: %v", p.Index, p.Total, p.Size, sentences(verdict))
		f.Record(p)
		f.Note(verdict, p)
	}
}

// ruleIDs are the ids of the rules that a verdict says were broken.
func ruleIDs(v Verdict) []string {
	ids := []string{}
	for _, finding := range v.Findings {
		ids = append(ids, finding.Rule.ID)
	}
	return ids
}

func sentences(v Verdict) []string {
	all := []string{}
	for _, finding := range v.Findings {
		all = append(all, finding.Rule.ID+": "+finding.Sentence)
	}
	return all
}

// message is the error on the wire, or empty.
func message(v Verdict) string {
	if v.Error == nil {
		return ""
	}
	return v.Error.Message
}
