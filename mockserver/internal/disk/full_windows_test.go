package disk

import "golang.org/x/sys/windows"

// What the system says of a disk that is full, and of a user who has all that is his.
const (
	errFull  = windows.ERROR_DISK_FULL
	errQuota = windows.ERROR_DISK_QUOTA_EXCEEDED
)
