// Command hostile has every client meet a server that breaks one rule of MTProto at
// a time, and writes what they did to integration_test/HOSTILE.md:
//
//	go run ./integration_test/cmd/hostile [--clients NAME,...] [--jobs N] [--out FILE]
//
// Run it in the module's folder. Clients that are not installed are left out.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fakedc/fakedc/integration_test/internal/matrix"
	"github.com/fakedc/fakedc/scenarios"
)

const about = `# What real clients do about a hostile server

A server that breaks one rule of MTProto at a time (` + "`builtin:hostile-*`" + `), and what each client does about it: **accepts it**, so
that it goes on with a key or believes an answer that it should have thrown away; or refuses it, and then completes the upload,
fails, or hangs until its %v are over. A row in *italics* is advised by the documentation, the others are demanded. One run each, written by
` + "`go run ./integration_test/cmd/hostile`" + ` on %s.

`

func main() {
	only := flag.String("clients", "", "run only clients whose names contain one of these, `NAME,...`")
	jobs := flag.Int("jobs", 2, "how many clients run at a time")
	out := flag.String("out", filepath.Join("integration_test", "HOSTILE.md"), "the page to `FILE`")
	timeout := flag.Duration("timeout", 15*time.Second, "how long a client is given for one case")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, *out, *jobs, *timeout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, only, out string, jobs int, timeout time.Duration) error {
	scratch, err := os.MkdirTemp("", "fakedc-hostile-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	file, err := matrix.NewHostileFile(scratch)
	if err != nil {
		return err
	}
	all, err := matrix.Load("integration_test")
	if err != nil {
		return err
	}
	var clients []*matrix.Client
	for _, c := range all {
		if !wanted(c.Name, only) {
			continue
		}
		if err := c.Prepare(ctx, scratch); err != nil {
			fmt.Fprintf(os.Stderr, "%s is not run: %v\n", c.Name, err)
			continue
		}
		clients = append(clients, c)
	}
	seen, err := fill(ctx, clients, file, jobs, timeout)
	if err != nil {
		return err
	}
	return os.WriteFile(out, []byte(page(clients, seen, timeout)), 0o644)
}

func wanted(name, list string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(part))) {
			return true
		}
	}
	return false
}

type cell struct {
	client *matrix.Client
	hostil scenarios.HostileCase
}

// fill runs all cells.
func fill(ctx context.Context, clients []*matrix.Client, file string, jobs int, timeout time.Duration) (map[string]string, error) {
	cells := make(chan cell)
	var mu sync.Mutex
	var workers sync.WaitGroup
	seen, n := map[string]string{}, 0
	var failed error
	for range jobs {
		workers.Go(func() {
			for c := range cells {
				words, err := c.client.Hostile(ctx, c.hostil, file, timeout)
				mu.Lock()
				if err != nil && failed == nil {
					failed = err
				}
				seen[c.client.Name+c.hostil.Name] = words
				n++
				fmt.Fprintf(os.Stderr, "%3d of %d: %s, %s: %s\n", n, len(clients)*len(scenarios.HostileCases()), c.client.Name, c.hostil.Name, words)
				mu.Unlock()
			}
		})
	}
	for _, h := range scenarios.HostileCases() {
		for _, c := range clients {
			cells <- cell{c, h}
		}
	}
	close(cells)
	workers.Wait()
	return seen, failed
}

// page writes the table.
func page(clients []*matrix.Client, seen map[string]string, timeout time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, about, timeout, time.Now().UTC().Format(time.DateOnly))
	b.WriteString("| | the server breaks a rule |")
	for _, c := range clients {
		b.WriteString(" " + strings.TrimSpace(c.Name+" "+c.Version) + " |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(clients)) + "\n")
	for _, h := range scenarios.HostileCases() {
		breaks := h.Breaks
		if h.Should {
			breaks = "*" + breaks + "*"
		}
		fmt.Fprintf(&b, "| [%s](%s) | %s |", h.Number, h.URL, breaks)
		for _, c := range clients {
			fmt.Fprintf(&b, " %s |", seen[c.Name+h.Name])
		}
		b.WriteString("\n")
	}
	return b.String()
}
