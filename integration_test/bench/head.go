package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// preamble is what is true of every table.
func preamble() string {
	return fmt.Sprintf(`# What fakedc costs

Written by %[1]s, a table for each
kind of processor that it was run on. Medians of repetitions in which the servers took turns, but for memory and the row of 4 GB,
which are measured once, and gigabytes that are kept, %[2]d times; p99 is of all parts of the repetitions. CPU is that of the
server's process alone. fakedc is built as its releases are, without cgo. "Beside" is gotd's tgtest %[3]s, unless the row says
something else. Ratios hold on other machines of the same kind better than figures do.

ms/MB is the server's CPU for a megabyte of parts, a few in flight over one connection. The *floor* is a program that does nothing but
read a part, decrypt it and hash it once with the same code. *Without assembly* is what other processors than amd64's and arm64's run.
*At most* is a goal for the ratio, or for fakedc's own figure where nothing is beside it, and no promise: what is not reached is slower
than we want it to be, not than the other. The goals were set for processors with the instructions of SHA-256; others pay for each
byte that is hashed several times as much, on both sides. The whole, with -long, takes half an hour on two free processors; a row or
two (-only) seconds.

Some ratios hang on what else the machine does, above all a neighbour on the other thread of the same core, of somebody else's
virtual machine. A loop of additions that wait for nothing took 1.15 or 1.95 ns a step in turns of seconds, on the Xeon with nothing
else to do and whatever its other processor did, and at the same times two blocks without assembly took 23 or 45 ns (600 samples of
a minute, a correlation of 0.90), while a loop that waits for itself took the same throughout. So the table says what others left of
a core. Without assembly the ratio was 0.51 to 0.56 in three runs where they left 79 to 93 %% of it, and 0.59 to 0.72 in three where
they left 54 to 61 %%. In eleven runs in a row on the Xeon with the instructions of SHA-256, on 2026-11-28: without assembly from
0.48 to 0.67, 0.58 at the median; the memory store from 0.34 to 0.41, 0.36 at the median; the digest store from 0.24 to 0.31, 0.26
at the median. Peak RSS of 1 GiB was seen from 0.17 to 0.203: fakedc keeps the bytes and 18 MiB, and tgtest peaks at five copies of
the file where its collector has a processor for itself, at six where both are busy.
`, "`"+command("", true)+"`", keeps, gotdVersion())
}

// heading begins the table of this machine.
func heading(reps int, only string, long bool, shared slots) string {
	cpuinfo, _ := os.ReadFile("/proc/cpuinfo") // there is none elsewhere
	loadavg, _ := os.ReadFile("/proc/loadavg") // the same
	return fmt.Sprintf(`
%s%s, %s

On %s, %s, %d processors%s, %d repetitions%s: %s.

| what | fakedc | beside | ratio | at most | reached |
|---|---|---|---|---|---|
`, sectionMark, processor(string(cpuinfo)), hashing(string(cpuinfo)), time.Now().UTC().Format("2006-01-02"), runtime.Version(), runtime.NumCPU(), load(string(loadavg)), reps, after(", ", shared.String()), "`"+command(only, long)+"`")
}

// after puts something before a text, if there is one.
func after(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// load is what Linux says of the last quarter of an hour: one or two is the measurement's
// own, and more is other work. It is empty elsewhere.
func load(loadavg string) string {
	fields := strings.Fields(loadavg)
	if len(fields) < 3 {
		return ""
	}
	return ", load average " + fields[2]
}

func command(only string, long bool) string {
	command := "go run ./integration_test/bench -out " + filepath.Join("integration_test", "BENCHMARKS.md")
	if only != "" {
		command += " -only " + strconv.Quote(only)
	}
	if long {
		command += " -long"
	}
	return command
}

// processor is what Linux calls it, or its architecture where it has no name.
func processor(cpuinfo string) string {
	return cmp.Or(fieldOf(cpuinfo, "model name"), runtime.GOARCH)
}

// fieldOf is the first value of a name in /proc/cpuinfo, "" if there is none.
func fieldOf(cpuinfo, name string) string {
	for line := range strings.Lines(cpuinfo) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// hashing is what most of the figures hang on. What is "flags" on amd64 is "Features" on
// arm64.
func hashing(cpuinfo string) string {
	flags := strings.Fields(fieldOf(cpuinfo, "flags") + " " + fieldOf(cpuinfo, "Features"))
	switch {
	case len(flags) == 0:
		return "of which the system does not say how it hashes"
	case slices.Contains(flags, "sha_ni"), slices.Contains(flags, "sha2"):
		return "with the instructions of SHA-256"
	case slices.Contains(flags, "avx512vl") && slices.Contains(flags, "avx512bw"):
		return "with AVX-512 and without the instructions of SHA-256"
	}
	return "without the instructions of SHA-256"
}
