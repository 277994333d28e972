//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownGroup puts a command and all that it starts into a group of their own. If its input
// is a terminal that is ours, they get it until back is called: whoever reads from it and
// is not in its group is stopped, for ever. So would be who reads its output from a pipe and
// its keys from the terminal, as a pager does, and we with it: it keeps the terminal then.
func ownGroup(cmd *exec.Cmd) (back func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	f, ok := cmd.Stdin.(*os.File)
	if !ok || piped(cmd.Stdout) {
		return func() {}
	}
	terminal, ours := int(f.Fd()), unix.Getpgrp()
	if holder, err := unix.IoctlGetInt(terminal, unix.TIOCGPGRP); err != nil || holder != ours {
		return func() {}
	}
	// SIGTTOU is for who is not in the group of the terminal and takes it. SIGTSTP, of
	// Ctrl-Z, would stop the command alone, and the shell would not know.
	signal.Ignore(syscall.SIGTTOU, syscall.SIGTSTP)
	cmd.SysProcAttr.Foreground, cmd.SysProcAttr.Ctty = true, terminal
	return func() { _ = unix.IoctlSetPointerInt(terminal, unix.TIOCSPGRP, ours) }
}

func piped(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// askGroup asks the group to end, killGroup ends it. An error says that it is gone.
func askGroup(cmd *exec.Cmd, s os.Signal) { _ = syscall.Kill(-cmd.Process.Pid, s.(syscall.Signal)) }

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
