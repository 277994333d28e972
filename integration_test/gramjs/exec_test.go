package gramjs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver/doctor"
)

// fakedc exec --scenario builtin:flood-wait -- node upload.js: the command as it is
// installed, GramJS as it is published, and what both leave behind.
func TestExec(t *testing.T) {
	t.Parallel()
	interpreter := node(t)
	program, err := filepath.Abs("upload.js")
	require.NoError(t, err)
	fakedc := filepath.Join(t.TempDir(), "fakedc.exe") // Windows runs nothing without
	built := clients.Run(t, clients.Command{Path: "go", Args: []string{"build", "-o", fakedc, "../../cmd/fakedc"}, Limit: limit})
	require.Zero(t, built.ExitCode, built.Stderr)
	big := drivers.NewFile(t, bigSize)
	dir := filepath.Dir(big.Path)
	require.NoError(t, os.Rename(big.Path, filepath.Join(dir, "big.bin")))

	r := clients.Run(t, clients.Command{Path: fakedc, Dir: dir, Limit: limit, Args: []string{
		"exec", "--crash", "--scenario", "builtin:flood-wait", "--journal", "run.jsonl", "--report", "json=report.json", "--report", "junit=report.xml",
		"--", interpreter, program,
	}})
	require.Zero(t, r.ExitCode, r.Stderr)
	require.Contains(t, r.Stdout, "uploaded 12583000 bytes\n")
	require.Contains(t, r.Stderr, "upload 1: 97 parts stored, 1 refused, 1 sent again: complete and used\n")

	var report struct {
		Passed bool `json:"passed"`
	}
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &report))
	require.True(t, report.Passed)
	text, err = os.ReadFile(filepath.Join(dir, "report.xml"))
	require.NoError(t, err)
	require.Contains(t, string(text), `<testcase classname="fakedc.rule" name="part.size_changed">`)

	journal, err := os.Open(filepath.Join(dir, "run.jsonl"))
	require.NoError(t, err)
	defer func() { require.NoError(t, journal.Close()) }()
	told, err := doctor.Examine(journal)
	require.NoError(t, err)
	require.True(t, told.Whole)
	require.Zero(t, told.Wrong(), "%+v", told.Uploads)
	require.Equal(t, doctor.Used, told.Uploads[0].End)
}
