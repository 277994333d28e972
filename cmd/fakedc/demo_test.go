package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// changing is what differs from run to run.
var changing = regexp.MustCompile(`127\.0\.0\.1:\d+|took +[0-9.]+ s`)

// The whole demo, as a newcomer runs it but for the pace.
func TestDemo(t *testing.T) {
	stdout, stderr := command(t, 0, "demo", "--rate", "0")
	golden(t, "demo.golden", changing.ReplaceAllString(stdout, "<changes>"))
	for _, says := range []string{
		"part 5: 400 FILE_PART_SIZE_INVALID\n", "part 11: 420 FLOOD_WAIT_1: waiting 1s\n", "part 17: the connection was lost\n",
		"uploaded 100%: 12.0 MiB of 12.0 MiB\n",
	} {
		require.Contains(t, stderr, says)
	}
	require.NotContains(t, stdout+stderr, "\x1b", "a buffer is no terminal")
	for line := range strings.Lines(stdout) {
		require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), 80, line)
	}
}

// The client of the demo gets over every built-in scenario; silent-part alone
// costs it callTime.
func TestDemoGetsOverFaults(t *testing.T) {
	for name, says := range map[string]string{
		"answer-false":       "takes false to mean",
		"drop-before-store":  "connected again",
		"file-parts-invalid": "sends it once more",
		"part-lost":          "When the datacenter missed it at the end",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, _ := command(t, 0, "demo", "--rate", "0", "--size", "3MiB", "--part-size", "256KiB", "--scenario", "builtin:"+name)
			require.Contains(t, strings.Join(strings.Fields(stdout), " "), says)
			require.Contains(t, stdout, "OK: every part arrived")
		})
	}
}

func TestDemoOfAScenarioThatNeverRelents(t *testing.T) {
	path := write(t, t.TempDir(), "never.yaml", "fakedc: 1\nname: never\nrules:\n  - name: never\n    match: { part: 2 }\n    reply: { error: FILE_PART_INVALID }\n", 0o644)
	stdout, stderr := command(t, 1, "demo", "--rate", "0", "--connections", "1", "--scenario", path)
	golden(t, "demo-never.golden", changing.ReplaceAllString(stdout, "<changes>"))
	require.True(t, strings.HasSuffix(stderr, "fakedc: demo: part 2 was refused: 400 FILE_PART_INVALID\n"), stderr)
}

// A part size that breaks a rule is refused by the rules, not by the demo.
func TestDemoOfABrokenRule(t *testing.T) {
	stdout, stderr := command(t, 1, "demo", "--rate", "0", "--size", "10KiB", "--part-size", "3KiB")
	require.Contains(t, stdout, "by the upload rule part.size_invalid")
	require.Contains(t, stdout, "https://core.telegram.org/api/files#uploading-files")
	require.Contains(t, stderr, "400 FILE_PART_SIZE_INVALID")
}

func TestDemoInterrupted(t *testing.T) {
	path := write(t, t.TempDir(), "wait.yaml", "fakedc: 1\nname: wait\nrules:\n  - match: { part: 0 }\n    reply: { flood_wait: 1h }\n", 0o644)
	ctx, interrupt := context.WithCancel(t.Context())
	out, errs, code := newLines(), newLines(), make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"demo", "--connections", "1", "--scenario", path}, strings.NewReader(""), out, errs)
	}()
	errs.until(t, "FLOOD_WAIT_3600: waiting 1h0m0s")
	interrupt()
	require.Equal(t, 1, <-code)
	require.Contains(t, errs.String(), "fakedc: interrupted before the upload ended\n")
}

func TestDemoRefusesWrongFlags(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"--size 0", "it takes 1B to 512MiB"},
		{"--size 1GiB", "it takes 1B to 512MiB"},
		{"--size 12MB", "a size is written as"},
		{"--part-size 1MiB", "it takes 1KiB to 512KiB"},
		{"--part-size 512", "it takes 1KiB to 512KiB"},
		{"--part-size 1KiB", "makes 12,288 parts of the file, and Telegram takes 4,000"},
		{"--connections 0", "it takes 1 to 32"},
		{"--connections 33", "it takes 1 to 32"},
		{"--rate -1", "a size is written as"},
		{"--scenario builtin:nix", "no built-in scenario"},
	} {
		_, stderr := command(t, 2, append([]string{"demo"}, strings.Fields(c.args)...)...)
		require.Contains(t, stderr, c.says, c.args)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	}
}

// A full disk must not look like success.
func TestStdoutThatCannotBeWritten(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	for _, args := range []string{"demo --rate 0 --size 1KiB", "serve", "rules", "rules --json", "scenarios", "scenarios demo", "version"} {
		var errs bytes.Buffer
		require.Equal(t, 3, run(t.Context(), strings.Fields(args), strings.NewReader(""), full, &errs), args)
		require.Contains(t, errs.String(), "fakedc: writing to stdout: ", args)
	}
}
