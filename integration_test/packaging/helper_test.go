package packaging_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
)

const root = "../.."

// limit is how long a build may take on a machine that has built nothing yet.
const limit = 5 * time.Minute

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

// bash runs a script with nothing but env in its environment, and in it that a failure
// of fakedc itself is one of the script.
func bash(t *testing.T, dir, script string, env ...string) (code int, stdout, stderr string) {
	t.Helper()
	path := clients.NeedTool(t, "bash")
	cmd := exec.CommandContext(t.Context(), path, "-eo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = dir, append(env[:len(env):len(env)], "FAKEDC_CRASH=true")
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode(), out.String(), errs.String()
	}
	require.NoError(t, err)
	return 0, out.String(), errs.String()
}

// inherited are variables without which Go does not find its caches.
func inherited() (env []string) {
	for _, name := range []string{"PATH", "HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GOFLAGS", "GONOSUMCHECK", "GOTOOLCHAIN", "GOROOT"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// dockerContext copies what .dockerignore lets through.
func dockerContext(t *testing.T, to string) {
	t.Helper()
	var wanted, unwanted []string
	for line := range strings.Lines(read(t, ".dockerignore")) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "!"):
			wanted = append(wanted, line[1:])
		case strings.HasPrefix(line, "**/"):
			unwanted = append(unwanted, line[3:])
		default:
			require.Equal(t, "*", line, "this test does not understand the line")
		}
	}
	for _, top := range wanted {
		from := filepath.Join(root, top)
		require.NoError(t, filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			for _, pattern := range unwanted {
				if match, _ := filepath.Match(pattern, d.Name()); match {
					if d.IsDir() {
						return fs.SkipDir
					}
					return nil
				}
			}
			rel, err := filepath.Rel(root, path)
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			target := filepath.Join(to, rel)
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return err
			}
			return os.WriteFile(target, data, 0o644)
		}))
	}
}
