package conformance_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/conformance"
)

var update = flag.Bool("update", false, "run all cases against gotd's server, too, and write CONFORMANCE.md anew")

const path = "../CONFORMANCE.md"

// TestTableIsUpToDate runs all cases against fakedc and compares them with the
// table. The other column is renewed with -update only: waiting for what never
// comes takes minutes.
func TestTableIsUpToDate(t *testing.T) {
	ours := fakedc(t)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(document(gotdVersion(t), ours, theirs(t))), 0o644))
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	rows := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(strings.Trim(line, "| \n"), " | "); len(cells) == 4 {
			rows[cells[0]] = cells
		}
	}
	for _, r := range ours {
		row := rows[r.ID]
		require.NotNil(t, row, "%s is not in %s; go test ./integration_test/conformance -update", r.ID, path)
		require.Equal(t, []string{r.ID, cell(r), word(r)}, row[:3], "go test ./integration_test/conformance -update")
	}
	for _, d := range defects {
		require.Equal(t, "**fail**", rows[d.id][3], d.id)
	}
}

func fakedc(t *testing.T) []conformance.Result {
	t.Helper()
	server := mockserver.Start(t, mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnknown: true}})
	return conformance.Run(t.Context(), conformance.Target{Addr: server.Addr(), PublicKey: server.PublicKey().RSA, DC: server.DC()},
		conformance.Options{Known: conformance.Known(), Patience: time.Minute}).Results
}

// tries is how often a case is run against gotd's server until it passes, before it is
// said to fail: what that answers hangs on random padding, and on what else the machine does.
const tries = 3

// theirs runs each case against a fresh server of gotd's, some at once, each in a
// process of its own.
func theirs(t *testing.T) map[string]conformance.Result {
	t.Helper()
	var mu sync.Mutex
	all := map[string]conformance.Result{}
	next := make(chan string)
	var workers sync.WaitGroup
	for range 6 {
		workers.Go(func() {
			g := &gotd{t: t}
			defer g.end()
			for id := range next {
				var r conformance.Result
				for n := 0; n < tries && (n == 0 || r.Status == conformance.Fail); n++ {
					r = g.run(id, conformance.Options{Patience: time.Second})
				}
				mu.Lock()
				all[id] = r
				mu.Unlock()
			}
		})
	}
	for _, c := range conformance.Cases() {
		next <- c.ID
	}
	close(next)
	workers.Wait()
	return all
}

func cell(r conformance.Result) string {
	return fmt.Sprintf("[%s](%s)", strings.ReplaceAll(r.Name, "|", "/"), r.URL)
}

func word(r conformance.Result) string {
	switch {
	case r.Status == conformance.Fail && r.Known != "":
		return "known"
	case r.Status == conformance.Fail:
		return "**fail**"
	}
	return string(r.Status)
}

func document(version string, ours []conformance.Result, theirs map[string]conformance.Result) string {
	var b strings.Builder
	var other []conformance.Result
	for _, r := range ours {
		other = append(other, theirs[r.ID])
	}
	fmt.Fprintf(&b, `# Conformance

The cases of package mockserver/conformance, run against fakedc and against the
test server of gotd/td %s (package tgtest, with the services that it comes
with and a login). Written by

    go test ./integration_test/conformance -update

| | pass | fail | known | skip |
|---|---|---|---|---|
`, version)
	summary(&b, "fakedc", ours)
	summary(&b, "gotd tgtest", other)
	b.WriteString("\n\"known\" are failures that fakedc has on purpose:\n\n")
	for _, k := range conformance.Known() {
		fmt.Fprintf(&b, "- %s: %s\n", k.ID, k.Reason)
	}
	b.WriteString(`
A fail of gotd's server says that three times it did not do what the page asks for; it
was made for gotd's own tests and does not claim to. It has no websocket, obfuscation
and finalising calls, so that all cases about them fail.

| case | requirement | fakedc | gotd tgtest |
|---|---|---|---|
`)
	for i, r := range ours {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.ID, cell(r), word(r), word(other[i]))
	}
	return b.String()
}

func summary(b *strings.Builder, name string, results []conformance.Result) {
	count := map[string]int{}
	for _, r := range results {
		count[word(r)]++
	}
	fmt.Fprintf(b, "| %s | %d | %d | %d | %d |\n", name, count["pass"], count["**fail**"], count["known"], count["skip"])
}

// gotdVersion reads go.mod: a test's binary does not say what it was built of.
func gotdVersion(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "github.com/gotd/td ")
	require.True(t, found)
	version, _, _ := strings.Cut(rest, "\n")
	return version
}
