//go:build unix

package link

import "syscall"

// canAttempt: sockets are in non-blocking mode, where a write takes what it can.
const canAttempt = true

func writeNow(fd uintptr, p []byte) (int, error) { return syscall.Write(int(fd), p) }
