// Command mutation measures how much the tests of a package notice. It changes the
// package in one small place at a time (a mutant), runs the package's own tests
// and counts the mutants that make them fail:
//
//	nice go run ./integration_test/mutation [-sample N] [-only TEXT] [-list FILE] [-update] [-page] [PACKAGE ...]
//
// Run it in the module's folder. It fails if fewer than 90 % of a package's mutants
// are killed, if a survivor has no reason, and if a reason is given for what does not
// survive.
//
// All mutants of a package are compiled at once: load reads and type-checks it,
// rewrite writes every file anew with each point of change switched by a number
// (mutant schemata), build compiles that with go test -c and -overlay, and run
// starts the test binary once per mutant with the number in its environment.
// Before that every test runs once alone and notes which points it reaches, so
// that a mutant meets the tests that can notice it and no others. One that runs out of
// time without having had the processor for long is tried a second time, alone and with
// three times as long, before that counts: a busy machine kills no mutant.
// On Linux it can be seen what threads wait for. Nobody waits for a mutant whose threads
// all wait for each other, since it can never end, and one that only waited for a file or
// a socket when its time was over has no second try: it was in want of no processor.
//
// survivors.json names the mutants that no test notices, each with its reason. A
// mutant is known by its function, its change and the text of its line, so that the
// list does not rot with every line that is put above. MUTATION.md is the page that
// -update writes; with -page it is written again after a reason was changed.
//
// The tool is our own because the one that is kept, gremlins
// (https://github.com/go-gremlins/gremlins, v0.6.0), builds the package anew for
// each mutant, neither deletes statements and branches nor changes constants,
// and cannot say why a survivor is accepted.
package main
