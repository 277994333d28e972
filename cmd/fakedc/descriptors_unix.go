//go:build unix

package main

import "syscall"

// descriptors is how many files and sockets the process may have open, -1 if nobody
// knows. Go has raised what can be raised by then.
func descriptors() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return -1
	}
	return int(min(l.Cur, 1<<30))
}
