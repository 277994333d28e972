//go:build !linux

package main

// futex is no system call's number: elsewhere no process is found asleep, and those that
// are have their whole time.
const futex = 1 << 30
