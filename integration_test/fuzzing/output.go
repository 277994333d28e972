package main

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// output is what was understood of a fuzzer's lines so far.
type output struct {
	execs   int64
	elapsed time.Duration
	corpus  int    // inputs that reach something of their own, those of the source included
	input   string // a failing input's file, or its place among those of the source
	failed  bool
	late    bool // it says that its own deadline was exceeded
}

var (
	status  = regexp.MustCompile(`^fuzz: elapsed: ([0-9a-z.]+), execs: (\d+) \([0-9.a-zA-Z+]+/sec\)(?:, new interesting: \d+ \(total: (\d+)\))?`)
	written = regexp.MustCompile(`^Failing input written to (.+)$`)
	seeded  = regexp.MustCompile(`^failure while testing seed corpus entry: (.+)$`)
	again   = regexp.MustCompile(`^--- FAIL: Fuzz[^ ]*/([^ ]+) \(`)
)

// take reads a line that the test binary printed.
func (o *output) take(line string) {
	line = strings.TrimSpace(line)
	if m := status.FindStringSubmatch(line); m != nil {
		o.count(m[1], m[2], m[3])
		return
	}
	for _, names := range []*regexp.Regexp{written, seeded, again} {
		if m := names.FindStringSubmatch(line); m != nil {
			o.input = m[1]
		}
	}
	o.failed = o.failed || line == "FAIL" || strings.HasPrefix(line, "--- FAIL") || strings.HasPrefix(line, "panic:")
	o.late = o.late || line == "context deadline exceeded"
}

// count keeps the largest number: a fuzzer never takes an execution back.
func (o *output) count(elapsed, execs, corpus string) {
	if n, err := strconv.ParseInt(execs, 10, 64); err == nil {
		o.execs = max(o.execs, n)
	}
	if d, err := time.ParseDuration(elapsed); err == nil {
		o.elapsed = max(o.elapsed, d)
	}
	if n, err := strconv.Atoi(corpus); err == nil {
		o.corpus = n
	}
}

// verdict is what a run came to.
type verdict int

const (
	fine    verdict = iota
	finding         // an input fails
	odd             // it failed, and named no input: run it again
)

// verdict judges a binary that has ended. The fuzzer sometimes reports its own
// deadline as a failure: https://go.dev/issue/75804. A finding always names its input.
func (o *output) verdict(exitErr error) verdict {
	switch {
	case o.input != "":
		return finding
	case exitErr == nil && !o.failed, o.late:
		return fine
	}
	return odd
}
