package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"syscall"
	"time"
)

type flags struct {
	root               string // the module's folder
	each, only, ledger string
	whole              time.Duration
	parallel           int
	rows               bool
}

func main() {
	f := flags{root: "."}
	flag.StringVar(&f.each, "each", "60s", "how long a target runs at a time: a `DURATION`, or executions as 100000x")
	flag.DurationVar(&f.whole, "for", 0, "begin again, round after round, until this `DURATION` is over (default: each target once)")
	flag.StringVar(&f.only, "only", "", "run only targets that match `REGEXP`, as in 'session FuzzSession'")
	flag.IntVar(&f.parallel, "parallel", runtime.GOMAXPROCS(0), "`N` executions at a time")
	flag.StringVar(&f.ledger, "ledger", filepath.Join("integration_test", "FUZZING.md"), "count in `FILE`, or nowhere if off")
	flag.BoolVar(&f.rows, "rows", false, "run nothing, give each target its row")
	flag.Parse()
	// A fuzzer has a group of its own: what ends this process has to be passed on to it.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := start(ctx, f)
	stop()
	var found findings
	switch {
	case errors.As(err, &found):
		fmt.Fprintf(os.Stderr, "fuzzing: %v\n", err)
		os.Exit(1)
	case err != nil:
		fmt.Fprintf(os.Stderr, "fuzzing: %v\n", err)
		os.Exit(2)
	}
}

// findings is how many targets have an input that fails.
type findings int

func (n findings) Error() string {
	return fmt.Sprintf("targets with a finding: %d; the inputs are named above, and go test runs them too", int(n))
}

func start(ctx context.Context, f flags) error {
	pattern, err := regexp.Compile(f.only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	targets, err := find(f.root)
	if err != nil {
		return err
	}
	page := ledger{f.ledger}
	if f.ledger == "off" {
		page.path = ""
	}
	if f.rows {
		return page.change(func(t *table) { t.keep(targets) })
	}
	targets = slices.DeleteFunc(targets, func(t target) bool { return !pattern.MatchString(t.String()) })
	if len(targets) == 0 || flag.NArg() > 0 {
		return errors.New("no target to run: see -help, and run it in the module's folder")
	}
	if _, err := page.read(); err != nil {
		return err // before an hour of work is lost
	}
	return campaign(ctx, f, page, targets)
}

func campaign(ctx context.Context, f flags, page ledger, targets []target) error {
	scratch, err := os.MkdirTemp("", "fakedc-fuzzing-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	c := &runner{flags: f, page: page, build: &builder{root: f.root, scratch: scratch, built: map[string]string{}}}
	began := time.Now()
	for {
		for _, t := range targets {
			if ctx.Err() != nil || f.whole > 0 && time.Since(began) >= f.whole {
				return c.result()
			}
			if err := c.one(ctx, t); err != nil && ctx.Err() == nil {
				return err
			}
		}
		if f.whole == 0 {
			return c.result()
		}
	}
}

// runner goes from target to target.
type runner struct {
	flags flags
	page  ledger
	build *builder
	found map[target]bool
}

func (c *runner) result() error {
	if len(c.found) > 0 {
		return findings(len(c.found))
	}
	return nil
}

// one runs a target, once more if it failed without naming an input, and counts it.
func (c *runner) one(ctx context.Context, t target) error {
	if c.found[t] {
		return nil // its input would be the first to be tried again
	}
	binary, err := c.build.binary(ctx, t.Package)
	if err != nil {
		return err
	}
	cache, err := c.build.cacheDir(ctx, t.Package)
	if err != nil {
		return err
	}
	s := slice{t, binary, filepath.Join(c.build.root, filepath.FromSlash(t.Package)), cache, c.flags.each, c.flags.parallel, lastWord}
	for range 2 {
		o, said, exitErr := s.run(ctx, c.counter(t))
		v := o.verdict(exitErr)
		if ctx.Err() != nil && v == odd {
			v = fine // it was told to end
		}
		fmt.Printf("%s: execs: %d (%.0f/sec), %d inputs%s\n", t, o.execs, float64(o.execs)/max(o.elapsed.Seconds(), 1), o.corpus, v)
		if v == fine {
			return nil
		}
		fmt.Print(said)
		if v == finding {
			fmt.Printf("%s fails with %s\n", t, s.inputPath(o.input))
			break
		}
	}
	if c.found == nil {
		c.found = map[target]bool{}
	}
	c.found[t] = true
	return c.page.add(t, 0, 0, 0, 1, time.Now())
}

// counter returns a function that adds to the page what is new since its last call.
func (c *runner) counter(t target) func(output) error {
	var execs int64
	var elapsed time.Duration
	return func(o output) error {
		more, longer := o.execs-execs, (o.elapsed - elapsed).Truncate(time.Second)
		if more == 0 && longer == 0 {
			return nil
		}
		execs, elapsed = o.execs, elapsed+longer
		return c.page.add(t, more, int64(longer/time.Second), o.corpus, 0, time.Now())
	}
}

// String is what stands at the end of a target's line.
func (v verdict) String() string {
	return [...]string{"", ": FOUND", ": failed without an input"}[v]
}
