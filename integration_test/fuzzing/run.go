package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
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
}

const (
	// So often is a failing input tried in a smaller form, and one that is only interesting
	// too: in the seconds that are usual nothing else would be done.
	minimise = "1000x"
	// What a fuzzer may take beyond its time, to read its corpus and to shrink a finding.
	patience = 3 * time.Minute
	// A binary that does not end when it is interrupted is killed.
	lastWord = 20 * time.Second
	// How often a running target is counted, so that little is lost with a run that is killed.
	countEvery = 15 * time.Second
)

// Every execution has a goroutine of its own: handing it to another processor and
// collecting after it cost more than most targets do.
var frugal = []string{"GOMAXPROCS=1", "GOGC=400"}

func (s slice) command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.binary, "-test.run=^$", "-test.fuzz=^"+s.target.Name+"$", "-test.fuzztime="+s.each,
		"-test.fuzzminimizetime="+minimise, "-test.fuzzcachedir="+s.cacheDir, fmt.Sprintf("-test.parallel=%d", s.parallel))
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), frugal...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = lastWord
	return cmd
}

// run fuzzes and tells counted, now and then and at the end, what was seen so far.
// said is what was printed, without the counting.
func (s slice) run(ctx context.Context, counted func(output) error) (o output, said string, exitErr error) {
	limit := patience
	if d, err := time.ParseDuration(s.each); err == nil {
		limit += d
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	cmd := s.command(ctx)
	read, write, err := os.Pipe()
	if err != nil {
		return o, "", err
	}
	defer func() { _ = read.Close() }()
	cmd.Stdout, cmd.Stderr = write, write
	err = cmd.Start()
	_ = write.Close()
	if err != nil {
		return o, "", err
	}
	said, bad := s.listen(read, &o, counted)
	exitErr = cmd.Wait()
	return o, said, errors.Join(exitErr, bad, counted(o))
}

// listen reads the lines as they come, until every process that writes them has ended.
func (s slice) listen(r io.Reader, o *output, counted func(output) error) (said string, bad error) {
	var text strings.Builder
	last := time.Now()
	lines := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := lines.ReadString('\n')
		o.take(line)
		if !strings.HasPrefix(line, "fuzz: elapsed:") && text.Len() < maxSaid {
			text.WriteString(line)
		}
		if bad == nil && time.Since(last) > countEvery {
			bad, last = counted(*o), time.Now()
		}
		if err != nil {
			return text.String(), bad
		}
	}
}

// maxSaid bounds what is kept of a failing test's words.
const maxSaid = 64 << 10

func (s slice) inputPath(input string) string {
	if strings.Contains(input, "testdata") {
		return filepath.Join(s.dir, input)
	}
	return input
}
