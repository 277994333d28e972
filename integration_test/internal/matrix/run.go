package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Plan lists the cells of some clients.
func Plan(clients []*Client, transports, faults bool) (cells []Cell) {
	for _, c := range clients {
		if transports {
			for _, name := range c.Transports {
				cells = append(cells, Cell{Client: c, Transport: name})
			}
		}
		if faults {
			for _, f := range Faults() {
				cells = append(cells, Cell{Client: c, Transport: c.Default, Fault: &f})
			}
		}
	}
	return cells
}

// Runner runs cells, several at a time.
type Runner struct {
	File    File
	Timeout time.Duration
	Jobs    int
	// Records is a folder for what each cell saw, as JSON; "" is none.
	Records string
	// Done is told of each cell, one at a time.
	Done func(c Cell, seen Record, took time.Duration)
}

// Run returns when all cells have been run, or with the first error of the matrix's
// own.
func (r *Runner) Run(ctx context.Context, cells []Cell) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan Cell)
	var (
		workers sync.WaitGroup
		one     sync.Mutex
	)
	for range max(r.Jobs, 1) {
		workers.Go(func() {
			for c := range next {
				started := time.Now()
				seen, err := c.Run(ctx, r.File, r.Timeout)
				if err == nil {
					err = r.keep(c, seen)
				}
				if err != nil {
					cancel(fmt.Errorf("matrix: %v: %w", c, err))
					continue
				}
				one.Lock()
				r.Done(c, seen, time.Since(started))
				one.Unlock()
			}
		})
	}
	for _, c := range cells {
		select {
		case next <- c:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

// keep writes a record where it can be looked at.
func (r *Runner) keep(c Cell, seen Record) error {
	if r.Records == "" {
		return nil
	}
	text, err := json.MarshalIndent(seen, "", " ")
	if err != nil {
		return err
	}
	name := strings.NewReplacer(" ", "-", ",", "", "/", "-").Replace(strings.ToLower(c.String()))
	return os.WriteFile(filepath.Join(r.Records, name+".json"), append(text, '\n'), 0o600)
}
