package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sampleMutants are those of testdata/sample, listed by hand: operator, change
// and what becomes of it, in the order of the code.
var sampleMutants = map[string][]string{
	"var Wait": {"constant, 2 * time.Second -> twice: killed"},
	"Less":     {"boundary, < -> <=: killed", "negate, < -> >=: killed"},
	"Both":     {"logic, && -> ||: killed"},
	"Not":      {"negate, !x -> x: killed"},
	"Sum": {
		"branch, loop never entered: killed", "arith, + -> -: killed", "delete, assignment left out: killed",
	},
	"Bit":   {"arith, << -> >>: killed", "constant, 1 -> 0: killed"},
	"Limit": {"constant, limit -> +1: killed"},
	"Yes":   {"constant, true -> false: killed"},
	"Count": {
		"constant, 0 -> +1: killed", "boundary, < -> <=: killed", "negate, < -> >=: killed", "branch, never: killed",
		"step, ++ -> opposite: timed out", "delete, ++ left out: timed out",
		"step, ++ -> opposite: killed", "delete, ++ left out: killed",
	},
	"Middle": {"bound, low + 1: killed", "bound, high - 1: killed"},
	"Check":  {"negate, !x -> x: killed", "branch, never: killed", "error, error -> nil: killed"},
	"Name": {
		"branch, case never: killed", "constant, 3 -> +1: killed", "delete, assignment left out: killed",
		"branch, case never: killed", "constant, 4 -> +1: killed", "constant, 5 -> +1: killed",
		"branch, default never: killed",
	},
	"Sort": {"branch, case never: killed"},
	"Sign": {
		"boundary, < -> <=: killed", "negate, < -> >=: killed", "constant, 0 -> +1: killed", "branch, never: killed",
		"branch, else never: killed",
	},
	// All of it is asleep: nobody has to wait for the time to be over.
	"Wake": {"negate, != -> ==: killed", "branch, never: killed", "delete, call left out: killed"},
	// All of it is asleep, too, but Go cannot tell.
	"Release": {"delete, call left out: timed out"},
	"Unused":  {"arith, * -> /: not reached", "constant, 7 -> +1: not reached"},
	"Weak":    {"arith, - -> +: survived", "constant, 7 -> +1: survived"},
}

const samplePath = "./testdata/sample"

// needShell skips where test processes cannot be held to their memory.
func needShell(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no sh to start test processes with: ", err)
	}
}

// sampleProgram is what is built of the sample.
func sampleProgram(t *testing.T) (*program, []mutant) {
	t.Helper()
	needShell(t)
	s, err := load(samplePath)
	require.NoError(t, err)
	texts, mutants := rewrite(s)
	p, err := build(context.Background(), s, texts, len(mutants), t.TempDir())
	require.NoError(t, err)
	return p, mutants
}

func TestMutantsOfTheSampleAndWhatBecomesOfThem(t *testing.T) {
	p, mutants := sampleProgram(t)
	reaches, err := p.reaches(context.Background())
	require.NoError(t, err)
	outcomes, err := p.tryAll(context.Background(), mutants, reaches, 2)
	require.NoError(t, err)

	got := map[string][]string{}
	for i, m := range mutants {
		require.Equal(t, i+1, m.ID)
		got[m.Func] = append(got[m.Func], fmt.Sprintf("%s, %s: %v", m.Operator, m.Change, outcomes[i]))
	}
	for name, want := range sampleMutants {
		assert.ElementsMatch(t, want, got[name], name)
	}
	assert.Len(t, got, len(sampleMutants))
}

// The same mutants have the same keys after lines were put before them.
func TestKeysDoNotDependOnLines(t *testing.T) {
	s, err := load(samplePath)
	require.NoError(t, err)
	_, before := rewrite(s)
	moved := &source{Path: s.Path, Dir: s.Dir, Name: s.Name, fset: s.fset}
	text := strings.Replace(string(s.files[0].text), "const limit", "\n\n// limit is far away.\nconst limit", 1)
	require.NoError(t, moved.parseText(s.files[0].path, []byte(text)))
	require.NoError(t, moved.check(exportsOf(t)))
	_, after := rewrite(moved)
	require.Len(t, after, len(before))
	for i := range before {
		assert.Equal(t, before[i].key(), after[i].key())
		assert.Equal(t, before[i].Line+3, after[i].Line)
	}
}

func exportsOf(t *testing.T) map[string]string {
	t.Helper()
	packages, err := list(samplePath)
	require.NoError(t, err)
	exports := map[string]string{}
	for _, p := range packages {
		exports[p.ImportPath] = p.Export
	}
	return exports
}

// A test that fails by itself would kill every mutant: the run ends with it.
func TestTestsHaveToPassWithoutAMutant(t *testing.T) {
	needShell(t)
	s, err := load(samplePath)
	require.NoError(t, err)
	texts, mutants := rewrite(s)
	for path, text := range texts {
		texts[path] = strings.Replace(text, `"not ok"`, `"wrong"`, 1)
	}
	p, err := build(context.Background(), s, texts, len(mutants), t.TempDir())
	require.NoError(t, err)
	_, err = p.reaches(context.Background())
	require.ErrorContains(t, err, "TestCheck fails without a mutant")
}
