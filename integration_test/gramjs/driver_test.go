package gramjs_test

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/mockserver"
)

// driven is what driver.js reports to the matrix.
type driven struct {
	OK      bool   `json:"ok"`
	SHA256  string `json:"sha256"`
	Size    int    `json:"size"`
	Note    string `json:"note"`
	Library string `json:"library"`
	Layer   int    `json:"layer"`
	Error   *struct {
		Class, Message string
		Code           int
	} `json:"error"`
}

// drive gives driver.js a job and decodes the one line that it may print.
func drive(t *testing.T, dc *mockserver.Server, f file, j map[string]any) (r driven) {
	t.Helper()
	all := map[string]any{"dc": addressOf(t, dc), "path": f.path, "name": "a.bin", "transport": "full", "as": "user", "action": "roundtrip", "timeout": 150}
	maps.Copy(all, j)
	text, err := json.Marshal(all)
	require.NoError(t, err)
	ran := clients.Run(t, clients.Command{Path: node(t), Args: []string{"driver.js"}, Stdin: string(text), Limit: limit})
	require.Zero(t, ran.ExitCode, ran.Stderr)
	require.Equal(t, 1, strings.Count(ran.Stdout, "\n"), "one line: %s", ran.Stdout)
	require.NoError(t, json.Unmarshal([]byte(ran.Stdout), &r))
	require.Equal(t, "telegram "+version(t), r.Library)
	require.Equal(t, 198, r.Layer)
	return r
}

// version is what the manifest says; the lock file has to agree.
func version(t *testing.T) string {
	t.Helper()
	var m struct{ Version string }
	text, err := os.ReadFile("manifest.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &m))
	return m.Version
}

func TestDriverRoundTrip(t *testing.T) {
	t.Parallel()
	dc, small := mockserver.Start(t, mockserver.Options{}), newFile(t, smallSize)
	r := drive(t, dc, small, map[string]any{"transport": "obfuscated"})
	require.True(t, r.OK, "%+v", r.Error)
	require.Equal(t, small.sha256, r.SHA256)
	require.Equal(t, small.size, r.Size)
	require.Equal(t, "logged in as a user", r.Note)
	requireStored(t, dc.Uploads()[0], small)
}

func TestDriverRefusal(t *testing.T) {
	t.Parallel()
	r := drive(t, builtin(t, "file-part-empty"), newFile(t, smallSize), map[string]any{"as": "bot", "action": "upload"})
	require.False(t, r.OK)
	require.Equal(t, "RPCError", r.Error.Class)
	require.Equal(t, 400, r.Error.Code)
	require.Contains(t, r.Error.Message, "FILE_PART_EMPTY")
}

// GramJS waits for an answer for ever; its driver does not.
func TestDriverEndsInTime(t *testing.T) {
	t.Parallel()
	r := drive(t, builtin(t, "silent-part"), newFile(t, smallSize), map[string]any{"timeout": 5})
	require.False(t, r.OK)
	require.Equal(t, "Timeout", r.Error.Class)
}
