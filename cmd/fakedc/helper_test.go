package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "go test ./cmd/fakedc -update writes %s anew", path)
}

// command runs a command line to its end and expects an exit code.
func command(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	got := run(t.Context(), args, strings.NewReader(""), &out, &errs)
	require.Equal(t, code, got, "fakedc %s\n%s", strings.Join(args, " "), errs.String())
	return out.String(), errs.String()
}

// lines is a stream that is read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	wake chan struct{}
}

func newLines() *lines { return &lines{wake: make(chan struct{})} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.wake)
	l.wake = make(chan struct{})
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// until waits for a line with all of words, and returns it.
func (l *lines) until(t *testing.T, words ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		l.mu.Lock()
		text, wake := l.text.String(), l.wake
		l.mu.Unlock()
		for line := range strings.Lines(text) {
			if strings.HasSuffix(line, "\n") && containsAll(line, words) {
				return strings.TrimSuffix(line, "\n")
			}
		}
		select {
		case <-wake:
		case <-ctx.Done():
			require.FailNow(t, "no such line", "%q in:\n%s", words, text)
		}
	}
}

func containsAll(line string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(line, w) {
			return false
		}
	}
	return true
}

// serving is a serve command that runs within the test.
type serving struct {
	out, errs *lines
	stop      context.CancelFunc
	code      chan int
}

func startServe(t *testing.T, args ...string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &serving{out: newLines(), errs: newLines(), stop: stop, code: make(chan int, 1)}
	go func() {
		s.code <- run(ctx, append([]string{"serve"}, args...), strings.NewReader(""), s.out, s.errs)
	}()
	t.Cleanup(stop)
	return s
}

// end interrupts the server and expects an exit code.
func (s *serving) end(t *testing.T, code int) {
	t.Helper()
	s.stop()
	require.Equal(t, code, <-s.code, s.errs.String())
}
