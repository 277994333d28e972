package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What threads wait in, as /proc/PID/task/TID/syscall has it on amd64 and arm64.
var (
	idle     = fmt.Sprintf("%d 0xa52278 0x80 0x0 0x0 0x0 0x0 0x7fff9bc91f70 0x4936c3\n", futex)
	watchman = fmt.Sprintf("%d 0xa53380 0x80 0x0 0x7fc1042fed28 0x0 0x0 0x7fc1042fecf0 0x4936c3\n", futex)
	shared   = fmt.Sprintf("%d 0xa52278 0x0 0x0 0x0 0x0 0x0 0x7fff9bc91f70 0x4936c3\n", futex)
	wakes    = fmt.Sprintf("%d 0xa52278 0x81 0x1 0x0 0x0 0x0 0x7fff9bc91f70 0x4936c3\n", futex)
)

const (
	epoll = "281 0x4 0x7fc1042fe000 0x80 0xffffffff 0x0 0x0 0x7fc1042fecf0 0x4936c3\n"
	runs  = "running\n"
	fault = "-1 0x7fc1042fecf0 0x4936c3\n" // in the kernel, but in no call
)

// tasksOf is a folder as /proc/PID/task, with a thread for each call.
func tasksOf(t *testing.T, calls ...string) string {
	t.Helper()
	tasks := t.TempDir()
	for i, call := range calls {
		setThread(t, tasks, i, call, 5, 0)
	}
	return tasks
}

func setThread(t *testing.T, tasks string, id int, call string, gave, lost int) {
	t.Helper()
	dir := filepath.Join(tasks, fmt.Sprint(id))
	require.NoError(t, os.MkdirAll(dir, 0o700))
	status := fmt.Sprintf("Name:\tp.test\nState:\tS (sleeping)\nvoluntary_ctxt_switches:\t%d\nnonvoluntary_ctxt_switches:\t%d\n", gave, lost)
	for name, text := range map[string]string{"syscall": call, "status": status, "children": ""} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
}

// Only threads that nothing but another of them can wake are asleep.
func TestLookFindsWhatCouldWakeAProcess(t *testing.T) {
	for _, tt := range []struct {
		name  string
		calls []string
		want  bool
	}{
		{"all wait for another", []string{idle, idle, watchman}, true},
		{"without a watchman", []string{idle}, true},
		{"one runs", []string{idle, runs, watchman}, false},
		{"one wakes another", []string{idle, wakes, watchman}, false},
		{"one waits for a timer or a file", []string{idle, epoll, watchman}, false},
		{"one fetches a page", []string{idle, fault, watchman}, false},
		{"two for a limited time", []string{idle, watchman, watchman}, false},
		{"another process could wake one", []string{idle, shared}, false},
		{"a thread has ended", []string{idle, ""}, false},
		{"there is no thread", nil, false},
	} {
		_, got := lookAt(tasksOf(t, tt.calls...))
		assert.Equal(t, tt.want, got, tt.name)
	}
	_, got := lookAt(filepath.Join(t.TempDir(), "ended"))
	assert.False(t, got, "the process has ended")
}

// What cannot be read says nothing.
func TestLookNeedsToSeeAll(t *testing.T) {
	for name, want := range map[string]bool{"syscall": false, "status": false, "children": true} {
		tasks := tasksOf(t, idle, idle)
		require.NoError(t, os.Remove(filepath.Join(tasks, "1", name)))
		_, got := lookAt(tasks)
		assert.Equal(t, want, got, name)
	}
	tasks := tasksOf(t, idle, idle)
	require.NoError(t, os.WriteFile(filepath.Join(tasks, "1", "children"), []byte("4711 "), 0o600))
	_, got := lookAt(tasks)
	assert.False(t, got, "it has a child")
}

// A thread that ran in between may have woken another: the time begins anew.
func TestProcessIsGoneOnlyIfNothingRanInBetween(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(tasks string)
		want   bool
	}{
		{"nothing", func(string) {}, true},
		{"it waited again", func(tasks string) { setThread(t, tasks, 1, idle, 6, 0) }, false},
		{"it was interrupted", func(tasks string) { setThread(t, tasks, 1, idle, 5, 1) }, false},
		{"it runs", func(tasks string) { setThread(t, tasks, 1, runs, 5, 0) }, false},
		{"there is another thread", func(tasks string) { setThread(t, tasks, 2, idle, 5, 0) }, false},
		{"there is one thread less", func(tasks string) { require.NoError(t, os.RemoveAll(filepath.Join(tasks, "1"))) }, false},
	} {
		s := sleeper{tasks: tasksOf(t, idle, idle)}
		at := time.Unix(0, 0)
		require.False(t, s.gone(at), "one look says nothing")
		require.False(t, s.gone(at.Add(napLimit-1)), "not yet")
		tt.change(s.tasks)
		assert.Equal(t, tt.want, s.gone(at.Add(napLimit)), tt.name)
	}
}

// Each look counts from the last one at which something was different.
func TestProcessThatWokeHasItsTimeAgain(t *testing.T) {
	s := sleeper{tasks: tasksOf(t, idle, idle)}
	at := time.Unix(0, 0)
	require.False(t, s.gone(at))
	setThread(t, s.tasks, 0, runs, 5, 0)
	require.False(t, s.gone(at.Add(napLimit)))
	setThread(t, s.tasks, 0, idle, 6, 0)
	require.False(t, s.gone(at.Add(2*napLimit)))
	require.False(t, s.gone(at.Add(3*napLimit-1)))
	require.True(t, s.gone(at.Add(3*napLimit)))
}

func TestWatchEndsWithTheProcess(t *testing.T) {
	s := sleeper{tasks: tasksOf(t, idle)}
	ended := make(chan struct{})
	close(ended)
	require.False(t, s.watch(nil, ended))

	ticks := make(chan time.Time, 2)
	ticks <- time.Unix(0, 0)
	ticks <- time.Unix(0, 0).Add(napLimit)
	require.True(t, s.watch(ticks, nil))
}

// What Go's own processes look like: should its runtime come to wait in another way, a
// mutant that only takes its time must not be taken for one that never ends.
func TestProcessesOfGoThatWait(t *testing.T) {
	p, _ := sampleProgram(t)
	if _, err := os.ReadFile("/proc/thread-self/syscall"); err != nil {
		t.Skip("this system does not tell what its threads wait for: ", err)
	}
	for _, tt := range []struct {
		waitsFor string
		asleep   bool
	}{
		{"a lock", true},
		{"a timer", false},
		{"a pipe", false},
		{"a child", false},
		{"a child's signal", false},
	} {
		t.Run(tt.waitsFor, func(t *testing.T) {
			t.Parallel()
			if _, err := os.Stat("/proc/thread-self/children"); err != nil && tt.waitsFor == "a child's signal" {
				t.Skip("this kernel does not tell who has children: ", err)
			}
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if !tt.asleep { // nothing else ends it
				ctx, cancel = context.WithTimeout(ctx, 4*napLimit)
			}
			defer cancel()
			out, _, err := p.test(ctx, []string{"TestWaits"}, 1, "SAMPLE_WAITS_FOR="+tt.waitsFor)
			require.Error(t, err, out)
			assert.Equal(t, tt.asleep, err == errAsleep, "%v", err)
			assert.Equal(t, !tt.asleep, ctx.Err() != nil)
		})
	}
}
