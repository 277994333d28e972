package main

import "golang.org/x/sys/unix"

// foreground is the group that has a terminal. The system writes an int of C, which is the
// wrong half of Go's where the byte order is big endian.
func foreground(terminal int) (group int, err error) {
	g, err := unix.IoctlGetUint32(terminal, unix.TIOCGPGRP)
	return int(g), err
}
