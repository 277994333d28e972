package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// figures are what is counted of a package.
type figures struct {
	name                                           string
	mutants, killed, timedOut, survived, unreached int
	took, measured                                 string // for people
}

func (r *result) figures(measured string) figures {
	return figures{
		name: r.name, mutants: len(r.mutants), killed: r.count(killed), timedOut: r.count(timedOut),
		survived: r.count(survived), unreached: r.count(notReached),
		took: r.took.Round(time.Second).String(), measured: measured,
	}
}

// rate is the share of all mutants that are killed, in percent. Survivors that were
// accepted do not count as killed.
func (f figures) rate() float64 { return share(f.killed+f.timedOut, f.mutants) }

// rateOfOthers leaves out the mutants that nothing can tell from the code.
func (f figures) rateOfOthers(l register) float64 {
	return share(f.killed+f.timedOut, f.mutants-l.equivalent(f.name))
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 100
	}
	return 100 * float64(part) / float64(whole)
}

// row is a row of the page.
func (f figures) row(l register) string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %.1f %% | %d | %.1f %% | %s | %s |", f.name, f.mutants, f.killed, f.timedOut,
		f.survived, f.unreached, f.rate(), l.equivalent(f.name), f.rateOfOthers(l), f.took, f.measured)
}

// parseRow reads what row wrote, but for what is computed.
func parseRow(line string) (f figures, err error) {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	if len(cells) != 11 {
		return f, fmt.Errorf("%d cells in the row %q, there should be 11", len(cells), line)
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	f = figures{name: cells[0], took: cells[9], measured: cells[10]}
	for i, n := range []*int{&f.mutants, &f.killed, &f.timedOut, &f.survived, &f.unreached} {
		if *n, err = strconv.Atoi(cells[i+1]); err != nil {
			return f, fmt.Errorf("the row of %s: %w", f.name, err)
		}
	}
	return f, nil
}

// summary is one package, for whoever waits.
func (f figures) summary(l register) string {
	return fmt.Sprintf("%s: %d mutants, %d killed, %d timed out, %d survived, %d not reached: %.1f %% (%.1f %% without the %d equivalent) in %s",
		f.name, f.mutants, f.killed, f.timedOut, f.survived, f.unreached, f.rate(), f.rateOfOthers(l), l.equivalent(f.name), f.took)
}
