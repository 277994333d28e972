package matrix

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// The test binary is its own driver: with this argument it does as it says.
const behave = "behave="

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && strings.HasPrefix(os.Args[1], behave) {
		drive(strings.TrimPrefix(os.Args[1], behave))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func drive(how string) {
	var j Job
	if err := json.NewDecoder(os.Stdin).Decode(&j); err != nil {
		os.Exit(9)
	}
	switch how {
	case "well":
		fmt.Fprintln(os.Stderr, strings.Repeat("noise\n", 100_000))
		fmt.Printf("noise\n{\"ok\":true,\"library\":\"lib 1\",\"note\":%q}\n", j.As+" "+j.Action+" "+j.Transport)
	case "die":
		fmt.Fprintln(os.Stderr, "a trace\nNo module named lib")
		os.Exit(3)
	case "chat":
		fmt.Println("hello")
	case "shrug":
		fmt.Println(`{"ok":false}`)
	}
}

func driver(t *testing.T, how string) *Client {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return &Client{Name: "driver", Driver: []string{self, behave + how}, dir: t.TempDir(), program: self}
}

// A driver that does not do its duty is told from a client that fails.
func TestDrivers(t *testing.T) {
	for how, want := range map[string]Result{
		"well":  {OK: true, Library: "lib 1", Note: "bot upload full"},
		"die":   {Error: &Failure{Class: driverFailed, Message: "exit status 3: No module named lib"}},
		"chat":  {Error: &Failure{Class: driverFailed, Message: "its answer is not JSON: invalid character 'h' looking for beginning of value"}},
		"shrug": {Error: &Failure{Class: driverFailed, Message: "it reported neither success nor an error"}},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			got := driver(t, how).Do(t.Context(), Job{As: "bot", Action: "upload", Transport: "full", Timeout: 60})
			require.Equal(t, want, got)
			require.Equal(t, how != "well", Record{Result: got}.DriverFailed())
		})
	}
}

// A cell has a server of its own; nobody uploads here, and it is said.
func TestCellOfAnIdleDriver(t *testing.T) {
	f := faultNamed(t, "part-lost")
	var seen []string
	r := Runner{Timeout: time.Minute, Jobs: 2, Records: t.TempDir(), Done: func(c Cell, r Record, _ time.Duration) {
		seen = append(seen, c.String()+": "+c.Words(r))
	}}
	c := driver(t, "well")
	require.NoError(t, r.Run(t.Context(), []Cell{{Client: c, Transport: "full"}, {Client: c, Transport: "full", Fault: &f}}))
	require.ElementsMatch(t, []string{
		"driver, over full: **reports success, but the file is not there**",
		"driver, part-lost: fault not met, **reports success, but the file is not there**",
	}, seen)
	kept, err := filepath.Glob(filepath.Join(r.Records, "*.json"))
	require.NoError(t, err)
	require.Len(t, kept, 2)
}

// Only what bears on the fault is kept of a journal.
func TestDecisive(t *testing.T) {
	part := func(file int, part int32, attempt int, fault string) mockserver.Event {
		return mockserver.Event{Kind: mockserver.EventPart, File: file, Part: &part, Attempt: attempt, Fault: fault}
	}
	connect, call := mockserver.Event{Kind: mockserver.EventConnect}, mockserver.Event{Kind: mockserver.EventCall}
	got := decisive([]mockserver.Event{
		connect, part(1, 3, 1, ""), part(1, 4, 1, "rule"), part(1, 5, 1, ""), call, connect, part(1, 3, 2, ""), part(1, 4, 2, ""), part(2, 0, 1, ""), part(2, 1, 1, ""),
	})
	require.Equal(t, []mockserver.Event{part(1, 4, 1, "rule"), connect, part(1, 3, 2, ""), part(1, 4, 2, ""), part(2, 0, 1, "")}, got)
	require.Empty(t, decisive([]mockserver.Event{connect, part(1, 3, 1, "")}))
}

func TestLoad(t *testing.T) {
	write := func(text string) string {
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(dir, "a"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a", "manifest.json"), []byte(text), 0o600))
		return dir
	}
	const ok = `{"name": "%s", "driver": ["./x"], "needs": ["lib"], "install": "npm ci", "transports": ["full"], "default": "full"}`
	all, err := Load(write("[" + fmt.Sprintf(ok, "b") + "," + fmt.Sprintf(ok, "A") + "]"))
	require.NoError(t, err)
	require.Equal(t, "A", all[0].Name)
	require.Equal(t, "b", all[1].Name)
	require.EqualError(t, all[0].Prepare(t.Context(), t.TempDir()), "not installed: npm ci")

	for text, want := range map[string]string{
		`{"name": "a"}`: "name, transports, default and either driver or build are needed",
		`{`:             "invalid character",
		strings.Replace(fmt.Sprintf(ok, "a"), `"needs"`, `"build": ".", "needs"`, 1): "either driver or build",
	} {
		_, err := Load(write(text))
		require.ErrorContains(t, err, want)
	}
	_, err = Load(t.TempDir())
	require.ErrorContains(t, err, "there is no client in")
}
