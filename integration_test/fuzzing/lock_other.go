//go:build !unix || aix || solaris

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Changing the page takes milliseconds: an older lock was left by a run that was killed.
const staleLock = 10 * time.Second

// tryLock makes a file that only one run can make; unlock is nil if there is one. Without
// flock nobody can take over what was left and be sure to be the only one: a person can.
func tryLock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err == nil {
		_ = f.Close()
		return func() { _ = os.Remove(path) }, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > staleLock {
		return nil, fmt.Errorf("a run that was killed has left %s: delete it if no other goes on", path)
	}
	return nil, nil
}
