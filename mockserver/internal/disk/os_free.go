//go:build linux || darwin || freebsd || dragonfly

package disk

import (
	"os"

	"golang.org/x/sys/unix"
)

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
