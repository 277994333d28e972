package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/fakedc/fakedc/integration_test/bench/internal/child"
)

// process is a server under measurement.
type process struct {
	name  string
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Scanner
	hello child.Hello
}

// start runs a program that says hello.
func start(ctx context.Context, name, program string, args ...string) (*process, error) {
	p := &process{name: name, cmd: exec.CommandContext(ctx, program, args...)}
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stderr = os.Stderr
	p.cmd.Env = append(os.Environ(), fmt.Sprintf("BENCH_BEGAN=%d", time.Now().UnixNano()))
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	if err := p.line(&p.hello); err != nil {
		p.end()
		return nil, err
	}
	return p, nil
}

func (p *process) line(v any) error {
	if !p.out.Scan() {
		return fmt.Errorf("%s: it ended: %w", p.name, p.out.Err())
	}
	return json.Unmarshal(p.out.Bytes(), v)
}

// usage asks the process what it has used; "gc" has it collect garbage before.
func (p *process) usage(word string) (u child.Usage, err error) {
	if _, err := fmt.Fprintln(p.in, word); err != nil {
		return u, err
	}
	return u, p.line(&u)
}

// cpu is the time that all threads of the process were on a processor, to the
// nanosecond, without asking it.
func (p *process) cpu() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("%s: no schedstat in /proc: %w", p.name, err)
	}
	var total time.Duration
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // a thread that ended meanwhile
		}
		var on int64
		if _, err := fmt.Sscan(string(text), &on); err != nil {
			return 0, fmt.Errorf("%s: %w", f, err)
		}
		total += time.Duration(on)
	}
	return total, nil
}

// memory reads a field of /proc/PID/status, in bytes.
func (p *process) memory(field string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			var kib int64
			_, err := fmt.Sscan(rest, &kib)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("%s: no %s in its status", p.name, field)
}

// lastWord is how long a server may take to end once its input has.
const lastWord = 20 * time.Second

// end closes its input and waits; what does not end by itself is killed.
func (p *process) end() {
	_ = p.in.Close()
	defer time.AfterFunc(lastWord, func() { _ = p.cmd.Process.Kill() }).Stop()
	_ = p.cmd.Wait()
}

// programs builds what is measured, each when it is asked for first: gotd's schema
// takes minutes, and not every row needs it.
type programs struct {
	dir   string
	built map[string]string
}

// recipes are what the go command is told, without -o. What is fakedc's is built as its
// releases are, without cgo.
var recipes = map[string][]string{
	"fakedc":  {"build", "./integration_test/bench/fakedcserver"},
	"noasm":   {"build", "-tags", "noasm", "./integration_test/bench/fakedcserver"},
	"tgtest":  {"build", "./integration_test/bench/tgtestserver"},
	"command": {"build", "./cmd/fakedc"},
	"floor":   {"test", "-c", "./mockserver/internal/ige"},
}

func (p *programs) program(name string) (path string, err error) {
	if path, ok := p.built[name]; ok {
		return path, nil
	}
	path = filepath.Join(p.dir, name)
	recipe := recipes[name]
	args := append([]string{recipe[0], "-o", path}, recipe[1:]...)
	cmd := exec.Command("go", args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if name != "tgtest" { // which would be minutes of building for nothing
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	}
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	p.built[name] = path
	return path, nil
}
