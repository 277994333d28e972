package gramjs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

const (
	exampleFile = -4156887774564
	// refused is the call as GramJS's documentation has it, accepted what it should
	// say: parts are numbered from 0, so the last of 43 is 42.
	refused, accepted = "filePart: 43", "filePart: 42"
)

// The example of GramJS's page about upload.SaveBigFilePart, in JavaScript.
func TestExampleInJavaScript(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("examples", "saveBigFilePart.js"))
	require.NoError(t, err)
	requireExample(t, string(text))
}

// The same in TypeScript, checked strictly by the compiler and run.
func TestExampleInTypeScript(t *testing.T) {
	t.Parallel()
	requireExample(t, compile(t))
}

// compile checks examples/saveBigFilePart.ts and fakedc.js, and returns the
// JavaScript that the compiler makes of the former.
func compile(t *testing.T) string {
	t.Helper()
	tsc := filepath.Join("node_modules", "typescript", "bin", "tsc")
	program := node(t)
	clients.NeedFile(t, tsc, install)
	out := t.TempDir()
	r := clients.Run(t, clients.Command{
		Path: program, Args: []string{tsc, "-p", ".", "--strict", "--noEmitOnError", "--outDir", out}, Limit: limit,
	})
	require.Zero(t, r.ExitCode, r.Stdout)
	text, err := os.ReadFile(filepath.Join(out, "examples", "saveBigFilePart.js"))
	require.NoError(t, err)
	return string(text)
}

// requireExample runs the program as it is, and with the part that it should have
// sent.
func requireExample(t *testing.T, program string) {
	t.Helper()
	dc := mockserver.Start(t, mockserver.Options{})
	session := run[who](t, "login.js", job{DC: drivers.AddressOf(t, dc), As: "bot"}).Session
	require.Equal(t, 1, strings.Count(program, refused))

	r := example(t, dc, session, program)
	require.Equal(t, 1, r.ExitCode)
	require.Contains(t, r.Stderr, "RPCError: 400: FILE_PART_INVALID (caused by upload.SaveBigFilePart)")
	u, ok := dc.Upload(exampleFile)
	require.True(t, ok)
	require.Equal(t, 1, u.Report.RefusedCount)
	require.Contains(t, u.Report.Refused[0].Sentence, "42", "the report says which part would have been the last")
	require.Zero(t, u.Report.Stored)

	r = example(t, dc, session, strings.Replace(program, refused, accepted, 1))
	require.Equal(t, -1, r.ExitCode, "it printed true, and was ended")
	u, _ = dc.Upload(exampleFile)
	require.Equal(t, 1, u.Report.Stored)
	require.Equal(t, int64(len("arbitrary data here")), u.Report.Bytes)
}

// example runs a program that node reads from stdin: so it may differ from the
// file by a word, while what it requires is still found from the file's folder.
// It never disconnects, so it is ended when it has printed that the part was saved.
func example(t *testing.T, dc *mockserver.Server, session, program string) clients.Result {
	t.Helper()
	return clients.Run(t, clients.Command{
		Path: node(t), Args: []string{"-"}, Dir: "examples", Stdin: program, Until: "true", Limit: limit,
		Env: []string{
			"FAKEDC_ADDR=" + dc.Addr(), fmt.Sprintf("FAKEDC_DC=%d", dc.DC()),
			"FAKEDC_PUBLIC_KEY=" + dc.PublicKey().PEM, "FAKEDC_SESSION=" + session,
		},
	})
}
