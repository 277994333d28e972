//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// group is a command and all that it starts. back, which ends it, is called last.
type group struct {
	cmd  *exec.Cmd
	wait func() error
	back func()
}

// ownGroup puts a command and all that it starts into a group of their own. If its input
// is a terminal that is ours, they get it until back is called: whoever reads from it and
// is not in its group is stopped, for ever. So would be who reads its output from a pipe and
// its keys from the terminal, as a pager does, and we with it: it keeps the terminal then,
// until wait sees that the command was stopped for want of it.
func ownGroup(cmd *exec.Cmd) *group {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	g := &group{cmd, cmd.Wait, func() {}}
	f, ok := cmd.Stdin.(*os.File)
	if !ok {
		return g
	}
	t := &lent{cmd: cmd, terminal: int(f.Fd()), ours: unix.Getpgrp()}
	switch {
	case t.holder() != t.ours:
		return g
	case piped(cmd.Stdout):
		g.wait, g.back = t.wait, t.back
		return g
	}
	// SIGTTOU is for who is not in the group of the terminal and takes it. SIGTSTP, of
	// Ctrl-Z, would stop the command alone, and the shell would not know.
	signal.Ignore(syscall.SIGTTOU, syscall.SIGTSTP)
	cmd.SysProcAttr.Foreground, cmd.SysProcAttr.Ctty = true, t.terminal
	g.back = func() { t.give(t.ours) }
	return g
}

func (g *group) start() error { return g.cmd.Start() }

// pass has all of them get a signal that we got, ask has them end, and kill ends them. An
// error says that they are gone.
func (g *group) pass(s os.Signal) { _ = syscall.Kill(-g.cmd.Process.Pid, s.(syscall.Signal)) }

func (g *group) ask() { g.pass(syscall.SIGTERM) }

func (g *group) kill() { _ = syscall.Kill(-g.cmd.Process.Pid, syscall.SIGKILL) }

// lent is our terminal, which a command gets once it wants it.
type lent struct {
	cmd            *exec.Cmd
	terminal, ours int // a descriptor, and the group that has it before
	given          bool
}

// holder is the group that has the terminal, -1 for none that is known.
func (t *lent) holder() int {
	group, err := foreground(t.terminal)
	if err != nil {
		return -1
	}
	return group
}

func (t *lent) give(group int) { _ = unix.IoctlSetPointerInt(t.terminal, unix.TIOCSPGRP, group) }

// wait waits for the command, as its Wait would, and sees when it is stopped.
func (t *lent) wait() error {
	for {
		var ws syscall.WaitStatus
		_, err := syscall.Wait4(t.cmd.Process.Pid, &ws, syscall.WUNTRACED, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return t.cmd.Wait()
		case ws.Stopped():
			t.stopped(ws.StopSignal())
		default:
			_ = t.cmd.Wait() // which cannot know any more how it ended, and tidies up
			if ws.Exited() && ws.ExitStatus() == 0 {
				return nil
			}
			return endError(ws)
		}
	}
}

// stopped gives the command the terminal if it was stopped for want of it. What has the
// terminal cannot be stopped by its keys: the shell would not know.
func (t *lent) stopped(by syscall.Signal) {
	group := t.cmd.Process.Pid
	switch holder := t.holder(); {
	case holder == t.ours && (by == syscall.SIGTTIN || by == syscall.SIGTTOU):
		signal.Ignore(syscall.SIGTTOU) // for when we take it back
		t.give(group)
		t.given = true
	case holder != group || by != syscall.SIGTSTP:
		return
	}
	_ = syscall.Kill(-group, syscall.SIGCONT)
}

// back takes the terminal back, and wakes a pager that was stopped for want of it.
func (t *lent) back() {
	if t.given {
		t.give(t.ours)
		_ = syscall.Kill(0, syscall.SIGCONT)
	}
}

// endError is how a command ended that did not end well, in the words of exec.ExitError.
type endError syscall.WaitStatus

func (e endError) Error() string {
	ws := syscall.WaitStatus(e)
	if ws.Signaled() {
		return "signal: " + ws.Signal().String()
	}
	return fmt.Sprintf("exit status %d", ws.ExitStatus())
}

// ExitCode is -1 if a signal ended it.
func (e endError) ExitCode() int { return syscall.WaitStatus(e).ExitStatus() }

func piped(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}
