package gramjs_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
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

// address is the fake datacenter as fakedc.js takes it.
type address struct {
	ID        int    `json:"id"`
	Host      string `json:"host"`
	Port      int    `json:"port"`
	PublicKey string `json:"publicKey"`
}

func addressOf(t *testing.T, dc *mockserver.Server) address {
	t.Helper()
	host, port, err := net.SplitHostPort(dc.Addr())
	require.NoError(t, err)
	n, err := strconv.Atoi(port)
	require.NoError(t, err)
	return address{ID: dc.DC(), Host: host, Port: n, PublicKey: dc.PublicKey().PEM}
}

// job is what a script is told; scripts/harness.js reads it.
type job struct {
	DC        address        `json:"dc"`
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

// builtin starts a fake datacenter with a built-in scenario.
func builtin(t *testing.T, name string) *mockserver.Server {
	t.Helper()
	s, err := scenarios.Builtin(name)
	require.NoError(t, err)
	// Not every client does what is expected: what it does, the test itself says.
	return mockserver.Start(t, mockserver.Options{Scenario: s, AtEnd: mockserver.AtEnd{AllowUnmet: true}})
}

// file is a file on disk. No two of its parts are equal.
type file struct {
	path, sha256 string
	size         int
}

func newFile(t *testing.T, size int) file {
	t.Helper()
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size), byte(size >> 8)}).Read(b)
	path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.bin", size))
	require.NoError(t, os.WriteFile(path, b, 0o600))
	sum := sha256.Sum256(b)
	return file{path, hex.EncodeToString(sum[:]), size}
}

// requireStored checks that the server has this file, complete.
func requireStored(t *testing.T, u mockserver.Upload, want file) {
	t.Helper()
	require.True(t, u.Report.Complete, "missing parts: %v", u.Report.Missing)
	require.True(t, u.Report.Finalised)
	sum, err := u.SHA256()
	require.NoError(t, err)
	require.Equal(t, want.sha256, sum, "the server keeps what was sent")
}

// events returns those of one kind.
func events(dc *mockserver.Server, kind mockserver.EventKind) (found []mockserver.Event) {
	for _, e := range dc.Journal() {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}
