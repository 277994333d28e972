//go:build unix

package disk

import (
	"errors"
	"os"
	"syscall"
)

func syncDir(dir *os.File) error { return dir.Sync() }

// private tells whether nobody but the owner may look.
func private(info os.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

// noRoom tells whether a disk is full, or what its user may have of it.
func noRoom(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
