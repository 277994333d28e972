//go:build aix || solaris

package disk

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes a file for this process alone, until it is closed. There is no flock here:
// two servers of one process do not notice each other.
func lock(f *os.File) error {
	all := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	err := unix.FcntlFlock(f.Fd(), unix.F_SETLK, &all)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return errLocked
	}
	return os.NewSyscallError("fcntl", err)
}
