// Command matrix runs every client against every transport and every fault, and
// writes what it saw to integration_test/MATRIX.md:
//
//	go run ./integration_test/cmd/matrix [--clients NAME,...] [--only transports|faults] [--jobs N] [--out FILE]
//
// Run it in the module's folder. Clients that are not installed are listed as such,
// and what an older run saw of them stays. It exits 1 if a driver itself failed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/fakedc/fakedc/integration_test/internal/matrix"
)

type flags struct {
	clients, only, out, records string
	jobs                        int
	timeout                     time.Duration
}

func main() {
	var f flags
	flag.StringVar(&f.clients, "clients", "", "run only clients whose names contain one of these, `NAME,...`")
	flag.StringVar(&f.only, "only", "", "run only `transports` or faults")
	flag.StringVar(&f.out, "out", filepath.Join("integration_test", "MATRIX.md"), "the page to `FILE`")
	flag.StringVar(&f.records, "records", "", "keep what each cell saw, as JSON, in `FOLDER`")
	flag.IntVar(&f.jobs, "jobs", 2, "how many cells run at a time")
	flag.DurationVar(&f.timeout, "timeout", 25*time.Second, "how long a client is given for one cell")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, f); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, f flags) error {
	transports, faults := f.only != "faults", f.only != "transports"
	if flag.NArg() > 0 || (f.only != "" && transports && faults) {
		return errors.New("matrix: --only takes transports or faults, and there are no arguments: see --help")
	}
	scratch, err := os.MkdirTemp("", "fakedc-matrix-")
	if err != nil {
		return fmt.Errorf("matrix: making a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	file, err := matrix.NewFile(scratch)
	if err != nil {
		return err
	}
	report, clients, err := open(f)
	if err != nil {
		return err
	}
	ready := prepare(ctx, clients, report, scratch)
	cells := matrix.Plan(ready, transports, faults)
	report.Begin(cells)
	failed, err := fill(ctx, f, file, cells, report)
	if err != nil {
		return err
	}
	if err := write(f, report); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("matrix: %d of %d drivers failed", failed, len(cells))
	}
	return nil
}

// open reads the manifests and the page of an older run, and returns the clients
// that are asked for.
func open(f flags) (*matrix.Report, []*matrix.Client, error) {
	all, err := matrix.Load("integration_test")
	if err != nil {
		return nil, nil, err
	}
	page, err := os.ReadFile(f.out)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("matrix: reading the older page: %w", err)
	}
	old, err := matrix.Parse(string(page))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.out, err)
	}
	report := matrix.NewReport(all, old, commit(), time.Now().UTC().Format(time.DateOnly))
	asked := all[:0:0]
	for _, c := range all {
		if wanted(c.Name, f.clients) {
			asked = append(asked, c)
		}
	}
	if len(asked) == 0 {
		return nil, nil, fmt.Errorf("matrix: no client's name contains %q", f.clients)
	}
	return report, asked, nil
}

func wanted(name, list string) bool {
	if list == "" {
		return true
	}
	for part := range strings.SplitSeq(list, ",") {
		if strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(part))) {
			return true
		}
	}
	return false
}

// commit is the version of fakedc: go run does not put it into the program.
func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short=7", "HEAD").Output()
	if err != nil {
		return "of an unknown commit"
	}
	return "commit " + strings.TrimSpace(string(out))
}

// prepare returns the clients that can be run, and notes why others cannot.
func prepare(ctx context.Context, clients []*matrix.Client, report *matrix.Report, scratch string) (ready []*matrix.Client) {
	for _, c := range clients {
		if err := c.Prepare(ctx, scratch); err != nil {
			fmt.Fprintf(os.Stderr, "%s is not run: %v\n", c.Name, err)
			report.Skip(c.Name, err.Error())
			continue
		}
		ready = append(ready, c)
	}
	return ready
}

// fill runs all cells and counts those whose driver failed.
func fill(ctx context.Context, f flags, file matrix.File, cells []matrix.Cell, report *matrix.Report) (failed int, err error) {
	started, n := time.Now(), 0
	r := matrix.Runner{File: file, Timeout: f.timeout, Jobs: f.jobs, Records: f.records}
	r.Done = func(c matrix.Cell, seen matrix.Record, took time.Duration) {
		n++
		if seen.DriverFailed() {
			failed++
		}
		report.Set(c, seen)
		fmt.Fprintf(os.Stderr, "%3d of %d (%3.0f s) %v: %s (%.1f s)\n", n, len(cells), time.Since(started).Seconds(), c, c.Words(seen), took.Seconds())
	}
	err = r.Run(ctx, cells)
	return failed, err
}

func write(f flags, report *matrix.Report) error {
	var page strings.Builder
	if err := report.Write(&page, f.timeout); err != nil {
		return err
	}
	if err := os.WriteFile(f.out, []byte(page.String()), 0o644); err != nil {
		return fmt.Errorf("matrix: writing the page: %w", err)
	}
	return nil
}
