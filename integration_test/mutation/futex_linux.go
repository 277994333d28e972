package main

import "syscall"

// The numbers of the system calls in which threads of Go wait: idle ones in futex, and
// the one that waits for files and timers in epollWait.
const (
	futex     = syscall.SYS_FUTEX
	epollWait = syscall.SYS_EPOLL_PWAIT
)
