package matrix

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const root, page = "../..", "../../MATRIX.md"

// The page that is committed has a place for every client, transport and fault of
// today, and none for those that are gone.
func TestPageIsOfToday(t *testing.T) {
	clients, err := Load(root)
	require.NoError(t, err)
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	got, err := Parse(string(text))
	require.NoError(t, err)
	require.Len(t, got.Rows, len(clients), "run go run ./integration_test/cmd/matrix")
	for _, c := range clients {
		row, ok := got.row(c.Name)
		require.True(t, ok, "%s has no row", c.Name)
		if len(row.Transports) > 0 {
			require.Len(t, row.Transports, len(c.Transports), "transports of %s", c.Name)
		}
		for name := range row.Transports {
			require.Contains(t, Columns(), name)
		}
		if len(row.Faults) > 0 {
			require.Len(t, row.Faults, len(Faults()), "faults of %s", c.Name)
			for _, f := range Faults() {
				require.Contains(t, row.Faults, f.Name, c.Name)
			}
		}
	}
	faults, err := tableOf(string(text), faultsHeading)
	require.NoError(t, err)
	require.Len(t, faults, len(Faults())+1)
}

func TestEveryFaultIsAScenario(t *testing.T) {
	for _, f := range Faults() {
		s, err := f.scenario()
		require.NoError(t, err)
		require.NoError(t, s.Validate(), f.Name)
		for _, r := range s.Rules {
			require.Positive(t, r.Times, "%s ends", f.Name)
		}
	}
}

func written(t *testing.T, r *Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, r.Write(&b, 25*time.Second))
	return b.String()
}

func report(clients ...string) (all []*Client, r *Report) {
	for _, name := range clients {
		all = append(all, &Client{Name: name, Transports: []string{"full", "obfuscated"}, Default: "full"})
	}
	return all, NewReport(all, Report{}, "commit 1234567", "2026-01-02")
}

// A run of one client leaves what is known of another, with its day, and says why
// there is nothing newer.
func TestOldRowsStay(t *testing.T) {
	clients, first := report("A", "B")
	cells := Plan(clients, true, true)
	first.Begin(cells)
	for _, c := range cells {
		first.Set(c, Record{Kept: true, Returned: true, Result: Result{OK: true, Library: "lib 1", Layer: 200, Seconds: 2}})
	}
	old, err := Parse(written(t, first))
	require.NoError(t, err)
	require.Equal(t, first.Rows, old.Rows)

	more, _ := report("A", "B", "C")
	second := NewReport(more, old, "commit 7654321", "2026-03-04")
	second.Skip("B", "not installed: npm | ci")
	second.Skip("C", "not installed")
	cells = Plan(more[:1], true, false)
	second.Begin(cells)
	for _, c := range cells {
		second.Set(c, Record{Result: Result{Error: &Failure{Class: timedOut}}, Wire: map[string]string{"full": "full"}[c.Transport]})
	}
	got, err := Parse(written(t, second))
	require.NoError(t, err)

	hangs := map[string]string{"full": "hangs until the timeout", "obfuscated abridged": "hangs until the timeout"}
	require.Equal(t, Row{
		Client: "A", Library: "lib 1", Layer: "200", Transports: hangs, Faults: first.Rows[0].Faults,
		TransportsRun: "2026-03-04", FaultsRun: "2026-01-02",
	}, got.Rows[0], "a driver that was stopped does not say its version")
	const why = "; not run on 2026-03-04: not installed"
	require.Equal(t, Row{
		Client: "B", Library: "lib 1", Layer: "200", Transports: first.Rows[1].Transports, Faults: first.Rows[1].Faults,
		TransportsRun: "2026-01-02" + why + ": npm | ci", FaultsRun: "2026-01-02" + why + ": npm | ci",
	}, got.Rows[1])
	require.Equal(t, Row{
		Client: "C", Transports: map[string]string{}, Faults: map[string]string{},
		TransportsRun: notRun + why, FaultsRun: notRun + why,
	}, got.Rows[2])
	require.Contains(t, written(t, second), "| C | not run | not run |")
}

// The layer is what a driver says last: one that was stopped before it has a library
// without a layer.
func TestLayerOfAStoppedDriver(t *testing.T) {
	for _, test := range []struct {
		name string
		said []Result
		want string
	}{
		{"stopped after one that was not", []Result{{Library: "lib 1", Layer: 200}, {Library: "lib 1"}}, "200"},
		{"a newer library", []Result{{Library: "lib 1", Layer: 200}, {Library: "lib 2", Layer: 201}}, "201"},
		{"a newer library, always stopped", []Result{{Library: "lib 1", Layer: 200}, {Library: "lib 2"}}, "0"},
	} {
		clients, r := report("A")
		r.Begin(Plan(clients, true, true))
		for _, said := range test.said {
			r.Set(Plan(clients, true, false)[0], Record{Result: said})
		}
		require.Equal(t, test.want, r.Rows[0].Layer, test.name)
	}
}

func TestColumns(t *testing.T) {
	for _, v := range []struct{ name, wire, want string }{
		{"full", "full", "full"},
		{"obfuscated", "obfuscated intermediate", "obfuscated intermediate"},
		{"websocket", "websocket obfuscated abridged", "websocket"},
		{"obfuscated", "", "obfuscated abridged"},
		{"padded", "", "padded intermediate"},
		{"obfuscated-padded", "", "obfuscated padded intermediate"},
		{"obfuscated-intermediate", "", "obfuscated intermediate"},
		{"websocket", "", "websocket"},
		{"http", "HTTP", "http"},
		{"http", "", "http"},
	} {
		require.Equal(t, v.want, column(v.name, v.wire), "%+v", v)
		require.Contains(t, Columns(), v.want)
	}
}

func TestParseRefusesWhatItDidNotWrite(t *testing.T) {
	empty, err := Parse(" \n")
	require.NoError(t, err)
	require.Empty(t, empty.Rows)
	_, r := report("A")
	whole := written(t, r)
	for name, broken := range map[string]string{
		"another page":  "# Hello\n",
		"no table":      strings.Replace(whole, "|", "", -1),
		"no faults":     strings.Replace(whole, faultsHeading, "## Other", 1),
		"a cell is off": strings.Replace(whole, "| A |", "| A\n", 1),
	} {
		_, err := Parse(broken)
		require.ErrorContains(t, err, "matrix: ", name)
	}
}

// A page is refused or each of its rows can be filled.
func FuzzParse(f *testing.F) {
	var b strings.Builder
	_, r := report("A")
	require.NoError(f, r.Write(&b, time.Second))
	f.Add(b.String())
	f.Add("\n## Clients\n||\n## Transports\n|\n## Faults\n|`|\n")
	f.Fuzz(func(t *testing.T, page string) {
		got, err := Parse(page)
		if err != nil {
			return
		}
		for _, row := range got.Rows {
			require.NotNil(t, row.Faults)
			require.NotNil(t, row.Transports)
		}
	})
}
