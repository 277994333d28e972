package scenarios

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// requireGolden compares text with a file under testdata, or writes it with -update.
func requireGolden(t *testing.T, got, golden string) {
	t.Helper()
	golden = filepath.FromSlash(golden)
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// mustParse returns the scenario of a text that has to be right.
func mustParse(t testing.TB, text string) *Scenario {
	t.Helper()
	s, err := Parse("test.yaml", []byte(text))
	require.NoError(t, err)
	return s
}

// parseRule returns the only rule of a file whose rule is given as the inside of a flow mapping.
func parseRule(t testing.TB, rule string) Rule {
	t.Helper()
	s := mustParse(t, "fakedc: 1\nrules:\n  - { "+rule+" }\n")
	require.Len(t, s.Rules, 1)
	return s.Rules[0]
}

// mustCompile returns the engine of rules that have to be right.
func mustCompile(t testing.TB, seed uint64, rules ...Rule) *Engine {
	t.Helper()
	e, err := (&Scenario{Rules: rules}).Compile(seed)
	require.NoError(t, err)
	return e
}

// bigPart is a call that uploads 1 KiB as a part of the first file.
func bigPart(part, total int32) *Call {
	return &Call{Method: "upload.saveBigFilePart", HasPart: true, Part: part, Total: total, Size: 1024,
		FileOrdinal: 1, Attempt: 1, Session: 1, Connection: 1, Account: 1}
}

// refuse is a reply that tests can tell from every other.
var refuse = ErrorReply("FILE_PART_INVALID")

// write puts a file below a directory.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
