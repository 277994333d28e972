package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
)

// cell is what became of a part.
type cell int

// The cells. A part is the most telling of those that apply; see cellOf.
const (
	cellMissing  cell = iota
	cellFailed        // refused, and not stored by any other call
	cellStored        // at once
	cellWaited        // after the client was told to wait
	cellRefused       // after it was refused or lost
	cellRepeated      // and came again, which changed nothing
)

// cellLooks are how cells are drawn: told apart without colours too.
var cellLooks = []struct {
	cell  cell
	sign  string
	style style
	name  string
}{
	{cellStored, "■", green, "stored"},
	{cellRefused, "▲", yellow, "refused or lost, then stored"},
	{cellWaited, "●", cyan, "told to wait, then stored"},
	{cellRepeated, "◆", magenta, "stored, repeated"},
	{cellFailed, "×", red, "refused"},
	{cellMissing, "·", dim, "missing"},
}

// partCells says what became of each of total parts. waited are those that met a
// FLOOD_WAIT, and how often.
func partCells(u mockserver.Upload, total int, waited map[int32]int) []cell {
	cells := make([]cell, total)
	for _, p := range u.Parts {
		if p.Index < 0 || int(p.Index) >= total {
			continue
		}
		cells[p.Index] = cellOf(p, slices.Contains(u.Report.Repeated, p.Index), waited[p.Index])
	}
	return cells
}

func cellOf(p mockserver.PartState, repeated bool, waited int) cell {
	switch {
	case !p.Stored && p.Refused > 0:
		return cellFailed
	case !p.Stored:
		return cellMissing
	case repeated:
		return cellRepeated
	case p.Refused > waited, p.TimesStored > 1: // stored twice and not repeated: it was lost between
		return cellRefused
	case waited > 0:
		return cellWaited
	}
	return cellStored
}

// waited counts, by part, the refusals that asked to wait: code 420.
// https://core.telegram.org/api/errors#420-flood
func waited(events []mockserver.Event) map[int32]int {
	out := map[int32]int{}
	for _, e := range events {
		if strings.HasPrefix(e.Error, "420 ") {
			out[*e.Part]++
		}
	}
	return out
}

// mapColumns is how many parts a row shows: ten while that is easy to count, else
// as many groups of ten as fit into 80 columns.
func mapColumns(parts int) int {
	if parts <= 100 {
		return 10
	}
	return 30
}

// partMap draws the cells as a grid with numbers, and the legend below.
func partMap(t *terminal, cells []cell) string {
	columns := mapColumns(len(cells))
	var b strings.Builder
	b.WriteString("        ")
	for i := range columns {
		b.WriteString(gap(i) + t.paint(dim, fmt.Sprint(i%10)))
	}
	b.WriteByte('\n')
	for row := 0; row < len(cells); row += columns {
		b.WriteString(t.paint(dim, fmt.Sprintf("  %5d ", row)))
		for i, c := range cells[row:min(row+columns, len(cells))] {
			look := cellLooks[lookOf(c)]
			b.WriteString(gap(i) + t.paint(look.style, look.sign))
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	b.WriteString(legend(t, cells))
	return b.String()
}

// gap stands before a cell: groups of ten stand apart.
func gap(column int) string {
	if column > 0 && column%10 == 0 {
		return "   "
	}
	return " "
}

func lookOf(c cell) int {
	for i, l := range cellLooks {
		if l.cell == c {
			return i
		}
	}
	return 0
}

// legend explains the signs and counts them, two in a line.
func legend(t *terminal, cells []cell) string {
	counts := map[cell]int{}
	for _, c := range cells {
		counts[c]++
	}
	var b strings.Builder
	for i, l := range cellLooks {
		fmt.Fprintf(&b, "   %s %5d %-29s", t.paint(l.style, l.sign), counts[l.cell], l.name)
		if i%2 == 1 {
			b.WriteByte('\n')
		}
	}
	return trimLines(b.String())
}

// trimLines takes spaces from the ends of lines.
func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}
