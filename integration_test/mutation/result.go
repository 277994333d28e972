package main

import (
	"fmt"
	"strings"
	"time"
)

// result is what the tests of one package notice.
type result struct {
	name     string // of the package, from the module's root
	mutants  []mutant
	outcomes []outcome
	sampled  bool
	took     time.Duration
}

func (r *result) count(o outcome) (n int) {
	for _, it := range r.outcomes {
		if it == o {
			n++
		}
	}
	return n
}

// list is a line for each mutant, with what became of it, in the order of the code.
func (r *result) list() string {
	var lines strings.Builder
	for i, m := range r.mutants {
		fmt.Fprintf(&lines, "%v\t#%d\t%v\n", r.outcomes[i], m.Nth, m)
	}
	return lines.String()
}

func (r *result) survivors() (list []mutant) {
	for i, m := range r.mutants {
		if o := r.outcomes[i]; o == survived || o == notReached {
			list = append(list, m)
		}
	}
	return list
}

// complaints are the reasons for which the run fails.
func (r *result) complaints(l register, least float64) (all []string) {
	if rate := r.figures("").rate(); rate < least {
		all = append(all, fmt.Sprintf("%s: %.1f %% of the mutants are killed, at least %.0f %% have to be", r.name, rate, least))
	}
	survives := map[key]bool{}
	for _, m := range r.survivors() {
		survives[m.key()] = true
		if a, ok := l.find(m); !ok || a.Reason == "" {
			all = append(all, fmt.Sprintf("no test notices, and no reason is given: %v", m))
		}
	}
	if r.sampled {
		return all
	}
	for _, a := range l {
		if of(r.name, a.File) && !survives[a.key] {
			all = append(all, fmt.Sprintf("%s: a reason is given for what does not survive, take it out (-update does): %+v", r.name, a.key))
		}
	}
	return all
}
