package browser_test

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

// manifest is what the folder's manifest.json says about the driver.
type manifest struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Driver  []string `json:"driver"`
	Tools   []string `json:"tools"`
	Needs   []string `json:"needs"`
	Install string   `json:"install"`
	Default string   `json:"default"`
}

func readManifest(t *testing.T) (m manifest) {
	t.Helper()
	text, err := os.ReadFile("manifest.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &m))
	return m
}

// address is the fake datacenter as fakedc.mjs takes it.
type address struct {
	ID          int    `json:"id"`
	Host        string `json:"host"`
	Port        int    `json:"port"`
	PublicKey   string `json:"publicKey"`
	Fingerprint string `json:"fingerprint"`
}

func addressOf(t *testing.T, dc *mockserver.Server) address {
	t.Helper()
	host, port, err := net.SplitHostPort(dc.Addr())
	require.NoError(t, err)
	n, err := strconv.Atoi(port)
	require.NoError(t, err)
	key := dc.PublicKey()
	return address{ID: dc.DC(), Host: host, Port: n, PublicKey: key.PEM, Fingerprint: strconv.FormatInt(key.Fingerprint, 10)}
}

// job is what the driver is told.
type job struct {
	DC        address `json:"dc"`
	Transport string  `json:"transport"`
	As        string  `json:"as"`     // "bot" or "user"
	Action    string  `json:"action"` // "roundtrip" or "upload"
	Form      string  `json:"form"`   // "stream" for one of no known size
	Path      string  `json:"path"`
	Name      string  `json:"name"`
	Timeout   int     `json:"timeout"` // seconds
	PFS       bool    `json:"pfs"`
}

// result is what the driver reports.
type result struct {
	OK      bool        `json:"ok"`
	SHA256  string      `json:"sha256"`
	Size    int         `json:"size"`
	Error   *failure    `json:"error"`
	Note    string      `json:"note"`
	Library string      `json:"library"`
	Layer   int         `json:"layer"`
	Seconds json.Number `json:"seconds"`
}

// failure is an error as mtcute reports it to its user.
type failure struct {
	Class   string `json:"class"`
	Message string `json:"message"`
	Code    int    `json:"code"`
}

// timeLimit is when the driver gives up waiting for the page, and ends the browser.
// It must not be killed before, as nobody else would.
const timeLimit = 60 * time.Second

// drive fills in what a job leaves out, has the driver do it, and decodes the answer.
func drive(t *testing.T, dc *mockserver.Server, f file, j job) (r result) {
	t.Helper()
	m := readManifest(t)
	program := clients.NeedTool(t, m.Driver[0])
	for _, name := range m.Tools {
		clients.NeedTool(t, name)
	}
	for _, path := range m.Needs {
		clients.NeedFile(t, path, m.Install)
	}
	j.DC, j.Path, j.Name, j.Timeout = addressOf(t, dc), f.path, "a.bin", int(timeLimit.Seconds())
	j.Transport, j.As, j.Action = or(j.Transport, m.Default), or(j.As, "user"), or(j.Action, "roundtrip")
	text, err := json.Marshal(j)
	require.NoError(t, err)
	ran := clients.Run(t, clients.Command{Path: program, Args: m.Driver[1:], Stdin: string(text), Limit: timeLimit + 30*time.Second})
	require.Zero(t, ran.ExitCode, ran.Stderr)
	require.Equal(t, 1, strings.Count(ran.Stdout, "\n"), "one line: %s", ran.Stdout)
	require.NoError(t, json.Unmarshal([]byte(ran.Stdout), &r))
	require.Equal(t, r.OK, r.Error == nil)
	return r
}

func or(given, otherwise string) string {
	if given == "" {
		return otherwise
	}
	return given
}

// builtin starts a fake datacenter with a built-in scenario.
func builtin(t *testing.T, name string) *mockserver.Server {
	t.Helper()
	s, err := scenarios.Builtin(name)
	require.NoError(t, err)
	// Not every client does what is expected: what it does, the test itself says.
	return mockserver.Start(t, mockserver.Options{Scenario: s, AtEnd: mockserver.AtEnd{AllowUnmet: true}})
}

// file is a file on disk that no two parts of are equal.
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

// only returns the one upload that the server has seen.
func only(t *testing.T, dc *mockserver.Server) mockserver.Upload {
	t.Helper()
	all := dc.Uploads()
	require.Len(t, all, 1)
	return all[0]
}

// part returns what happened to a part, which must have been called.
func part(t *testing.T, u mockserver.Upload, index int32) mockserver.PartState {
	t.Helper()
	for _, p := range u.Parts {
		if p.Index == index {
			return p
		}
	}
	require.FailNow(t, "the part was not sent", "part %d of %+v", index, u.Parts)
	return mockserver.PartState{}
}

// requireTransferred compares what a file was, what the server has, and what the
// library read back.
func requireTransferred(t *testing.T, u mockserver.Upload, r result, want file) {
	t.Helper()
	require.Nil(t, r.Error)
	require.Equal(t, want.sha256, r.SHA256, "read back")
	require.Equal(t, want.size, r.Size)
	require.Equal(t, "a.bin, application/octet-stream", r.Note, "name and type of the document")
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
