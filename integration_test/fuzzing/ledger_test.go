package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pageAt is the page's own file, seen from here.
const pageAt = "../FUZZING.md"

// Each target has its row with its own words, and no row is without a target.
func TestTableListsTheTargets(t *testing.T) {
	targets, err := find("../..")
	require.NoError(t, err)
	require.Greater(t, len(targets), 25)
	rows, err := ledger{pageAt}.read()
	require.NoError(t, err)
	var listed []target
	for _, r := range rows {
		listed = append(listed, r.target)
	}
	require.Equal(t, targets, listed, "go run ./integration_test/fuzzing -rows")
	text, err := os.ReadFile(pageAt)
	require.NoError(t, err)
	require.Contains(t, string(text), beginMark+rows.String()+endMark, "the sums are those of the rows")
	for _, x := range targets {
		require.NotEmpty(t, x.About, "%s needs a comment: what does it hold against what?", x)
	}
}

func TestTableIsItsOwnState(t *testing.T) {
	rows := table{
		{target{"a/b", "FuzzX", "either a | b or ||"}, 1234567, 61, "2026-11-27", 12, 1},
		{target{"a/b", "FuzzY", ""}, 0, 0, never, 0, 0},
	}
	text := rows.String()
	require.Contains(t, text, "**1,234,567 executions** of 2 targets, in 1m1s of fuzzing.")
	require.Contains(t, text, "| 1,234,567 | 61 | 20,238 | 2026-11-27 | 12 | 1 |")
	again, err := parseTable(text)
	require.NoError(t, err)
	require.Equal(t, rows, again)

	again, err = parseTable(table{rows[1], rows[0]}.String())
	require.NoError(t, err)
	require.Equal(t, rows, again, "in the order in which they are found, whoever renamed one")
}

func TestTableThatCannotBeRead(t *testing.T) {
	for name, line := range map[string]string{
		"a cell too few": "| a | FuzzX | x | 1 | 1 | 1 | never | 0 |",
		"no number":      "| a | FuzzX | x | many | 1 | 1 | never | 0 | 0 |",
		"negative":       "| a | FuzzX | x | -1 | 1 | 1 | never | 0 | 0 |",
		"no date":        "| a | FuzzX | x | 1 | 1 | 1 | yesterday | 0 | 0 |",
		"prose":          "see below",
	} {
		_, err := parseTable(tableHead + "\n" + tableRule + "\n" + line + "\n")
		require.ErrorContains(t, err, "line 3", name)
	}
	_, err := parseTable("| another | table |\n")
	require.ErrorContains(t, err, "there is no line")
}

func emptyPage(t *testing.T) ledger {
	t.Helper()
	path := filepath.Join(t.TempDir(), "PAGE.md")
	require.NoError(t, os.WriteFile(path, []byte("# By hand\n\n"+beginMark+table(nil).String()+endMark+"\nafter\n"), 0o644))
	return ledger{path}
}

// Runs that go on at the same time lose nothing of each other, nor of what is written
// by hand, and leave nothing behind.
func TestRunsAddUp(t *testing.T) {
	l := emptyPage(t)
	x, y := target{"p", "FuzzX", "x"}, target{"o", "FuzzY", "y"}
	day := time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				_ = l.add(x, 100, 2, 7, 0, day)
				_ = l.add(y, 1, 0, 0, 1, day)
			}
		})
	}
	all.Wait()
	rows, err := l.read()
	require.NoError(t, err)
	require.Equal(t, table{{y, 40, 0, "2026-11-27", 0, 40}, {x, 4000, 80, "2026-11-27", 7, 0}}, rows)
	text, err := os.ReadFile(l.path)
	require.NoError(t, err)
	require.Regexp(t, "(?s)^# By hand\n\n.*\nafter\n$", string(text))
	left, err := os.ReadDir(filepath.Dir(l.path))
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// A run with an empty build cache, or one that ended before the fuzzer counted its inputs,
// takes nothing back.
func TestCorpusNeverShrinks(t *testing.T) {
	l := emptyPage(t)
	x := target{"p", "FuzzX", "x"}
	for _, step := range []struct{ seen, want int }{{0, 0}, {7, 7}, {361, 361}, {40, 361}, {0, 361}, {362, 362}} {
		require.NoError(t, l.add(x, 1, 1, step.seen, 0, time.Now()))
		rows, err := l.read()
		require.NoError(t, err)
		require.Equal(t, step.want, rows[0].Corpus)
	}
}

// A page that somebody else is in the middle of, or broke, is left as it is.
func TestBrokenPageStays(t *testing.T) {
	l := emptyPage(t)
	for _, text := range []string{"# no marks\n", beginMark + "no table\n" + endMark} {
		require.NoError(t, os.WriteFile(l.path, []byte(text), 0o644))
		require.ErrorContains(t, l.add(target{}, 1, 1, 1, 0, time.Now()), l.path)
		after, err := os.ReadFile(l.path)
		require.NoError(t, err)
		require.Equal(t, text, string(after))
	}
}

// Rows of targets that are gone go with what they counted; others keep theirs and get
// the words of today.
func TestKeep(t *testing.T) {
	rows := table{{target{"a", "FuzzOld", "x"}, 5, 1, never, 1, 0}, {target{"b", "FuzzX", "old words"}, 7, 1, never, 1, 0}}
	rows.keep([]target{{"a", "FuzzNew", "new"}, {"b", "FuzzX", "new words"}})
	require.Equal(t, table{{target{"a", "FuzzNew", "new"}, 0, 0, never, 0, 0}, {target{"b", "FuzzX", "new words"}, 7, 1, never, 1, 0}}, rows)
}
