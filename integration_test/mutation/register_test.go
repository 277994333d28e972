package main

import (
	"os"
	"path/filepath"
	"slices"
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
	assert.Equal(t, 50.0, r.figures("").rate())
	assert.InDelta(t, 66.7, r.figures("").rateOfOthers(known), 0.1)
	assert.Empty(t, r.complaints(known, 50))
	assert.Len(t, r.complaints(known, 51), 1)
	assert.Equal(t, 100.0, judged("empty").figures("").rate())
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

// A sample says nothing about the mutants that it leaves out, and nothing is said of none.
func TestSampleKeepsReasons(t *testing.T) {
	r := judged("p", killed)
	r.sampled = true
	known := register{{key: mutantIn("p/f.go", "other").key(), Equivalent: true, Reason: "so"}}
	assert.Empty(t, r.complaints(known, 0))
	assert.Equal(t, 100.0, r.figures("").rateOfOthers(known.among(r.mutants)))
	for _, o := range []options{{sample: 0, processes: 1}, {sample: 1, processes: 0}} {
		require.ErrorContains(t, run(t.Context(), nil, o), "1 at least")
	}
}

// Mutants that are the same but for their number have lines of their own.
func TestListTellsWhatBecameOfEach(t *testing.T) {
	r := judged("p", killed, timedOut, notReached)
	r.mutants[1] = r.mutants[0]
	r.mutants[1].Nth = 2
	want := "killed\t#1\tp/f.go:0: F: negate, change a: if a < b && c {\n" +
		"timed out\t#2\tp/f.go:0: F: negate, change a: if a < b && c {\n" +
		"not reached\t#1\tp/f.go:0: F: negate, change c: if a < b && c {\n"
	assert.Equal(t, want, r.list())
}

func TestRegisterIsMergedAndReadBack(t *testing.T) {
	r := judged("p", killed, survived, survived)
	elsewhere := accepted{key: mutantIn("q/f.go", "< -> <=").key(), Equivalent: true, Reason: "a & b"}
	old := register{
		elsewhere, {key: r.mutants[0].key(), Reason: "outdated"}, {key: r.mutants[2].key(), Reason: "kept"},
	}
	merged := old.merge(r)
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

// What is written can be read, a package that is measured again has its new figures,
// and the others keep theirs.
func TestPageKeepsFigures(t *testing.T) {
	p, q := judged("p", killed, timedOut, survived, notReached).figures("then"), judged("a/q", killed).figures("then")
	path := filepath.Join(t.TempDir(), "page.md")
	none, err := readPage(path)
	require.NoError(t, err)
	require.Empty(t, none)
	require.NoError(t, os.WriteFile(path, []byte(page([]figures{p, q}, nil)), 0o600))
	old, err := readPage(path)
	require.NoError(t, err)
	require.Equal(t, []figures{p, q}, old)

	again, other := judged("p", killed).figures("now"), judged("r", killed).figures("now")
	require.Equal(t, []figures{again, q, other}, withNew(old, []figures{again, other}))
	require.Equal(t, []figures{p, q}, old)
}

func TestPageThatIsBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	for row, want := range map[string]string{"| p | 1 |": "cells", judged("p").figures("x").row(nil)[:5] + "x |": "cells",
		strings.Replace(judged("p").figures("x").row(nil), "| 0 |", "| none |", 1): "none"} {
		require.NoError(t, os.WriteFile(path, []byte(pageHead+row+"\n"), 0o600))
		_, err := readPage(path)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "page.md")
	}
}

func TestPage(t *testing.T) {
	r := judged("p", killed, timedOut, survived, notReached)
	one, two := r.mutants[2].key(), r.mutants[3].key()
	known := register{{key: one, Equivalent: true, Reason: "The same."}, {key: two, Equivalent: true, Reason: "The same."}}
	text := page([]figures{r.figures("2026-01-02, go1")}, known)
	assert.Contains(t, text, "| p | 4 | 1 | 1 | 1 | 1 | 50.0 % | 2 | 100.0 % | 1s | 2026-01-02, go1 |\n")
	assert.Contains(t, text, "\nf.go\n\n- `F`: `if a < b && c {` (negate, change c; negate, change d). Equivalent: The same.\n")

	known[1] = accepted{key: two, Reason: "So be it."}
	text = page([]figures{r.figures("")}, known)
	assert.Contains(t, text, "(negate, change c). Equivalent: The same.\n- `F`: `if a < b && c {` (negate, change d). So be it.\n")
}

// The page is of the list as it is committed, and every package is on it.
func TestPageIsOfToday(t *testing.T) {
	list, err := readRegister("survivors.json")
	require.NoError(t, err)
	text, err := os.ReadFile("../MUTATION.md")
	require.NoError(t, err)
	all, err := readPage("../MUTATION.md")
	require.NoError(t, err)
	assert.Equal(t, page(all, list), string(text), "run go run ./integration_test/mutation -page")
	require.Len(t, all, len(measured))
	for i, f := range all {
		assert.Equal(t, strings.TrimPrefix(measured[i], "./"), f.name)
		assert.GreaterOrEqual(t, f.rate(), 90.0, f.name)
		assert.Equal(t, f.mutants, f.killed+f.timedOut+f.survived+f.unreached)
		own := 0
		for _, a := range list {
			if of(f.name, a.File) {
				own++
			}
		}
		assert.Equal(t, f.survived+f.unreached, own, "%s: the list is of another run than the figures", f.name)
	}
}

// Every reason in the list is one, for a line that there is.
func TestEverySurvivorHasAReason(t *testing.T) {
	list, err := readRegister("survivors.json")
	require.NoError(t, err)
	seen := map[key]bool{}
	for _, a := range list {
		assert.GreaterOrEqual(t, len(strings.Fields(a.Reason)), 4, "%+v", a.key)
		assert.False(t, seen[a.key], "twice: %+v", a.key)
		seen[a.key] = true
		text, err := os.ReadFile(filepath.Join("..", "..", a.File))
		require.NoError(t, err)
		assert.True(t, slices.ContainsFunc(strings.Split(string(text), "\n"), func(line string) bool { return strings.TrimSpace(line) == a.Source }),
			"there is no such line any more: %+v", a.key)
	}
}
