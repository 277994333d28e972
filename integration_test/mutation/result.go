package main

import (
	"fmt"
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

func (r *result) killed() int { return r.count(killed) + r.count(timedOut) }

// rate is the share of all mutants that are killed. Survivors that were accepted
// do not count as killed.
func (r *result) rate() float64 { return share(r.killed(), len(r.mutants)) }

// rateOfKillable leaves out the mutants that nothing can tell from the code.
func (r *result) rateOfKillable(l register) float64 {
	return share(r.killed(), len(r.mutants)-r.equivalent(l))
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 100
	}
	return 100 * float64(part) / float64(whole)
}

func (r *result) equivalent(l register) (n int) {
	for _, m := range r.survivors() {
		if a, ok := l.find(m); ok && a.Equivalent {
			n++
		}
	}
	return n
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
	if r.rate() < least {
		all = append(all, fmt.Sprintf("%s: %.1f %% of the mutants are killed, at least %.0f %% have to be", r.name, r.rate(), least))
	}
	for _, m := range r.survivors() {
		if a, ok := l.find(m); !ok || a.Reason == "" {
			all = append(all, fmt.Sprintf("no test notices, and no reason is given: %v", m))
		}
	}
	if r.sampled {
		return all
	}
	for _, a := range l {
		if ofAny([]*result{r}, a.File) && !r.has(a.key) {
			all = append(all, fmt.Sprintf("%s: a reason is given for what does not survive, take it out (-update does): %+v", r.name, a.key))
		}
	}
	return all
}

func (r *result) has(k key) bool {
	for _, m := range r.survivors() {
		if m.key() == k {
			return true
		}
	}
	return false
}
