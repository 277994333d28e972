//go:build unix

package disk

import "os"

func syncDir(dir *os.File) error { return dir.Sync() }

// private tells whether nobody but the owner may look.
func private(info os.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }
