// Command fuzzing runs the fuzz targets of this module and counts their executions
// in integration_test/FUZZING.md:
//
//	go run ./integration_test/fuzzing [-each 60s] [-for 2h] [-only REGEXP] [-parallel N] [-ledger FILE|off]
//	go run ./integration_test/fuzzing -rows
//
// Run it in the module's folder. The page's table is the only state: it is read,
// added to and replaced as a whole, so that runs add up, runs at the same time too,
// and one that is interrupted or killed keeps what was counted. -rows runs nothing and
// gives each target its row, with what the target's own comment says it holds against
// what.
//
// A failing input stays in the package's testdata/fuzz, as with go test -fuzz; the
// command says which and goes on with the next target. Exit codes: 0, 1 for a finding,
// 2 for flags, targets that do not compile and pages that cannot be read.
//
//	main.go    flags and the way through the targets
//	targets.go which targets there are
//	build.go   a package's test binary
//	run.go     one target for a while, group_*.go with all its processes
//	output.go  what the fuzzer prints
//	ledger.go  the page; lock_*.go one run at a time; table.go its rows
package main
