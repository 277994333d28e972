package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// addressSpace is what a test process may map: a mutant that allocates without
// end is stopped by this, and the machine stays usable.
const addressSpace = 6 << 20 // KiB

// A mutant may take so many times what its tests take without it, and some patience
// more: a process of a busy machine takes a second to begin.
// One that takes longer is tried again, alone and with so many times as long.
const (
	slower   = 10
	patience = 4 * time.Second
	again    = 3
)

// Tests that take less than this are quick.
const quickly = 60 * time.Millisecond

// outcome is what became of a mutant.
type outcome int

const (
	survived outcome = iota
	killed
	timedOut
	notReached
	late // has to be tried again
)

func (o outcome) String() string {
	return [...]string{"survived", "killed", "timed out", "not reached", "late"}[o]
}

// test runs the named tests with a mutant switched on, 0 for none. It returns what they
// printed, how long they had the processor, and an error if they failed: errAsleep if they
// would never have ended, errPolling if they waited in vain until ctx was done.
func (p *program) test(ctx context.Context, tests []string, mutant int, env ...string) (said string, used time.Duration, err error) {
	// Of a process that waits for nothing else than that alarm nobody could tell that all
	// of it is asleep, neither Go, which ends some of the mutants that wait for ever, nor
	// watch, which finds the others. They have a limit.
	alarm := "-test.timeout=0"
	if mutant == 0 {
		alarm = "-test.timeout=10m"
	}
	args := []string{"-c", fmt.Sprintf(`ulimit -v %d; exec "$0" "$@"`, addressSpace), p.path,
		"-test.run=" + only(tests), "-test.failfast", alarm, "-test.paniconexit0"}
	cmd := exec.CommandContext(ctx, "sh", args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "FAKEDC_MUTANT="+strconv.Itoa(mutant), "GOTRACEBACK=single")
	cmd.Env = append(cmd.Env, env...)
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = runUnlessAsleep(cmd)
	if s := cmd.ProcessState; s != nil {
		used = s.UserTime() + s.SystemTime()
	}
	return out.String(), used, err
}

// only is the pattern that matches these tests. Their names are identifiers.
func only(tests []string) string {
	return "^(" + strings.Join(tests, "|") + ")$"
}

// reach is what one test reaches by itself.
type reach struct {
	name   string
	points map[int]bool
	took   time.Duration
}

// reaches runs every test alone, without a mutant, and says what it reaches.
func (p *program) reaches(ctx context.Context) (all []reach, err error) {
	cmd := exec.CommandContext(ctx, p.path, "-test.list=.")
	cmd.Dir = p.dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: listing the tests: %w", p.dir, err)
	}
	began := time.Now()
	if text, _, err := p.test(ctx, nil, 0); err != nil {
		return nil, fmt.Errorf("%s: running no test: %w\n%s", p.dir, err, text)
	}
	empty := time.Since(began)
	for name := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(name, "Benchmark") {
			continue
		}
		r, err := p.reach(ctx, name)
		if err != nil {
			return nil, err
		}
		r.took = max(0, r.took-empty) // what the process itself takes is no test's
		all = append(all, r)
	}
	return all, nil
}

func (p *program) reach(ctx context.Context, test string) (reach, error) {
	r := reach{name: test, points: map[int]bool{}}
	seen := filepath.Join(p.scratch, "seen-"+test)
	out, _, err := p.test(ctx, []string{test}, 0, "FAKEDC_MUTANT_SEEN="+seen)
	if err != nil {
		return r, fmt.Errorf("%s: %s fails without a mutant: %w\n%s", p.dir, test, err, out)
	}
	text, err := os.ReadFile(seen)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return r, err
	}
	for line := range strings.FieldsSeq(string(text)) {
		id, err := strconv.Atoi(line)
		if err != nil {
			return r, err
		}
		r.points[id] = true
	}
	// Once more as it runs with mutants, for the time that it takes.
	began := time.Now()
	out, _, err = p.test(ctx, []string{test}, 0)
	if r.took = time.Since(began); err != nil {
		return r, fmt.Errorf("%s: %s fails without a mutant: %w\n%s", p.dir, test, err, out)
	}
	return r, nil
}

// try says what becomes of one mutant that may take so many times what is usual. The
// tests that are quick come first, in one process; most mutants need no more.
func (p *program) try(ctx context.Context, id int, all []reach, times int) (outcome, error) {
	var quick, slow []reach
	for _, r := range all {
		switch {
		case !r.points[id]:
		case r.took < quickly:
			quick = append(quick, r)
		default:
			slow = append(slow, r)
		}
	}
	if len(quick)+len(slow) == 0 {
		return notReached, nil
	}
	for _, some := range [][]reach{quick, slow} {
		if o, err := p.tryWith(ctx, id, some, times); o != survived || err != nil {
			return o, err
		}
	}
	return survived, nil
}

func (p *program) tryWith(ctx context.Context, id int, tests []reach, times int) (outcome, error) {
	if len(tests) == 0 {
		return survived, nil
	}
	took, names := time.Duration(0), []string{}
	for _, t := range tests {
		took += t.took
		names = append(names, t.name)
	}
	limited, cancel := context.WithTimeout(ctx, time.Duration(times)*(p.patience+slower*took))
	defer cancel()
	out, used, err := p.test(limited, names, id)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return survived, ctx.Err()
	case errors.Is(err, errAsleep), errors.Is(err, errPolling):
		return timedOut, nil
	case limited.Err() != nil && times < again && !p.hangs(used, took):
		return late, nil
	case limited.Err() != nil:
		return timedOut, nil
	case err == nil:
		return survived, nil
	case errors.As(err, &exit):
		return killed, nil
	}
	return survived, fmt.Errorf("mutant %d: %w\n%s", id, err, out)
}

// hangs tells whether tests that ran out of time had the processor for so long that it
// cannot be for want of it: most mutants that never end go round and round, and trying
// them again would take most of a run. Others wait, or the machine is busy.
func (p *program) hangs(used, took time.Duration) bool {
	return used >= slower*took+p.patience/4
}
