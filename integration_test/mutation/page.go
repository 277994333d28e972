package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// The page begins with pageHead; a row for each package, pageOperators and a section
// for each package follow. All but the rows comes from the register, so that a reason
// can be put right without another run.
const pageHead = `<!-- Written by go run ./integration_test/mutation -update. Do not edit. -->

# What the tests notice

Each package below was changed in one small place at a time, and its own tests were run. A change (a mutant) is *killed* if a
test fails, also if it never ends (*timed out*: all its threads were seen to wait for each other; or, when its time was over, ten
times what its tests take and four seconds, it had used the processor for all but three seconds of that, or had waited for a file
or a socket in the last three; or it was tried twice, the second time alone and with three times as long). It *survives* if all
pass, and is *not reached* if no test comes to where it makes a difference; both count against the rate. Survivors are accepted with
a reason only; an *equivalent* one behaves as the code does, so that no test could tell.

    nice -n 15 go run ./integration_test/mutation -update [PACKAGE ...]

` + rowHead + "\n|---|---|---|---|---|---|---|---|---|---|---|\n"

const rowHead = "| Package | Mutants | Killed | Timed out | Survived | Not reached | Killed of all | Equivalent | Killed of the others | Took | Measured |"

const pageOperators = `
The changes: **boundary** (< becomes <=), **negate** (a condition becomes its opposite), **logic** (&& becomes ||), **arith** (+
becomes -, << becomes >>, & becomes |), **constant** (n becomes n+1, 1 becomes 0, true becomes false, a time doubles), **delete** (an
assignment, call, break or continue is left out), **branch** (an if, case or else is never taken, a loop never entered), **step**
(++ becomes --), **bound** (a slice starts one later or ends one earlier), **error** (a returned error becomes nil).
`

// page says in Markdown what was measured.
func page(all []figures, l register) string {
	var out strings.Builder
	out.WriteString(pageHead)
	for _, f := range all {
		out.WriteString(f.row(l) + "\n")
	}
	out.WriteString(pageOperators)
	for _, f := range all {
		section(&out, f.name, l)
	}
	return out.String()
}

// section lists the survivors of a package, one line for all that share a reason and
// the line of code.
func section(out *strings.Builder, name string, l register) {
	fmt.Fprintf(out, "\n## What survives in %s\n", name)
	file := ""
	for i := 0; i < len(l); {
		first, changes := l[i], []string{}
		if !of(name, first.File) {
			i++
			continue
		}
		for ; i < len(l) && l[i].sharesLine(first); i++ {
			changes = append(changes, fmt.Sprintf("%s, %s", l[i].Operator, l[i].Change))
		}
		if first.File != file {
			file = first.File
			fmt.Fprintf(out, "\n%s\n\n", file[len(name)+1:])
		}
		word := ""
		if first.Equivalent {
			word = "Equivalent: "
		}
		fmt.Fprintf(out, "- `%s`: `%s` (%s). %s%s\n", first.Func, first.Source, strings.Join(changes, "; "), word, first.Reason)
	}
}

func (a accepted) sharesLine(b accepted) bool {
	return a.File == b.File && a.Func == b.Func && a.Source == b.Source && a.Reason == b.Reason && a.Equivalent == b.Equivalent
}

// readPage reads the figures of a page; none if there is no page yet.
func readPage(path string) (all []figures, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, rows, _ := strings.Cut(string(text), rowHead)
	for _, line := range strings.Split(rows, "\n")[1:] {
		switch {
		case strings.HasPrefix(line, "|---"):
		case !strings.HasPrefix(line, "|"):
			return all, nil
		default:
			f, err := parseRow(line)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			all = append(all, f)
		}
	}
	return all, nil
}

// withNew puts figures in place of the older ones of the same package, or behind all.
func withNew(old, fresh []figures) []figures {
	all := append([]figures{}, old...)
next:
	for _, f := range fresh {
		for i := range all {
			if all[i].name == f.name {
				all[i] = f
				continue next
			}
		}
		all = append(all, f)
	}
	return all
}
