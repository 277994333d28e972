package mockserver

import (
	"syscall"
	"time"
)

// bubbled tells whether the caller is in a testing/synctest bubble: there the time of
// package time is not the machine's. Nothing in Go says it of itself.
func bubbled() bool {
	var now syscall.Timeval
	return syscall.Gettimeofday(&now) == nil && time.Since(time.Unix(int64(now.Sec), 0)).Abs() > time.Hour
}
