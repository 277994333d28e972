package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTakers holds those that are looked at for a rule against all that may take calls from it, for each pair of sets.
func TestTakers(t *testing.T) {
	span := func(from, to int64) Span { return Span{From: from, To: to} }
	sets := []Numbers{
		{}, {Even: true}, {Last: true}, Exactly(1), Exactly(2), {Spans: []Span{span(2, 2)}, Last: true}, {Spans: []Span{span(1, 1), span(1, 1)}},
		{Spans: []Span{span(1, 2)}}, {Spans: []Span{span(1, 1), span(2, 2)}}, {Spans: []Span{span(2, 9)}, Odd: true},
	}
	var all []Match
	for _, file := range sets {
		for _, part := range sets {
			all = append(all, Match{File: file, Part: part})
		}
	}
	index := takers{}
	for i := range all {
		index.add(&all[i], i)
	}
	for i := range all {
		inner := &all[i]
		found := index.of(inner)
		require.IsIncreasing(t, found)
		for outer := range all {
			if all[outer].File.holdsAll(&inner.File) && (all[outer].Part.meets(&inner.Part) || all[outer].Part.holdsAll(&inner.Part)) {
				require.Contains(t, found, outer, "%+v may take calls of %+v", all[outer], *inner)
			}
		}
	}
}

// TestTakersOfARecording is why a long recording is linted in the time that it takes to read it: hardly any two of its rules are about
// the same part of the same file.
func TestTakersOfARecording(t *testing.T) {
	var b strings.Builder
	b.WriteString("fakedc: 1\nrules:\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "- { match: { file: %d, part: %d, attempt: 1 }, reply: { answer: false } }\n", 1+i/500, i%500)
	}
	b.WriteString("- { match: { file: 2, part: 499, attempt: 1 }, reply: { answer: true } }\n")
	s := mustParse(t, b.String())
	index := takers{}
	for i := range s.Rules {
		require.LessOrEqual(t, len(index.of(&s.Rules[i].Match)), 1)
		index.add(&s.Rules[i].Match, i)
	}
	requireWarnings(t, b.String(), answered, []string{`1003:3: never-fires: rules[1000]: the rule can never fire: rules[999] (line 1002) takes every call that it matches`})
}
