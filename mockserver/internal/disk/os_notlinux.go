//go:build !linux

package disk

import "os"

// datasync has the bytes of a file on the disk.
func datasync(f *os.File) error { return f.Sync() }
