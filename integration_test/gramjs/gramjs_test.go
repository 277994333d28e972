package gramjs_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
)

const (
	install = "run npm ci in integration_test/gramjs"
	// limit of one program: minutes where other tests share the machine, though it
	// takes seconds.
	limit = 3 * time.Minute
)

// node returns the path of Node.js, with the library installed.
func node(t *testing.T) string {
	t.Helper()
	path := clients.NeedTool(t, "node")
	clients.NeedFile(t, filepath.Join("node_modules", "telegram", "package.json"), install)
	return path
}

// job is what a script is told; scripts/harness.js reads it.
type job struct {
	DC        drivers.DC     `json:"dc"`
	As        string         `json:"as"` // "bot" or "user"
	Session   string         `json:"session,omitempty"`
	Code      string         `json:"code,omitempty"`
	Transport string         `json:"transport,omitempty"`
	Bare      bool           `json:"bare,omitempty"`
	Params    map[string]any `json:"params,omitempty"`
	Steps     []step         `json:"steps,omitempty"`
	Calls     []call         `json:"calls,omitempty"`
}

// step is one file to upload in scripts/transfer.js.
type step struct {
	How     string `json:"how"` // "uploadFile" or "sendFile"
	Path    string `json:"path"`
	Workers int    `json:"workers"`
	Keep    bool   `json:"keep,omitempty"` // does not read it back
}

// call is one part to save in scripts/parts.js.
type call struct {
	File  string `json:"file"`
	Part  int    `json:"part"`
	Total int    `json:"total"`
	Size  int    `json:"size"`
	Small bool   `json:"small,omitempty"`
}

// answer is how a promise ended.
type answer[T any] struct {
	Value T          `json:"value"`
	Error *gramError `json:"error"`
}

// gramError is an error as GramJS reports it to its user.
type gramError struct {
	Class       string `json:"class"`
	IsRPCError  bool   `json:"isRPCError"`
	IsFloodWait bool   `json:"isFloodWait"`
	Code        int    `json:"code"`
	Name        string `json:"name"`
	Seconds     int    `json:"seconds"`
	Text        string `json:"text"`
}

// run starts a script and decodes the last line that it prints.
func run[T any](t *testing.T, script string, j job) (out T) {
	t.Helper()
	text, err := json.Marshal(j)
	require.NoError(t, err)
	r := clients.Run(t, clients.Command{
		Path: node(t), Args: []string{filepath.Join("scripts", script)},
		Env: []string{"FAKEDC_JOB=" + string(text)}, Limit: limit,
	})
	require.Zero(t, r.ExitCode, "%s: %s", script, r.Stderr)
	lines := strings.Split(strings.TrimSpace(r.Stdout), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &out), "the last line of %s", script)
	return out
}
