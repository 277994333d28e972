package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What threads wait in, as /proc/PID/task/TID/syscall has it on amd64 and arm64.
var (
	idle     = fmt.Sprintf("%d 0xa52278 0x80 0x0 0x0 0x0 0x0 0x7fff9bc91f70 0x4936c3\n", futex)
	watchman = fmt.Sprintf("%d 0xa53380 0x80 0x0 0x7fc1042fed28 0x0 0x0 0x7fc1042fecf0 0x4936c3\n", futex)
	shared   = fmt.Sprintf("%d 0xa52278 0x0 0x0 0x0 0x0 0x0 0x7fff9bc91f70 0x4936c3\n", futex)
	polls    = fmt.Sprintf("%d 0x4 0x7fc1042fe000 0x80 0xffffffffffffffff 0x0 0x0 0x7fc1042fecf0 0x4936c3\n", epollWait)
	timer    = fmt.Sprintf("%d 0x4 0x7fc1042fe000 0x80 0x3e7 0x0 0x0 0x7fc1042fecf0 0x4936c3\n", epollWait)
	wakes    = fmt.Sprintf("%d 0xa52278 0x81 0x1 0x0 0x0 0x0 0x7fff9bc91f70 0x4936c3\n", futex)
)

const (
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
		want  state
	}{
		{"all wait for another", []string{idle, idle, watchman}, asleep},
		{"without a watchman", []string{idle}, asleep},
		{"one waits for a file", []string{idle, polls, watchman}, polling},
		{"the first waits for a file", []string{polls, idle, watchman}, polling},
		{"one waits for a timer", []string{idle, timer, watchman}, busy},
		{"one for a file, one runs", []string{polls, runs}, busy},
		{"one runs", []string{idle, runs, watchman}, busy},
		{"one wakes another", []string{idle, wakes, watchman}, busy},
		{"one fetches a page", []string{idle, fault, watchman}, busy},
		{"two for a limited time", []string{idle, watchman, watchman}, busy},
		{"another process could wake one", []string{idle, shared}, busy},
		{"a thread has ended", []string{idle, ""}, busy},
		{"there is no thread", nil, busy},
	} {
		_, got := lookAt(tasksOf(t, tt.calls...))
		assert.Equal(t, tt.want, got, tt.name)
	}
	_, got := lookAt(filepath.Join(t.TempDir(), "ended"))
	assert.Equal(t, busy, got, "the process has ended")
}

// What cannot be read says nothing.
func TestLookNeedsToSeeAll(t *testing.T) {
	for name, want := range map[string]state{"syscall": busy, "status": busy, "children": asleep} {
		tasks := tasksOf(t, idle, idle)
		require.NoError(t, os.Remove(filepath.Join(tasks, "1", name)))
		_, got := lookAt(tasks)
		assert.Equal(t, want, got, name)
	}
	tasks := tasksOf(t, idle, idle)
	require.NoError(t, os.WriteFile(filepath.Join(tasks, "1", "children"), []byte("4711 "), 0o600))
	_, got := lookAt(tasks)
	assert.Equal(t, busy, got, "it has a child")
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

// Who waits for a file is not given up before its time is over, and then only if nothing
// came for a while.
func TestProcessThatPollsIsIdleAtTheEndOnly(t *testing.T) {
	at := time.Unix(0, 0)
	for _, tt := range []struct {
		name   string
		first  string
		then   string
		before time.Duration
		want   bool
	}{
		{"for long", polls, polls, pollLimit, true},
		{"not for long", polls, polls, pollLimit - 1, false},
		{"asleep only since", polls, idle, pollLimit, false},
		{"something came in the end", polls, runs, pollLimit, false},
		{"it ran first", runs, polls, pollLimit, false},
		{"a timer", timer, timer, pollLimit, false},
		{"asleep", idle, idle, pollLimit, true},
	} {
		s := sleeper{tasks: tasksOf(t, idle, tt.first)}
		require.False(t, s.gone(at), tt.name)
		if tt.first == polls && tt.then == polls {
			require.False(t, s.gone(at.Add(tt.before)), tt.name)
		}
		setThread(t, s.tasks, 1, tt.then, 5, 0)
		assert.Equal(t, tt.want, s.idle(at.Add(tt.before)), tt.name)
	}
}

func TestWatchEndsWithTheProcess(t *testing.T) {
	tasks := tasksOf(t, idle)
	synctest.Test(t, func(t *testing.T) { // who watches on for ever fails here
		s := sleeper{tasks: tasks}
		ended := make(chan struct{})
		close(ended)
		require.False(t, s.watch(nil, ended))

		ticks := make(chan time.Time, 2)
		ticks <- time.Unix(0, 0)
		ticks <- time.Unix(0, 0).Add(napLimit)
		require.True(t, s.watch(ticks, make(chan struct{})))
	})
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
		want     error
	}{
		{"a lock", errAsleep},
		{"a pipe", errPolling},
		{"a timer", nil},
		{"a child", nil},
		{"a child's signal", nil},
	} {
		t.Run(tt.waitsFor, func(t *testing.T) {
			t.Parallel()
			if _, err := os.Stat("/proc/thread-self/children"); err != nil && tt.waitsFor == "a child's signal" {
				t.Skip("this kernel does not tell who has children: ", err)
			}
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if tt.want != errAsleep { // nothing else ends it
				ctx, cancel = context.WithTimeout(ctx, pollLimit+2*time.Second)
			}
			defer cancel()
			out, _, err := p.test(ctx, []string{"TestWaits"}, 1, "SAMPLE_WAITS_FOR="+tt.waitsFor)
			require.Error(t, err, out)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
				return
			}
			require.NotErrorIs(t, err, errAsleep)
			require.NotErrorIs(t, err, errPolling)
		})
	}
}
