//go:build unix

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

func syncDir(dir *os.File) error { return dir.Sync() }

// freeBytes is what the file system has left for those who are not root.
func freeBytes(dir *os.File) (free int64, err error) {
	c, err := dir.SyscallConn()
	if err != nil {
		return 0, err
	}
	var s unix.Statfs_t
	failed := error(nil)
	if err := c.Control(func(fd uintptr) { failed = unix.Fstatfs(int(fd), &s) }); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), os.NewSyscallError("fstatfs", failed)
}

// private tells whether nobody but the owner may look.
func private(info os.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }
