//go:build unix

package wire

import "syscall"

// canAttempt: sockets are in non-blocking mode, where a read without bytes fails at once.
const canAttempt = true

func readNow(fd uintptr, p []byte) (int, error) { return syscall.Read(int(fd), p) }
