package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Where the page and the register are, from the module's root.
const (
	pageFile     = "integration_test/MUTATION.md"
	registerFile = "integration_test/mutation/survivors.json"
)

// The packages that are measured where none is named.
var measured = []string{
	"./validator", "./mockserver/internal/wire", "./mockserver/internal/envelope", "./mockserver/internal/session",
}

type options struct {
	sample    int
	processes int
	least     float64
	update    bool
	page      bool
	keep      bool
	only      string
	list      string
}

func main() {
	var o options
	flag.IntVar(&o.sample, "sample", 1, "try only every `N`th mutant")
	flag.IntVar(&o.processes, "p", 2, "run so `MANY` mutants at a time")
	flag.Float64Var(&o.least, "least", 90, "fail if less than so many `PERCENT` of a package's mutants are killed")
	flag.BoolVar(&o.update, "update", false, "write the page and the list of survivors")
	flag.BoolVar(&o.page, "page", false, "measure nothing: write the page again, with the reasons of the list")
	flag.BoolVar(&o.keep, "keep", false, "leave what was compiled, and say where")
	flag.StringVar(&o.only, "only", "", "try only mutants whose description contains the `TEXT`")
	flag.StringVar(&o.list, "list", "", "write what became of each mutant to the `FILE`, to compare runs")
	flag.Parse()
	packages := flag.Args()
	if len(packages) == 0 && !o.page {
		packages = measured
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, packages, o); err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, packages []string, o options) error {
	if o.sample < 1 || o.processes < 1 {
		return fmt.Errorf("-sample %d -p %d: both have to be 1 at least", o.sample, o.processes)
	}
	known, err := readRegister(registerFile)
	if err != nil {
		return err
	}
	complaints := []string{}
	fresh := []figures{}
	tried, outcomes := 0, ""
	for _, p := range packages {
		r, err := measure(ctx, p, o)
		if err != nil {
			return err
		}
		if o.update && !r.sampled {
			known = known.merge(r)
			fresh = append(fresh, r.figures(time.Now().UTC().Format(time.DateOnly)+", "+runtime.Version()))
		}
		tried += len(r.mutants)
		outcomes += r.list()
		fmt.Println(r.figures("").summary(known.among(r.mutants)))
		complaints = append(complaints, r.complaints(known, o.least)...)
	}
	if tried == 0 && len(packages) > 0 {
		return fmt.Errorf("no mutant has %q in its description: nothing was tried", o.only)
	}
	if o.list != "" {
		if err := os.WriteFile(o.list, []byte(outcomes), 0o600); err != nil {
			return err
		}
	}
	if o.update || o.page {
		if err := write(fresh, known); err != nil {
			return err
		}
	}
	if len(complaints) > 0 {
		return fmt.Errorf("%d complaints:\n%s", len(complaints), strings.Join(complaints, "\n"))
	}
	return nil
}

// write writes the register and the page; packages that were not measured keep their
// figures.
func write(fresh []figures, known register) error {
	old, err := readPage(pageFile)
	if err != nil {
		return err
	}
	if err := known.write(registerFile); err != nil {
		return err
	}
	return os.WriteFile(pageFile, []byte(page(withNew(old, fresh), known)), 0o644)
}

// measure makes the mutants of one package and tries them.
func measure(ctx context.Context, pattern string, o options) (*result, error) {
	began := time.Now()
	s, err := load(pattern)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return nil, err
	}
	if o.keep {
		fmt.Println(s.Name, "is in", scratch)
	} else {
		defer func() { _ = os.RemoveAll(scratch) }()
	}
	texts, mutants := rewrite(s)
	p, err := build(ctx, s, texts, len(mutants), scratch)
	if err != nil {
		return nil, err
	}
	reaches, err := p.reaches(ctx)
	if err != nil {
		return nil, err
	}
	r := &result{name: filepath.ToSlash(s.Name), mutants: chosen(mutants, o)}
	r.sampled = len(r.mutants) < len(mutants)
	r.outcomes, err = p.tryAll(ctx, r.mutants, reaches, o.processes)
	r.took = time.Since(began)
	return r, err
}

func chosen(mutants []mutant, o options) (some []mutant) {
	for i, m := range mutants {
		if i%o.sample == 0 && strings.Contains(m.String(), o.only) {
			some = append(some, m)
		}
	}
	return some
}

// tryAll tries the mutants, so many at a time. Those that ran out of time are tried a
// second time, each alone, so that a busy machine kills none.
func (p *program) tryAll(ctx context.Context, mutants []mutant, reaches []reach, processes int) ([]outcome, error) {
	outcomes, errs := make([]outcome, len(mutants)), make([]error, processes)
	next := make(chan int)
	var workers sync.WaitGroup
	for w := range processes {
		workers.Go(func() {
			for i := range next {
				if errs[w] == nil {
					outcomes[i], errs[w] = p.try(ctx, mutants[i].ID, reaches, 1)
				}
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	for i, o := range outcomes {
		if o != late {
			continue
		}
		var err error
		if outcomes[i], err = p.try(ctx, mutants[i].ID, reaches, again); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}
