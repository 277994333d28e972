//go:build unix

package disk

import "syscall"

// What the system says of a disk that is full, and of a user who has all that is his.
const (
	errFull  = syscall.ENOSPC
	errQuota = syscall.EDQUOT
)
