//go:build !unix

package link

import "syscall"

const canAttempt = false

func writeNow(uintptr, []byte) (int, error) { return 0, syscall.EINVAL }
