//go:build unix && !linux

package main

import "golang.org/x/sys/unix"

// foreground is the group that has a terminal.
func foreground(terminal int) (group int, err error) {
	return unix.IoctlGetInt(terminal, unix.TIOCGPGRP)
}
