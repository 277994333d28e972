package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// elsewhere is a listener that tells an address and does not listen there.
type elsewhere struct {
	net.Listener
	addr net.Addr
}

func (l elsewhere) Addr() net.Addr { return l.addr }

// Who opens the admin API to others is warned: it can do everything, and the token
// is all that protects it.
func TestAdminWarning(t *testing.T) {
	for addr, warns := range map[string]bool{
		"127.0.0.1:80": false, "127.8.8.8:80": false, "[::1]:80": false, "[::ffff:127.0.0.1]:80": false,
		"0.0.0.0:80": true, "[::]:80": true, "192.0.2.1:80": true, "[2001:db8::1]:80": true, "10.0.0.1:80": true,
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr) // numbers: nothing is looked up
		require.NoError(t, err)
		text := (&adminDoor{Listener: elsewhere{addr: tcp}}).warning()
		require.Equal(t, warns, text != "", addr)
		if warns {
			require.Contains(t, text, "the admin API listens on "+tcp.String()+": other machines reach it")
		}
	}
	require.NotEmpty(t, (&adminDoor{Listener: elsewhere{addr: &net.UnixAddr{Name: "x"}}}).warning(), "what is unknown is not loopback")
	require.Empty(t, (*adminDoor)(nil).warning(), "--admin off")
}

// put puts a scenario in force, as a program does that read the ready line.
func put(t *testing.T, ready map[string]any, text string) {
	t.Helper()
	a := ready["admin"].(map[string]any)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, a["url"].(string)+"api/v1/scenario", strings.NewReader(text))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+a["token"].(string))
	r.Header.Set("Content-Type", "application/yaml")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, 200, answer.StatusCode, "%s", body)
}

// What comes last wins, a scenario of the admin API or a file that changed; a file
// that is wrong comes from nowhere, and what was put stays.
func TestScenarioThatCameLastWins(t *testing.T) {
	path := write(t, t.TempDir(), "s.yaml", "fakedc: 1\nname: of the file\n", 0o644)
	s := startServe(t, "--scenario", path, "--snippets", "none")
	_, _, ready := readyOf(t, s)
	s.errs.until(t, "press Ctrl-C to stop")
	change := func(text string) { require.NoError(t, os.WriteFile(path, []byte("fakedc: 1\n"+text), 0o644)) }

	put(t, ready, "fakedc: 1\nname: put first\n")
	s.errs.until(t, "scenario: put first")
	change("name: of the changed file\n")
	s.errs.until(t, "scenario: of the changed file")
	put(t, ready, "fakedc: 1\nname: put again\n")
	s.errs.until(t, "scenario: put again")
	change("nonsense: 1\n")
	s.errs.until(t, "the scenario stays as it was")
	change("name: right again\n")
	s.errs.until(t, "scenario: right again")
	s.end(t, 0)

	var order []string
	for line := range strings.Lines(s.errs.String()) {
		if _, name, ok := strings.Cut(strings.TrimSpace(line), "scenario: "); ok && !strings.Contains(line, "rules:") {
			order = append(order, name)
		}
	}
	require.Equal(t, []string{"put first", "of the changed file", "put again", "right again"}, order)
}
