package hardness_test

import (
	"bufio"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
)

// server is fakedc serve, as anybody would start it, in a process of its own: what it
// takes is not mixed with what it takes to press on it.
type server struct {
	cmd    *exec.Cmd
	stderr string // the file that it writes to
	ready  struct {
		PID int
		DCs []struct{ Addr string }
		RSA struct{ PEM string }

		Admin struct{ URL, Token string }
	}
	key *rsa.PublicKey
}

func startServer(t *testing.T) *server {
	t.Helper()
	return startServerBy(t, exec.Command)
}

// built is where the command is, once it is needed; TestMain removes it.
var built string

// build builds it once, as anybody would.
var build = sync.OnceValues(func() (program string, err error) {
	if built, err = os.MkdirTemp("", "hardness"); err != nil {
		return "", err
	}
	program = filepath.Join(built, "fakedc")
	out, err := exec.Command("go", "build", "-o", program, "../../cmd/fakedc").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building fakedc: %w\n%s", err, out)
	}
	return program, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

// startServerBy starts it in a way of its own.
func startServerBy(t *testing.T, command func(program string, args ...string) *exec.Cmd) *server {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("what a process holds is asked of Linux")
	}
	clients.NeedTool(t, "go")
	program, err := build()
	require.NoError(t, err)
	s := &server{stderr: filepath.Join(t.TempDir(), "stderr")}
	// What honest uploads leave behind is not what is measured: digests.
	s.cmd = command(program, "serve", "--store", "digest", "--snippets", "none")
	errs, err := os.Create(s.stderr)
	require.NoError(t, err)
	defer func() { _ = errs.Close() }()
	s.cmd.Stderr = errs
	stdout, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait() // it has been waited for, unless the test failed
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(line, &s.ready))
	block, _ := pem.Decode([]byte(s.ready.RSA.PEM))
	require.NotNil(t, block)
	s.key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	require.NoError(t, err)
	return s
}

func (s *server) addr() string { return s.ready.DCs[0].Addr }

// stop ends it as Ctrl-C does, and wants it to have been well to the end.
func (s *server) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGINT))
	require.NoError(t, s.cmd.Wait())
	said, err := os.ReadFile(s.stderr)
	require.NoError(t, err)
	require.NotContains(t, string(said), "fakedc failed")
}

// lines is how much it has said to a person so far.
func (s *server) lines(t *testing.T) (n int) {
	t.Helper()
	f, err := os.Open(s.stderr)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	in := bufio.NewScanner(f)
	for in.Scan() {
		n++
	}
	require.NoError(t, in.Err(), "a line on stderr that no person reads")
	return n
}

// memory reads a field of /proc/PID/status, in bytes: VmHWM is the most that was ever
// resident, VmRSS what is now.
func (s *server) memory(t *testing.T, field string) (bytes int64) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			_, err := fmt.Sscan(rest, &bytes)
			require.NoError(t, err)
			return bytes << 10
		}
	}
	require.FailNow(t, "no such field", field)
	return 0
}

// cpu is how long its threads were on a processor so far.
func (s *server) cpu(t *testing.T) (total time.Duration) {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.cmd.Process.Pid))
	require.NoError(t, err)
	for _, f := range files {
		var on int64
		text, err := os.ReadFile(f)
		if err == nil { // or the thread has ended
			_, err = fmt.Sscan(string(text), &on)
			require.NoError(t, err)
		}
		total += time.Duration(on)
	}
	return total
}

// held is what hostile peers could make the process hold for ever.
type held struct {
	Connections, Goroutines float64
	Descriptors             int
}

func (s *server) held(t *testing.T) (h held) {
	t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid))
	require.NoError(t, err)
	h.Descriptors = len(open)
	metrics := s.metrics(t)
	for line := range strings.Lines(metrics) {
		name, value, _ := strings.Cut(line, " ")
		switch name {
		case "fakedc_connections":
			_, err = fmt.Sscan(value, &h.Connections)
		case "fakedc_goroutines":
			_, err = fmt.Sscan(value, &h.Goroutines)
		}
		require.NoError(t, err)
	}
	require.NotZero(t, h.Goroutines, metrics)
	return h
}

// metrics asks over a connection of its own, which is closed when it returns.
func (s *server) metrics(t *testing.T) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.ready.Admin.URL+"metrics", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+s.ready.Admin.Token)
	r.Close = true
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s", text)
	return string(text)
}
