package main

import "syscall"

// futex is the number of the system call in which an idle thread of Go waits.
const futex = syscall.SYS_FUTEX
