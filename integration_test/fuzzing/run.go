package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// slice is one target for a while.
type slice struct {
	target   target
	binary   string
	dir      string // the package's folder: failing inputs go to its testdata
	cacheDir string
	each     string // a duration, or executions as 1000x
	parallel int
	lastWord time.Duration // to end in, after it was interrupted, and for its output to end after it
}

const (
	// So often is a failing input tried in a smaller form, and one that is only interesting
	// too: in the seconds that are usual nothing else would be done.
	minimise = "1000x"
	// What a fuzzer may take beyond its time, to read its corpus and to shrink a finding.
	patience = 3 * time.Minute
	// A binary that does not end when it is interrupted is killed, and with it its workers.
	lastWord = 20 * time.Second
	// How often a running target is counted, so that little is lost with a run that is killed.
	countEvery = 15 * time.Second
)

// Every execution has a goroutine of its own: handing it to another processor and
// collecting after it cost more than most targets do.
var frugal = []string{"GOMAXPROCS=1", "GOGC=400"}

// command is the fuzzer in a group of its own, whose workers do not outlive it. It is
// asked alone to end, and tells them.
func (s slice) command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.binary, "-test.run=^$", "-test.fuzz=^"+s.target.Name+"$", "-test.fuzztime="+s.each,
		"-test.fuzzminimizetime="+minimise, "-test.fuzzcachedir="+s.cacheDir, fmt.Sprintf("-test.parallel=%d", s.parallel))
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), frugal...)
	ownGroup(cmd)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = s.lastWord
	return cmd
}

// run fuzzes and tells counted, now and then and at the end, what was seen so far.
// said is what was printed, without the counting. What a worker that hangs holds open
// is waited for no longer than lastWord.
func (s slice) run(ctx context.Context, counted func(output) error) (o output, said string, exitErr error) {
	limit := patience
	if d, err := time.ParseDuration(s.each); err == nil {
		limit += d
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	cmd := s.command(ctx)
	l := &listener{counted: counted, last: time.Now()}
	cmd.Stdout, cmd.Stderr = l, l
	if err := cmd.Start(); err != nil {
		return o, "", err
	}
	exitErr = cmd.Wait()
	killGroup(cmd)
	l.hear(string(l.rest))
	return l.o, l.text.String(), errors.Join(exitErr, l.bad, counted(l.o))
}

// listener understands the lines as they come.
type listener struct {
	counted func(output) error
	last    time.Time // when it was counted
	o       output
	rest    []byte          // the begin of a line
	text    strings.Builder // what was said
	bad     error           // of counting
}

func (l *listener) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		end := bytes.IndexByte(l.rest, '\n') + 1
		if end == 0 && len(l.rest) < maxSaid {
			break
		}
		if end == 0 {
			end = len(l.rest)
		}
		l.hear(string(l.rest[:end]))
		l.rest = append(l.rest[:0], l.rest[end:]...)
	}
	if l.bad == nil && time.Since(l.last) > countEvery {
		l.bad, l.last = l.counted(l.o), time.Now()
	}
	return len(p), nil
}

func (l *listener) hear(line string) {
	l.o.take(line)
	if !strings.HasPrefix(line, "fuzz: elapsed:") && l.text.Len() < maxSaid {
		l.text.WriteString(line)
	}
}

// maxSaid bounds what is kept of a failing test's words, and of a line.
const maxSaid = 64 << 10

func (s slice) inputPath(input string) string {
	if strings.Contains(input, "testdata") {
		return filepath.Join(s.dir, input)
	}
	return input
}
