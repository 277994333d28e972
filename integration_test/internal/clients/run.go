package clients

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// DefaultLimit is how long a program may run that names no limit of its own.
const DefaultLimit = 60 * time.Second

// Command is a program to run.
type Command struct {
	// Path of the program and its Args, without the program's name.
	Path string
	Args []string
	// Dir is the folder that it runs in.
	Dir string
	// Env is added to the environment of the test, as NAME=value.
	Env []string
	// Stdin is what it reads.
	Stdin string
	// Limit is when it is killed; 0 is DefaultLimit.
	Limit time.Duration
	// Until ends the program as soon as it has written this line to stdout, for
	// those that would go on for ever.
	Until string
}

// Result is what became of a program.
type Result struct {
	Stdout, Stderr string
	// ExitCode is -1 if it was ended by Until.
	ExitCode int
}

// Run runs a program to its end. The test fails if it cannot be started or takes
// too long. If the test fails later on, what the program wrote is logged.
func Run(t testing.TB, c Command) Result {
	t.Helper()
	limit := c.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	stdout, stderr := &output{until: c.Until, found: cancel}, &output{}
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.Dir, append(os.Environ(), c.Env...), strings.NewReader(c.Stdin)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.WaitDelay = time.Second // for pipes that a grandchild holds open
	started := time.Now()
	err := cmd.Run()
	r := Result{stdout.kept.String(), stderr.kept.String(), -1}
	if cmd.ProcessState != nil {
		r.ExitCode = cmd.ProcessState.ExitCode()
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s %s: exit code %d\nstdout: %s\nstderr: %s", c.Path, strings.Join(c.Args, " "), r.ExitCode, r.Stdout, r.Stderr)
		}
	})
	var exit *exec.ExitError
	switch {
	case err == nil, stdout.done: // it ended, or was ended on purpose
	case ctx.Err() != nil:
		t.Fatalf("clients: %s %s was killed after %v", c.Path, strings.Join(c.Args, " "), time.Since(started).Round(time.Millisecond))
	case !errors.As(err, &exit):
		t.Fatalf("clients: running %s: %v", c.Path, err)
	}
	return r
}

// output keeps what a program wrote, up to a bound, and looks for a line in it.
// One goroutine of os/exec writes it; it is read when that has ended.
type output struct {
	kept  bytes.Buffer // not embedded: its ReadFrom would pass Write by
	until string
	found func()
	done  bool
}

// maxOutput bounds what is kept of one program.
const maxOutput = 4 << 20

func (o *output) Write(p []byte) (int, error) {
	if room := maxOutput - o.kept.Len(); room > 0 {
		o.kept.Write(p[:min(room, len(p))])
	}
	if o.until != "" && !o.done && strings.Contains("\n"+o.kept.String(), "\n"+o.until+"\n") {
		o.done = true
		o.found()
	}
	return len(p), nil
}
