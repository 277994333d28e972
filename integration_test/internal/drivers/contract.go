package drivers

import (
	"bytes"
	"cmp"
	"encoding/json"
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
)

// Client is one entry of a manifest.json: a library in one version.
type Client struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Driver is the command that runs one job: a program in the PATH, or with a slash
	// in the folder of the manifest.
	Driver []string `json:"driver"`
	// Tools are programs in the PATH, Needs files that Install makes.
	Tools   []string `json:"tools"`
	Needs   []string `json:"needs"`
	Install string   `json:"install"`
	// Transports that the client offers, and the one that it uses unless told.
	Transports []string `json:"transports"`
	Default    string   `json:"default"`
}

// Load reads the manifest of the folder that the test runs in, of one client or a list
// of several. Every client of it is installed, or the test skips.
func Load(t testing.TB) (all []Client) {
	t.Helper()
	text, err := os.ReadFile("manifest.json")
	require.NoError(t, err)
	if !bytes.HasPrefix(text, []byte("[")) {
		text = append(append([]byte("["), text...), ']')
	}
	require.NoError(t, json.Unmarshal(text, &all))
	for _, c := range all {
		require.Contains(t, c.Transports, c.Default)
		for _, tool := range c.Tools {
			clients.NeedTool(t, tool)
		}
		for _, path := range c.Needs {
			clients.NeedFile(t, filepath.FromSlash(path), c.Install)
		}
	}
	return all
}

// Only is the one client of the folder.
func Only(t testing.TB) Client {
	t.Helper()
	all := Load(t)
	require.Len(t, all, 1)
	return all[0]
}

// Each runs a test with every client of the folder, all at once.
func Each(t *testing.T, test func(t *testing.T, c Client)) {
	t.Helper()
	for _, c := range Load(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// Job is what a driver is told.
type Job struct {
	DC        DC     `json:"dc"`
	Transport string `json:"transport"`
	As        string `json:"as"`             // "bot" or "user"
	Action    string `json:"action"`         // "roundtrip", "upload", "forward", or "keep"
	Form      string `json:"form,omitempty"` // "stream" for one of no known size
	Path      string `json:"path"`
	Name      string `json:"name"`
	Timeout   int    `json:"timeout"` // seconds
	PFS       bool   `json:"pfs,omitempty"`
	// OwnCipher leaves a client its own cipher where the driver would put a faster
	// one in its place.
	OwnCipher bool `json:"own_cipher,omitempty"`
	// Session is a ready session: the client neither logs in nor trusts a key.
	Session string `json:"session,omitempty"`
	// To is the name of somebody that the file is sent to before it goes to Saved Messages.
	To string `json:"to,omitempty"`
	// SOCKS is the address of a proxy, which the client is led by instead of the
	// fake datacenter's own address.
	SOCKS string `json:"socks,omitempty"`
}

// DC is where the fake datacenter is.
type DC struct {
	ID          int    `json:"id"`
	Host        string `json:"host"`
	Port        int    `json:"port"`
	PublicKey   string `json:"publicKey"`
	Fingerprint string `json:"fingerprint"`
}

// Result is what a driver answers.
type Result struct {
	OK     bool   `json:"ok"`
	SHA256 string `json:"sha256"` // of what was read back
	Size   int    `json:"size"`
	Error  Error  `json:"error"`
	// Note is what else was seen, such as errors that were logged and went no
	// further.
	Note    string `json:"note"`
	Library string `json:"library"`
	Layer   int    `json:"layer"`
}

// Error is an exception of the library, as its user gets it.
type Error struct {
	Class   string `json:"class"`
	Message string `json:"message"`
	Code    int    `json:"code"`
}

// seconds is how long a job may take that says nothing else. The slowest one here
// waits 15 s for an answer that was lost; the rest is for a loaded machine.
const seconds = 60

// Run runs one job. As, Action, Transport and Timeout have defaults: a user, a
// round trip, the client's own, a minute.
func (c Client) Run(t testing.TB, dc *mockserver.Server, f File, j Job) (r Result) {
	t.Helper()
	j.DC, j.Path, j.Name = AddressOf(t, dc), f.Path, f.Name
	j.Transport, j.As = cmp.Or(j.Transport, c.Default), cmp.Or(j.As, "user")
	j.Action, j.Timeout = cmp.Or(j.Action, "roundtrip"), cmp.Or(j.Timeout, seconds)
	text, err := json.Marshal(j)
	require.NoError(t, err)
	path := c.program(t)
	out := clients.Run(t, clients.Command{
		Path: path, Args: c.Driver[1:], Stdin: string(text), Limit: time.Duration(j.Timeout+30) * time.Second,
	})
	require.Zero(t, out.ExitCode, "%s: %s", c.Name, out.Stderr)
	require.Equal(t, 1, strings.Count(out.Stdout, "\n"), "one line on stdout, and nothing else: %q", out.Stdout)
	require.NoError(t, json.Unmarshal([]byte(out.Stdout), &r))
	require.Equal(t, r.OK, r.Error == Error{})
	t.Logf("%s over %s: %s", c.Name, j.Transport, strings.TrimSpace(out.Stdout))
	return r
}

func (c Client) program(t testing.TB) string {
	t.Helper()
	if !strings.Contains(c.Driver[0], "/") {
		return clients.NeedTool(t, c.Driver[0])
	}
	path, err := filepath.Abs(filepath.FromSlash(c.Driver[0]))
	require.NoError(t, err)
	return path
}

// AddressOf is where a fake datacenter is.
func AddressOf(t testing.TB, dc *mockserver.Server) DC {
	t.Helper()
	host, port, err := net.SplitHostPort(dc.Addr())
	require.NoError(t, err)
	n, err := strconv.Atoi(port)
	require.NoError(t, err)
	key := dc.PublicKey()
	return DC{ID: dc.DC(), Host: host, Port: n, PublicKey: key.PEM, Fingerprint: strconv.FormatInt(key.Fingerprint, 10)}
}
