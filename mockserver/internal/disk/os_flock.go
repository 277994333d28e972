//go:build unix && !aix && !solaris

package disk

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes a file for this process alone, until it is closed.
func lock(f *os.File) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	failed := error(nil)
	if err := c.Control(func(fd uintptr) { failed = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB) }); err != nil {
		return err
	}
	if errors.Is(failed, unix.EWOULDBLOCK) {
		return errLocked
	}
	return os.NewSyscallError("flock", failed)
}
