//go:build !linux

package main

// These are no system call's numbers: elsewhere no process is found asleep, and those that
// are have their whole time, and a second try.
const (
	futex     = 1 << 30
	epollWait = 1<<30 + 1
)
