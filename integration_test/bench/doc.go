// Command bench measures what fakedc costs beside gotd's tgtest and beside a floor,
// and writes integration_test/BENCHMARKS.md:
//
//	go run ./integration_test/bench [-reps N] [-only WORD,...] [-long] [-out FILE]
//
// Run it in the module's folder, on Linux. Each server is a process of its own, and
// what is counted is the CPU that this process used: messages are encrypted before
// anything is measured, and the load's own work is nobody's. The servers take turns in
// each repetition, so that a machine that is slow for a while is so for all of them;
// ratios of medians hold where absolute figures do not.
package main
