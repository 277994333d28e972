package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What Go 1.26's fuzzer prints, word by word.
const (
	warm      = "fuzz: elapsed: 0s, gathering baseline coverage: 0/4 completed\nfuzz: elapsed: 0s, gathering baseline coverage: 4/4 completed, now fuzzing with 1 workers\n"
	two       = "fuzz: elapsed: 3s, execs: 325017 (108336/sec), new interesting: 11 (total: 202)\nfuzz: elapsed: 1m5s, execs: 680218 (118402/sec), new interesting: 12 (total: 203)\n"
	passed    = "PASS\n"
	crashed   = "fuzz: minimizing 34-byte failing input file\nfuzz: elapsed: 0s, minimizing\n--- FAIL: FuzzX (0.35s)\n    --- FAIL: FuzzX (0.00s)\n        x_test.go:9: bad\n    \n    Failing input written to testdata/fuzz/FuzzX/a878c3134fe0404d\n    To re-run:\n    go test -run=FuzzX/a878c3134fe0404d\nFAIL\n"
	seedFails = "fuzz: elapsed: 0s, gathering baseline coverage: 0/2 completed\nfailure while testing seed corpus entry: FuzzX/seed#0\nfuzz: elapsed: 0s, gathering baseline coverage: 0/2 completed\n--- FAIL: FuzzX (0.02s)\nFAIL\n"
	atItsEnd  = "--- FAIL: FuzzX (20.11s)\n    context deadline exceeded\nFAIL\n"
	exhausted = "--- FAIL: FuzzX (2.11s)\n    fuzzing process hung or terminated unexpectedly: exit status 2\nFAIL\n"
)

func TestOutput(t *testing.T) {
	exit := errors.New("exit status 1")
	tests := []struct {
		name, lines string
		exit        error
		want        output
		verdict     verdict
	}{
		{"it ends well", warm + two + passed, nil, output{execs: 680218, elapsed: 65 * time.Second, corpus: 203}, fine},
		{"it is interrupted while it warms up", warm, nil, output{}, fine},
		{"an input fails", warm + two + crashed, exit, output{execs: 680218, elapsed: 65 * time.Second, corpus: 203, failed: true, input: "testdata/fuzz/FuzzX/a878c3134fe0404d"}, finding},
		{"an input of the source fails", seedFails, exit, output{failed: true, input: "FuzzX/seed#0"}, finding},
		{"go.dev/issue/75804", warm + two + atItsEnd, exit, output{execs: 680218, elapsed: 65 * time.Second, corpus: 203, failed: true, late: true}, fine},
		{"go.dev/issue/75804 beside a finding", atItsEnd + crashed, exit, output{failed: true, late: true, input: "testdata/fuzz/FuzzX/a878c3134fe0404d"}, finding},
		{"a test that says what the issue says", "--- FAIL: FuzzX (20.11s)\n    x_test.go:9: reading: context deadline exceeded\nFAIL\n", exit, output{failed: true}, odd},
		{"a worker is gone", exhausted, exit, output{failed: true}, odd},
		{"killed without a word", warm, exit, output{}, odd},
		{"nothing is interesting without coverage", "fuzz: elapsed: 3s, execs: 10 (3/sec)\n", nil, output{execs: 10, elapsed: 3 * time.Second}, fine},
		{"a target that prints", "fuzz: elapsed: soon, execs: many (0/sec)\nexecs: 99\n", nil, output{}, fine},
		{"the last line says less", two + "fuzz: elapsed: 3s, execs: 5 (1/sec), new interesting: 12 (total: 203)\n", nil, output{execs: 680218, elapsed: 65 * time.Second, corpus: 203}, fine},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var o output
			for line := range strings.Lines(tt.lines) {
				o.take(line)
			}
			require.Equal(t, tt.want, o)
			require.Equal(t, tt.verdict, o.verdict(tt.exit))
		})
	}
}
