package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A process is looked at so often, and nobody waits for it any more after it has been
// asleep for so long. One look after another would do; the rest is for what nobody
// thought of.
const (
	lookEvery = 100 * time.Millisecond
	napLimit  = 500 * time.Millisecond
)

// errAsleep is the end of a process that nothing could have woken.
var errAsleep = errors.New("every thread waits for another one, without a timer: it would never have ended")

// look is how often each thread of a process had been switched, by the thread's id, when
// it was looked at.
type look map[string]string

// lookAt looks at the threads of a process: tasks is its folder /proc/PID/task. It is
// false if one of them runs, or waits for anything but the others.
//
// All have to wait in a futex of the process's own, and without a time limit. A timer of
// Go's that is still to come, or a file, socket or pipe that is read, keeps one thread in
// epoll or in another call, a child that is waited for keeps one in another call, too.
// Only the runtime's own watchman has a limit, of a minute; all that it does then is to
// collect garbage, every other time.
func lookAt(tasks string) (look, bool) {
	threads, err := os.ReadDir(tasks)
	if err != nil {
		return nil, false
	}
	seen, limited := look{}, 0
	for _, t := range threads {
		dir := filepath.Join(tasks, t.Name())
		waits, limit := waitsIn(dir)
		switches := switchesOf(dir)
		if !waits || switches == "" || hasChildren(dir) {
			return nil, false
		}
		if limit {
			limited++
		}
		seen[t.Name()] = switches
	}
	return seen, len(seen) > 0 && limited <= 1
}

// waitsIn tells whether a thread waits for another of its process, and if for a limited
// time. The file has the call's number, its six arguments, and two addresses; "running"
// if the thread is not blocked.
func waitsIn(thread string) (waits, limited bool) {
	const private = "0x80" // FUTEX_WAIT_PRIVATE: no other process can wake it
	call := strings.Fields(textOf(thread, "syscall"))
	if len(call) < 7 || call[0] != strconv.Itoa(futex) || call[2] != private {
		return false, false
	}
	return true, call[4] != "0x0"
}

// switchesOf is how often a thread began and ceased to run.
func switchesOf(thread string) (counts string) {
	for line := range strings.Lines(textOf(thread, "status")) {
		if strings.Contains(line, "voluntary_ctxt_switches:") { // and nonvoluntary
			counts += line
		}
	}
	return counts
}

// hasChildren tells whether a thread started a process that still is: a signal could come
// from it. Kernels without that file say no.
func hasChildren(thread string) bool {
	return strings.TrimSpace(textOf(thread, "children")) != ""
}

// textOf is empty for what cannot be read: then nothing is found asleep.
func textOf(dir, name string) string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return string(text)
}

// sleeper watches one process.
type sleeper struct {
	tasks string
	last  look
	since time.Time // when it was seen first as it is in last
}

// gone tells whether the process has been asleep for so long that nobody has to wait for
// it any more. The threads are read one by one, so that one look could see each of them
// just while another one ran. If no thread was switched from one look to the next, all of
// them were asleep at the same time in between, and none of them can wake another.
func (s *sleeper) gone(now time.Time) bool {
	seen, ok := lookAt(s.tasks)
	if !ok || !same(s.last, seen) {
		s.last, s.since = seen, now
		return false
	}
	return now.Sub(s.since) >= napLimit
}

func same(a, b look) bool {
	if a == nil || len(a) != len(b) {
		return false
	}
	for id, switches := range b {
		if a[id] != switches {
			return false
		}
	}
	return true
}

// runUnlessAsleep runs a command to its end, or until it is asleep for good.
func runUnlessAsleep(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	ended, killed := make(chan struct{}), false
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	var watching sync.WaitGroup
	watching.Go(func() {
		s := sleeper{tasks: fmt.Sprintf("/proc/%d/task", cmd.Process.Pid)}
		killed = s.watch(ticks.C, ended) && cmd.Process.Kill() == nil
	})
	err := cmd.Wait()
	close(ended)
	watching.Wait()
	if err != nil && killed {
		return errAsleep
	}
	return err
}

// watch returns true when the process is asleep for good, false when it has ended.
func (s *sleeper) watch(ticks <-chan time.Time, ended <-chan struct{}) bool {
	for {
		select {
		case <-ended:
			return false
		case now := <-ticks:
			if s.gone(now) {
				return true
			}
		}
	}
}
