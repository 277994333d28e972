//go:build !unix

package wire

import "syscall"

const canAttempt = false

func readNow(uintptr, []byte) (int, error) { return 0, syscall.EINVAL }
