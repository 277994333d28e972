package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
	"github.com/fakedc/fakedc/validator"
)

// What an upload lacks is said as far as anybody knows it.
func TestStateOf(t *testing.T) {
	for _, tc := range []struct {
		name      string
		report    validator.Report
		announced int32
		want      string
	}{
		{"used", validator.Report{Finalised: true, Complete: true, Total: 4, Stored: 4}, 4, "complete and used"},
		{"all parts are there", validator.Report{Complete: true, Total: 4, Stored: 4}, 4, "complete"},
		{"one is missing", validator.Report{Total: 4, Stored: 3, MissingCount: 1}, 4, "incomplete, 1 part missing"},
		{"all were refused", validator.Report{Total: -1, RefusedCount: 100, MissingCount: 100}, 100, "incomplete, 100 parts missing"},
		{"all but those of a stream were refused", validator.Report{Total: -1, Stored: 2, MissingCount: 3}, 5, "incomplete, 3 parts missing"},
		{"a hole in a stream", validator.Report{Total: -1, Stored: 2, MissingCount: 1}, 0, "incomplete, at least 1 part missing"},
		{"a stream without an end", validator.Report{Total: -1, Stored: 2}, 0, "used in no message, and no part said how many there are"},
	} {
		require.Equal(t, tc.want, stateOf(mockserver.Upload{Report: tc.report}, tc.announced), tc.name)
	}
}

// What is found many times in the same words is told once, where it was found first.
func TestFindingLines(t *testing.T) {
	for name, tc := range map[string]struct {
		texts []string
		more  int
		want  []string
	}{
		"nothing":      {nil, 0, nil},
		"each its own": {[]string{"part 1 came again", "part 3 came again"}, 0, []string{"part 1 came again", "part 3 came again"}},
		"in a loop": {[]string{"part 1 came again", "part 3 came again", "part 1 came again", "part 1 came again"}, 49,
			[]string{"part 1 came again (3 times)", "part 3 came again", "and 49 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := oracle.Check{More: tc.more}
			for _, text := range tc.texts {
				c.Findings = append(c.Findings, oracle.Finding{Text: text})
			}
			require.Equal(t, tc.want, findingLines(c))
		})
	}
}
