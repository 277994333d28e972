package main

import (
	"errors"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// taken takes a file until it is closed, unless another process has: then it is true. Nobody
// reads a byte that is locked, so it is one beyond all that is written.
// https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-lockfileex
func taken(f *os.File) bool {
	far := &windows.Overlapped{OffsetHigh: math.MaxInt32}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, far)
	return errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}
