package crash_test

import (
	"bufio"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// build makes the binary that is killed.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fakedc.exe") // Windows runs nothing without
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", path, "./cmd/fakedc")
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// server is one run of it.
type server struct {
	cmd   *exec.Cmd
	errs  *strings.Builder
	addrs map[int]string // by datacenter
	key   *rsa.PublicKey
	url   string // of the admin API
	token string
	ended bool
}

// launch starts one that need not get as far as to listen.
func launch(t *testing.T, path, dir string, more ...string) (*server, *bufio.Reader) {
	t.Helper()
	args := append([]string{"serve", "--snippets", "none", "--dcs", "4", "--data-dir", dir, "--limit", "DiskFree=1MiB", "--crash", "--seed", "7"}, more...)
	s := &server{cmd: exec.Command(path, args...), errs: &strings.Builder{}, addrs: map[int]string{}}
	s.cmd.Stderr = s.errs
	out, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	t.Cleanup(s.kill)
	return s, bufio.NewReader(out)
}

// start starts one and waits until it listens: that it does is part of the test.
func start(t *testing.T, path, dir string, more ...string) *server {
	t.Helper()
	s, out := launch(t, path, dir, more...)
	line, err := out.ReadBytes('\n')
	if err != nil {
		_ = s.cmd.Wait()
		s.ended = true
		require.NoError(t, err, "it refused to start: %s", s.errs)
	}
	var ready struct {
		DCs []struct {
			ID   int    `json:"id"`
			Addr string `json:"addr"`
		} `json:"dcs"`
		RSA struct {
			PEM string `json:"pem"`
		} `json:"rsa"`
		Admin struct{ URL, Token string } `json:"admin"`
	}
	require.NoError(t, json.Unmarshal(line, &ready))
	for _, dc := range ready.DCs {
		s.addrs[dc.ID] = dc.Addr
	}
	s.url, s.token = ready.Admin.URL, ready.Admin.Token
	block, _ := pem.Decode([]byte(ready.RSA.PEM))
	require.NotNil(t, block)
	s.key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	require.NoError(t, err)
	return s
}

// kill ends it as a crash would: it is told nothing.
func (s *server) kill() {
	if s.ended {
		return
	}
	s.ended = true
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// upload is what the admin API says of one.
type upload struct {
	FileID  string `json:"file_id_string"`
	Ordinal int    `json:"ordinal"`
	DC      int    `json:"dc"`
	Account int64  `json:"account"`
	Report  struct {
		Stored  int     `json:"stored"`
		Missing []int32 `json:"missing"`
	} `json:"report"`
}

func (s *server) uploads(t *testing.T) (all []upload) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/uploads", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+s.token)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&all))
	return all
}
