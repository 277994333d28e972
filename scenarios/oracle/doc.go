// Package oracle judges a client by what a scenario expects of it.
//
// An Oracle is told, one observation after the other, what a server saw and
// answered; at any time it gives a Verdict: what the scenario expects and whether
// it came true, which upload rules were broken, which rules of the scenario never
// fired, which methods nobody knows. It is a pure machine: time is in the
// observations, it starts nothing and asks nobody, and its memory is bounded.
//
// What it must not know: sockets, TL, where bytes are stored. Who calls it:
// mockserver, which translates its journal.
package oracle
