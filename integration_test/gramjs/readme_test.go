package gramjs_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
)

// readme.test.mjs is the example of the README, word by word, run as it says there
// and with the command as it is installed. That it ends shows that the flag is
// enough: GramJS alone would keep the process for ever.
func TestReadmeExample(t *testing.T) {
	t.Parallel()
	interpreter, bin := node(t), t.TempDir()
	built := clients.Run(t, clients.Command{Path: "go", Args: []string{"build", "-o", filepath.Join(bin, "fakedc"), "../../cmd/fakedc"}, Limit: limit})
	require.Zero(t, built.ExitCode, built.Stderr)

	r := clients.Run(t, clients.Command{Path: interpreter, Args: []string{"--test", "--test-force-exit", "readme.test.mjs"}, Limit: limit,
		Env: []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "FAKEDC_CRASH=true"}})
	require.Zero(t, r.ExitCode, r.Stdout)
	require.Contains(t, r.Stdout, "# pass 1\n")
	require.Contains(t, r.Stdout, "stopped: 1 upload, 1 complete, 1 used; 1 part refused\n")
}
