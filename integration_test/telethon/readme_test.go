package telethon_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
)

// readme.py is the example of the README, word by word, with the command as it is
// installed.
func TestReadmeExample(t *testing.T) {
	t.Parallel()
	python, err := filepath.Abs(drivers.Load(t)[0].Driver[0])
	require.NoError(t, err)
	bin, dir := t.TempDir(), t.TempDir()
	built := clients.Run(t, clients.Command{Path: "go", Args: []string{"build", "-o", filepath.Join(bin, "fakedc"), "../../cmd/fakedc"}})
	require.Zero(t, built.ExitCode, built.Stderr)
	source, err := os.ReadFile("readme.py")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test_readme.py"), source, 0o600))

	r := clients.Run(t, clients.Command{Path: python, Args: []string{"-m", "unittest", "test_readme"}, Dir: dir,
		Env: []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "FAKEDC_CRASH=true"}})
	require.Zero(t, r.ExitCode, r.Stderr)
	require.Contains(t, r.Stderr, "Ran 1 test in ")
	require.Contains(t, r.Stderr, "stopped: 1 upload, 1 complete, 1 used; 1 part refused\n")
}
