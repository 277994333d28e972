package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// write puts a page into a file. What is there already of other kinds of processors
// stays; where only some rows were measured, so do the others, and it says which are of
// another run.
func write(path, page, only string) error {
	if old, err := os.ReadFile(path); err == nil {
		page = merged(string(old), page, only, time.Now())
	}
	return os.WriteFile(path, []byte(page), 0o644)
}

// sectionMark begins the heading of a table.
const sectionMark = "## "

// split cuts a page into what comes before the first table, and the tables with their
// headings.
func split(page string) (before string, sections []string) {
	for line := range strings.Lines(page) {
		switch {
		case strings.HasPrefix(line, sectionMark):
			sections = append(sections, line)
		case len(sections) == 0:
			before += line
		default:
			sections[len(sections)-1] += line
		}
	}
	return before, sections
}

// title is the first line.
func title(section string) string {
	line, _, _ := strings.Cut(section, "\n")
	return line
}

// merged is an old page with the table of a new one.
func merged(old, page, only string, now time.Time) string {
	before, fresh := split(page)
	_, sections := split(old)
	for _, f := range fresh {
		i := slices.IndexFunc(sections, func(s string) bool { return title(s) == title(f) })
		switch {
		case i < 0:
			sections = append(sections, f)
		case only != "":
			sections[i] = replaced(sections[i], f, only, now)
		default:
			sections[i] = f
		}
	}
	for i, s := range sections {
		sections[i] = strings.TrimRight(s, "\n") + "\n"
	}
	return before + strings.Join(sections, "\n")
}

// replaced is an old table with the rows of a new one.
func replaced(old, page, only string, now time.Time) string {
	fresh := rowsOf(page)
	var out, behind strings.Builder // the table, and what is behind it
	var names []string
	rows := false
	for line := range strings.Lines(old) {
		if again, ok := fresh[rowName(line)]; ok {
			line = again
			names = append(names, rowName(again))
			delete(fresh, rowName(again))
		}
		if rows = rows || rowName(line) != ""; rows && rowName(line) == "" {
			behind.WriteString(line)
			continue
		}
		out.WriteString(line)
	}
	for line := range strings.Lines(page) { // what the old page did not have, in order
		if _, left := fresh[rowName(line)]; left {
			out.WriteString(line)
			names = append(names, rowName(line))
		}
	}
	out.WriteString(behind.String())
	fmt.Fprintf(&out, "\nMeasured again by themselves (-only %q) on %s, not in the run above: %s.\n", only, now.UTC().Format("2006-01-02"), strings.Join(names, "; "))
	return out.String()
}

// rowsOf are the lines of a table by their names.
func rowsOf(page string) map[string]string {
	rows := map[string]string{}
	for line := range strings.Lines(page) {
		if name := rowName(line); name != "" {
			rows[name] = line
		}
	}
	return rows
}

// rowName is the first cell of a line that is a figure, "" of any other.
func rowName(line string) string {
	cells := strings.Split(line, " | ")
	name, isRow := strings.CutPrefix(cells[0], "| ")
	if !isRow || name == "what" {
		return ""
	}
	return name
}
