package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// summary is one package, for whoever waits.
func summary(r *result, l register) string {
	return fmt.Sprintf("%s: %d mutants, %d killed, %d timed out, %d survived, %d not reached: %.1f %% (%.1f %% without the %d equivalent) in %v",
		r.name, len(r.mutants), r.count(killed), r.count(timedOut), r.count(survived), r.count(notReached),
		r.rate(), r.rateOfKillable(l), r.equivalent(l), r.took.Round(time.Second))
}

// page says in Markdown what was measured.
func page(results []*result, l register, now time.Time) string {
	var out strings.Builder
	fmt.Fprintf(&out, pageHead, now.UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, r := range results {
		fmt.Fprintf(&out, "| %s | %d | %d | %d | %d | %d | %.1f %% | %d | %.1f %% | %v |\n",
			r.name, len(r.mutants), r.count(killed), r.count(timedOut), r.count(survived), r.count(notReached),
			r.rate(), r.equivalent(l), r.rateOfKillable(l), r.took.Round(time.Second))
	}
	out.WriteString(pageOperators)
	for _, r := range results {
		fmt.Fprintf(&out, "\n## What survives in %s\n", r.name)
		survivorsOf(&out, r, l)
	}
	return out.String()
}

const pageHead = `<!-- Written by go run ./integration_test/mutation -update. Do not edit. -->

# What the tests notice

Each package below was changed in one small place at a time, and its own tests were run. A change (a mutant) is *killed* if a
test fails, also if it never ends (*timed out*). It *survives* if all pass, and is *not reached* if no test comes to where it
makes a difference; both count against the rate. Survivors are accepted with a reason only; an *equivalent* one behaves as the
code does, so that no test could tell.

Measured on %s with %s, %s/%s:

    nice -n 15 go run ./integration_test/mutation -update

| Package | Mutants | Killed | Timed out | Survived | Not reached | Killed of all | Equivalent | Killed of the others | Took |
|---|---|---|---|---|---|---|---|---|---|
`

const pageOperators = `
The changes: **boundary** (< becomes <=), **negate** (a condition becomes its opposite), **logic** (&& becomes ||), **arith** (+
becomes -, << becomes >>, & becomes |), **constant** (n becomes n+1, 1 becomes 0, true becomes false, a time doubles), **delete** (an
assignment, call, break or continue is left out), **branch** (an if, case or else is never taken, a loop never entered), **step**
(++ becomes --), **bound** (a slice starts one later or ends one earlier), **error** (a returned error becomes nil).
`

func survivorsOf(out *strings.Builder, r *result, l register) {
	file := ""
	for i, m := range r.mutants {
		if o := r.outcomes[i]; o != survived && o != notReached {
			continue
		}
		if m.File != file {
			file = m.File
			fmt.Fprintf(out, "\n%s\n\n", file[len(r.name)+1:])
		}
		a, _ := l.find(m)
		word := ""
		if a.Equivalent {
			word = "Equivalent: "
		}
		fmt.Fprintf(out, "- `%s`, %s, %s: `%s`. %s%s\n", m.Func, m.Operator, m.Change, m.Source, word, a.Reason)
	}
}
