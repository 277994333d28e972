// Package scenarios holds the faults of a fake Telegram datacenter as data: which call goes wrong, how, and how often.
//
// A scenario is a YAML file or the same structure built in Go. It is an ordered list of rules. A rule has a match (which
// calls it looks at), counters (which of those calls it fires on) and an action (a delay, what happens to the bytes, the
// answer). The first rule that matches and fires decides the call; a rule that is used up, or whose chance says no, lets
// the call fall through to the next one.
//
// What it knows: the grammar, the documented error names, the built-in scenarios, and how to decide one call. A decision
// depends on the call, on the seed and on the counters of the rule, never on a clock or on a stream of random numbers, so
// that one upload thread and sixteen meet the same faults.
//
// What it must not know: sockets, sessions, TL encoding, where bytes are stored, the upload rules themselves. It imports
// the standard library and a YAML parser, and it starts no goroutine.
//
// Who calls it: mockserver and the command line load scenarios; the fault package asks an Engine about each call and carries
// out the Decision.
package scenarios
