package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func mutantIn(file, change string) mutant {
	return mutant{File: file, Func: "F", Operator: opNegate, Change: change, Source: "if a < b && c {", Nth: 1}
}

// judged is a package with a mutant for each outcome.
func judged(name string, outcomes ...outcome) *result {
	r := &result{name: name, outcomes: outcomes, took: time.Second}
	for i := range outcomes {
		r.mutants = append(r.mutants, mutantIn(name+"/f.go", "change "+string(rune('a'+i))))
	}
	return r
}

func TestRatesCountAcceptedSurvivorsAsAlive(t *testing.T) {
	r := judged("p", killed, timedOut, survived, notReached)
	known := register{{key: r.mutants[2].key(), Equivalent: true, Reason: "the same"}, {key: r.mutants[3].key(), Reason: "so be it"}}
	assert.Equal(t, 50.0, r.rate())
	assert.InDelta(t, 66.7, r.rateOfKillable(known), 0.1)
	assert.Empty(t, r.complaints(known, 50))
	assert.Len(t, r.complaints(known, 51), 1)
	assert.Equal(t, 100.0, judged("empty").rate())
}

func TestComplaints(t *testing.T) {
	r := judged("p", killed, survived)
	gone := mutantIn("p/f.go", "not there").key()
	for _, c := range []struct {
		name  string
		known register
		want  string
	}{
		{"no reason", nil, "no reason is given: p/f.go"},
		{"empty reason", register{{key: r.mutants[1].key()}}, "no reason is given: p/f.go"},
		{"reason", register{{key: r.mutants[1].key(), Reason: "so"}}, ""},
		{"reason for a killed one", register{{key: r.mutants[1].key(), Reason: "so"}, {key: r.mutants[0].key(), Reason: "so"}}, "take it out"},
		{"reason for one that is gone", register{{key: r.mutants[1].key(), Reason: "so"}, {key: gone, Reason: "so"}}, "take it out"},
		{"reason in another package", register{{key: r.mutants[1].key(), Reason: "so"}, {key: mutantIn("p/q/f.go", "x").key(), Reason: "so"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(r.complaints(c.known, 0), "\n")
			if c.want == "" {
				assert.Empty(t, got)
			} else {
				assert.Contains(t, got, c.want)
			}
		})
	}
}

// A sample says nothing about the mutants that it leaves out.
func TestSampleKeepsReasons(t *testing.T) {
	r := judged("p", killed)
	r.sampled = true
	assert.Empty(t, r.complaints(register{{key: mutantIn("p/f.go", "other").key(), Reason: "so"}}, 0))
}

func TestRegisterIsMergedAndReadBack(t *testing.T) {
	r := judged("p", killed, survived, survived)
	elsewhere := accepted{key: mutantIn("q/f.go", "< -> <=").key(), Equivalent: true, Reason: "a & b"}
	old := register{
		elsewhere, {key: r.mutants[0].key(), Reason: "outdated"}, {key: r.mutants[2].key(), Reason: "kept"},
	}
	merged := old.merge([]*result{r})
	want := register{elsewhere, {key: r.mutants[1].key()}, {key: r.mutants[2].key(), Reason: "kept"}}
	assert.Equal(t, want, merged)

	path := filepath.Join(t.TempDir(), "survivors.json")
	require.NoError(t, merged.write(path))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"source":"if a < b && c {"`, "a person reads it")
	read, err := readRegister(path)
	require.NoError(t, err)
	assert.Equal(t, merged, read)
}

func TestRegisterSaysWhereItIsWrong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "survivors.json")
	require.NoError(t, os.WriteFile(path, []byte(`[{"resaon":"x"}]`), 0o600))
	_, err := readRegister(path)
	require.ErrorContains(t, err, "survivors.json")
	require.ErrorContains(t, err, "resaon")
}

func TestPage(t *testing.T) {
	r := judged("p", killed, timedOut, survived, notReached)
	known := register{{key: r.mutants[2].key(), Equivalent: true, Reason: "The same."}, {key: r.mutants[3].key(), Reason: "So be it."}}
	text := page([]*result{r}, known, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	assert.Contains(t, text, "Measured on 2026-01-02")
	assert.Contains(t, text, "| p | 4 | 1 | 1 | 1 | 1 | 50.0 % | 1 | 66.7 % | 1s |")
	assert.Contains(t, text, "- `F`, negate, change c: `if a < b && c {`. Equivalent: The same.\n")
	assert.Contains(t, text, "- `F`, negate, change d: `if a < b && c {`. So be it.\n")
}

// Every reason in the list is one.
func TestEverySurvivorHasAReason(t *testing.T) {
	list, err := readRegister("survivors.json")
	require.NoError(t, err)
	seen := map[key]bool{}
	for _, a := range list {
		assert.GreaterOrEqual(t, len(strings.Fields(a.Reason)), 4, "%+v", a.key)
		assert.False(t, seen[a.key], "twice: %+v", a.key)
		seen[a.key] = true
		assert.FileExists(t, filepath.Join("..", "..", a.File))
	}
}
