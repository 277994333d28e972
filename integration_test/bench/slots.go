package main

import (
	"fmt"
	"slices"
	"time"
)

// slots are samples of how fast instructions begin that wait for nothing. Two threads of a
// core share that, and the other one may be of somebody else's virtual machine: what is
// bound by it, such as the code without assembly, takes up to twice as long then, and what
// waits for itself, such as one chain of AES, hardly longer.
type slots []time.Duration

// sample takes a fraction of a millisecond.
func (s *slots) sample() {
	best := time.Duration(0)
	for range 3 { // so that the kernel's own interruptions do not count
		began := time.Now()
		idle = additions(idle, 100_000)
		if took := time.Since(began); best == 0 || took < best {
			best = took
		}
	}
	*s = append(*s, best)
}

// idle keeps the compiler from leaving the work out.
var idle uint64

// additions are n steps of sixteen that wait for nothing but each other's turn.
func additions(from uint64, n int) uint64 {
	a, b, c, d, e, f, g, h := from, from+1, from+2, from+3, from+4, from+5, from+6, from+7
	for range n {
		a, b, c, d, e, f, g, h = a+3, b^5, c+7, d^9, e+11, f^13, g+15, h^17
		a, b, c, d, e, f, g, h = a^3, b+5, c^7, d+9, e^11, f+13, g^15, h+17
	}
	return a + b + c + d + e + f + g + h
}

// String says how much there was for us, of the most that was seen: at the median, and
// where there was least. It is empty for no samples.
func (s slots) String() string {
	if len(s) == 0 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(s))
	share := func(took time.Duration) float64 { return 100 * float64(sorted[0]) / float64(took) }
	return fmt.Sprintf("of what a core can begin at once, others left %.0f %% (%.0f %% at the least)",
		share(sorted[len(sorted)/2]), share(sorted[len(sorted)-1]))
}
