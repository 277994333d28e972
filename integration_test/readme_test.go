package integration_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

var update = flag.Bool("update", false, "rewrite generated parts of README.md")

const readme = "../README.md"

// section checks the part of README between two markers, or rewrites it.
func section(t *testing.T, name, want string) {
	t.Helper()
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->"
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok, "README has no %s", begin)
	got, after, ok := strings.Cut(rest, end)
	require.True(t, ok, "README has no %s", end)
	if *update {
		require.NoError(t, os.WriteFile(readme, []byte(before+begin+want+end+after), 0o644))
		return
	}
	require.Equal(t, want, got, "run go test ./integration_test -update")
}

func TestReadmeRules(t *testing.T) {
	var b strings.Builder
	b.WriteString("| rule | error | when | sure | docs | observed |\n|---|---|---|---|---|---|\n")
	for _, r := range validator.MustNew(validator.Options{}).Rules() {
		if r.CheckedBy != "validator" {
			continue
		}
		fmt.Fprintf(&b, "| [%s](%s) | %s | %s | %s | %s | %s |\n", r.ID, r.Source, r.Error,
			strings.ReplaceAll(r.Condition, "|", `\|`), r.Confidence, r.Docs, r.Observed)
	}
	section(t, "rules", b.String())
}

func TestReadmeMethods(t *testing.T) {
	names := mockserver.Methods()
	sort.Strings(names)
	section(t, "methods", "| methods | "+strings.Join(names, ", ")+" |\n")
}

func TestReadmeGramJS(t *testing.T) {
	src, err := os.ReadFile("gramjs/readme.test.mjs")
	require.NoError(t, err)
	section(t, "gramjs", "```js\n"+string(src)+"```\n")
}

func TestReadmeTelethon(t *testing.T) {
	src, err := os.ReadFile("telethon/readme.py")
	require.NoError(t, err)
	section(t, "telethon", "```python\n"+string(src)+"```\n")
}

func TestReadmeTDLib(t *testing.T) {
	src, err := os.ReadFile("tdlib/fakedc.mjs")
	require.NoError(t, err)
	section(t, "tdlib", "```js\n"+string(src)+"```\n")
}

var fence = regexp.MustCompile("(?s)```(\\w+)\n(.*?)```")

func TestReadmeGoCompiles(t *testing.T) {
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	blocks := 0
	for _, m := range fence.FindAllStringSubmatch(string(text), -1) {
		if m[1] != "go" || !strings.HasPrefix(m[2], "package ") {
			continue // the others are cut out of files that are compiled anyway
		}
		blocks++
		dir, err := os.MkdirTemp(".", "readme-") // inside the module, to be resolved by its go.mod
		require.NoError(t, err)
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		require.NoError(t, os.WriteFile(filepath.Join(dir, "readme_test.go"), []byte(m[2]), 0o644))
		out, err := exec.Command("go", "vet", "./"+dir).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	require.Positive(t, blocks)
}

func TestReadmeScenariosAreRight(t *testing.T) {
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	blocks := 0
	for _, m := range fence.FindAllStringSubmatch(string(text), -1) {
		if m[1] == "yaml" {
			blocks++
			_, err := scenarios.Parse("README.md", []byte(m[2]))
			require.NoError(t, err)
		}
	}
	require.Positive(t, blocks)
}

var link = regexp.MustCompile(`\]\(([^)#]+)\)`)

// A link to a file that is not there is a promise that was not kept.
func TestReadmeLinksExist(t *testing.T) {
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	found := 0
	for _, m := range link.FindAllStringSubmatch(string(text), -1) {
		if strings.Contains(m[1], "://") {
			continue
		}
		found++
		_, err := os.Stat(filepath.Join("..", filepath.FromSlash(m[1])))
		require.NoError(t, err, m[1])
	}
	require.Positive(t, found)
}
