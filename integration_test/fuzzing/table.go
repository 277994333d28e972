package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is what is known of a target.
type row struct {
	target
	Execs    int64
	Seconds  int64 // of fuzzing, as the fuzzer counts them
	Last     string
	Corpus   int
	Findings int // failing inputs that were found, mended or not
}

const (
	tableHead = "| package | target | what it holds against what | executions | seconds | a second | last run | corpus | findings |"
	tableRule = "|---|---|---|---|---|---|---|---|---|"
	never     = "never"
)

// table is the state: its rows, sorted by package and target.
type table []row

// parseTable reads what String wrote, or somebody who renamed a target in it.
func parseTable(text string) (t table, err error) {
	inside := false
	for n, line := range strings.Split(text, "\n") {
		switch {
		case line == tableHead:
			inside = true
		case !inside || line == tableRule || strings.TrimSpace(line) == "":
		default:
			r, err := parseRow(line)
			if err != nil {
				return nil, fmt.Errorf("line %d of the table: %w", n+1, err)
			}
			t = append(t, r)
		}
	}
	if !inside {
		return nil, fmt.Errorf("there is no line %q", tableHead)
	}
	slices.SortFunc(t, byName)
	return t, nil
}

func parseRow(line string) (r row, err error) {
	cells := strings.Split(strings.Trim(line, "|"), " | ")
	if len(cells) != 9 {
		return r, fmt.Errorf("%d cells, not 9: %s", len(cells), line)
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	r.Package, r.Name, r.About, r.Last = cells[0], cells[1], strings.ReplaceAll(cells[2], `\|`, "|"), cells[6]
	number := func(i int) int64 {
		n, bad := strconv.ParseInt(strings.ReplaceAll(cells[i], ",", ""), 10, 64)
		if bad != nil || n < 0 {
			err = cmp.Or(err, fmt.Errorf("%q is no count: %s", cells[i], line))
		}
		return n
	}
	r.Execs, r.Seconds = number(3), number(4)
	r.Corpus, r.Findings = int(number(7)), int(number(8))
	if _, bad := time.Parse(time.DateOnly, r.Last); bad != nil && r.Last != never {
		err = cmp.Or(err, fmt.Errorf("%q is no date: %s", r.Last, line))
	}
	return r, err
}

// String is the table and its sum in Markdown.
func (t table) String() string {
	var b strings.Builder
	var execs, seconds int64
	for _, r := range t {
		execs += r.Execs
		seconds += r.Seconds
	}
	fmt.Fprintf(&b, "**%s executions** of %d targets, in %s of fuzzing.\n\n%s\n%s\n", grouped(execs), len(t), time.Duration(seconds)*time.Second, tableHead, tableRule)
	for _, r := range t {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %d | %d |\n", r.Package, r.Name, strings.ReplaceAll(r.About, "|", `\|`),
			grouped(r.Execs), grouped(r.Seconds), grouped(r.Execs/max(r.Seconds, 1)), r.Last, r.Corpus, r.Findings)
	}
	return b.String()
}

func byName(a, b row) int {
	return cmp.Or(strings.Compare(a.Package, b.Package), strings.Compare(a.Name, b.Name))
}

// row returns the target's row, which is made if there is none.
func (t *table) row(x target) *row {
	i, ok := slices.BinarySearchFunc(*t, row{target: x}, byName)
	if !ok {
		*t = slices.Insert(*t, i, row{target: x, Last: never})
	}
	return &(*t)[i]
}

// keep gives exactly these targets a row, with their words of today.
func (t *table) keep(targets []target) {
	var kept table
	for _, x := range targets {
		r := *t.row(x)
		r.About = x.About
		kept = append(kept, r)
	}
	*t = kept
}

// grouped writes thousands apart.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
