//go:build unix

package packaging_test

import (
	"bufio"
	"debug/elf"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// instructions are those of the Dockerfile, in order.
func instructions(t *testing.T) (all [][2]string) {
	t.Helper()
	for line := range strings.Lines(read(t, "Dockerfile")) {
		line = strings.TrimSpace(line)
		if word, rest, ok := strings.Cut(line, " "); ok && !strings.HasPrefix(line, "#") {
			all = append(all, [2]string{word, rest})
		}
	}
	return all
}

func instruction(t *testing.T, word, part string) string {
	t.Helper()
	for _, i := range instructions(t) {
		if i[0] == word && strings.Contains(i[1], part) {
			return i[1]
		}
	}
	require.FailNow(t, "no such instruction", "%s with %q", word, part)
	return ""
}

// The image is built by its own line from what .dockerignore lets through, and run as
// its last stage says: as nobody, in a file system that holds nothing else.
func TestImage(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("images are for Linux")
	}
	dir := t.TempDir()
	src, out := filepath.Join(dir, "src"), filepath.Join(dir, "out")
	dockerContext(t, src)
	build := strings.ReplaceAll(instruction(t, "RUN", "go build"), "/out/", out+"/")
	code, _, stderr := bash(t, src, build, append(inherited(), "VERSION=v9.9.9")...)
	require.Zero(t, code, stderr)

	path := filepath.Join(out, "fakedc")
	requireStatic(t, path)
	require.Contains(t, strings.Join(steps(t, "FROM"), "\n"), "\nscratch")
	user := instruction(t, "USER", "")
	require.Regexp(t, regexp.MustCompile(`^[1-9]\d+:[1-9]\d+$`), user, "a number: there is no /etc/passwd, and not 0")

	inside := container{root: out, env: strings.Fields(instruction(t, "ENV", ""))}
	for i, v := range inside.env { // a port that is free on this machine
		inside.env[i] = regexp.MustCompile(`:\d+$`).ReplaceAllString(v, ":"+freePort(t))
	}
	health := arguments(t, strings.TrimSpace(instruction(t, "HEALTHCHECK", "")[strings.Index(instruction(t, "HEALTHCHECK", ""), "CMD ")+4:]))
	entry := arguments(t, instruction(t, "ENTRYPOINT", ""))
	server := inside.command(t, append(entry, arguments(t, instruction(t, "CMD", "\"serve\""))...)...)
	stdout, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() { _ = server.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err)
	var ready struct{ Version string }
	require.NoError(t, json.Unmarshal(line, &ready))
	require.Equal(t, "v9.9.9", ready.Version)

	require.NoError(t, inside.command(t, health...).Run(), "it is healthy")
	require.NoError(t, server.Process.Signal(syscall.SIGTERM))
	require.NoError(t, server.Wait(), "docker stop")
	require.Error(t, inside.command(t, health...).Run(), "and nobody answers any more")
}

func steps(t *testing.T, word string) (all []string) {
	for _, i := range instructions(t) {
		if i[0] == word {
			all = append(all, i[1])
		}
	}
	return all
}

// requireStatic wants a program that needs no other file, of less than 20 MB.
func requireStatic(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(20_000_000))
	f, err := elf.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	libraries, err := f.ImportedLibraries()
	require.NoError(t, err)
	require.Empty(t, libraries)
	for _, p := range f.Progs {
		require.NotEqual(t, elf.PT_INTERP, p.Type)
	}
}

// arguments are those of an instruction in its JSON form, which needs no shell.
func arguments(t *testing.T, text string) (args []string) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &args), text)
	return args
}

// container is the last stage: a root folder and an environment.
type container struct {
	root string
	env  []string
}

// command runs a program inside. Root goes into the folder, as another user; anybody
// else can do neither, and runs it where it lies.
func (c container) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append([]string{}, c.env...)
	if os.Getuid() == 0 {
		require.NoError(t, os.Chmod(filepath.Dir(c.root), 0o755))
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: c.root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
		return cmd
	}
	cmd.Path = filepath.Join(c.root, filepath.Base(args[0]))
	return cmd
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return port
}
