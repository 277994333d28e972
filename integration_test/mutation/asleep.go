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

// Who waits for a file or a socket has the whole time that a mutant has, and no second try
// if nothing came for so long before it was over: what a kernel has to send again, it
// sends sooner.
const pollLimit = 3 * time.Second

// The ends of processes that wait and that no processor would have helped.
var (
	errAsleep  = errors.New("every thread waits for another one, without a timer: it would never have ended")
	errPolling = errors.New("every thread waits, one for a file or a socket and without a timer, and nothing came until the time was over")
)

// state is what a look at a process finds.
type state int

const (
	busy    state = iota // it runs, or will of itself
	polling              // only something from outside can wake it
	asleep               // nothing can
)

// look is how often each thread of a process had been switched, by the thread's id, when
// it was looked at.
type look map[string]string

// lookAt looks at the threads of a process: tasks is its folder /proc/PID/task.
//
// Asleep is one all of whose threads wait in a futex of the process's own, without a time
// limit. A timer of Go's that is still to come keeps one of them in epoll for a limited
// time, a file, socket or pipe that is read in epoll without a limit, and a child that is
// waited for in another call. Only the runtime's own watchman has a limit, of a minute;
// all that it does then is to collect garbage, every other time.
func lookAt(tasks string) (look, state) {
	threads, err := os.ReadDir(tasks)
	if err != nil || len(threads) == 0 {
		return nil, busy
	}
	seen, limited, is := look{}, 0, asleep
	for _, t := range threads {
		dir := filepath.Join(tasks, t.Name())
		in, limit := waitsIn(dir)
		switches := switchesOf(dir)
		if limit {
			limited++
		}
		if in == busy || limited > 1 || switches == "" || hasChildren(dir) {
			return nil, busy
		}
		is = min(is, in)
		seen[t.Name()] = switches
	}
	return seen, is
}

// waitsIn tells whether a thread waits for another of its process or for a file, and if
// for a limited time. The file has the call's number, its six arguments, and two
// addresses; "running" if the thread is not blocked.
func waitsIn(thread string) (is state, limited bool) {
	const (
		private = "0x80"       // FUTEX_WAIT_PRIVATE: no other process can wake it
		forever = "0xffffffff" // -1, of 4 or 8 bytes
	)
	call := strings.Fields(textOf(thread, "syscall"))
	if len(call) < 7 {
		return busy, false
	}
	switch {
	case call[0] == strconv.Itoa(futex) && call[2] == private:
		return asleep, call[4] != "0x0"
	case call[0] == strconv.Itoa(epollWait) && strings.HasPrefix(call[4], forever):
		return polling, false
	}
	return busy, false
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
	mu    sync.Mutex // watch and the end of the time come from two goroutines
	last  look
	is    state
	since time.Time // when it was seen first as it is in last
}

// look returns what the process is, and for how long it has not changed. The threads are
// read one by one, so that one look could see each of them just while another one ran. If
// no thread was switched from one look to the next, all of them waited at the same time in
// between, and none of them can wake another.
func (s *sleeper) look(now time.Time) (state, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen, is := lookAt(s.tasks)
	if is != s.is || !same(s.last, seen) {
		s.last, s.is, s.since = seen, is, now
	}
	return is, now.Sub(s.since)
}

// gone tells whether the process has been asleep for so long that nobody has to wait for
// it any more.
func (s *sleeper) gone(now time.Time) bool {
	is, since := s.look(now)
	return is == asleep && since >= napLimit
}

// idle tells, when the time is over, whether a busy machine has nothing to do with it.
func (s *sleeper) idle(now time.Time) bool {
	is, since := s.look(now)
	return is != busy && since >= pollLimit
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

// runUnlessAsleep runs a command of a context to its end, or until it is asleep for good.
func runUnlessAsleep(cmd *exec.Cmd) error {
	var s sleeper
	idle := false
	cmd.Cancel = func() error { // the time is over
		idle = s.idle(time.Now())
		return cmd.Process.Kill()
	}
	ended, killed := make(chan struct{}), false
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	var watching sync.WaitGroup
	if err := s.start(cmd); err != nil {
		return err
	}
	watching.Go(func() { killed = s.watch(ticks.C, ended) && cmd.Process.Kill() == nil })
	err := cmd.Wait()
	close(ended)
	watching.Wait()
	switch {
	case err != nil && killed:
		return errAsleep
	case err != nil && idle:
		return errPolling
	}
	return err
}

// start starts the command, and knows its threads before anybody looks at them.
func (s *sleeper) start(cmd *exec.Cmd) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	s.tasks = fmt.Sprintf("/proc/%d/task", cmd.Process.Pid)
	return nil
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
