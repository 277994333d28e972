//go:build unix && !aix && !solaris

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// taken takes a file until it is closed, unless another process has: then it is true. Where a
// file system has no locks nobody has one.
func taken(f *os.File) bool {
	c, err := f.SyscallConn()
	if err != nil {
		return false
	}
	other := false
	_ = c.Control(func(fd uintptr) { other = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK })
	return other
}
