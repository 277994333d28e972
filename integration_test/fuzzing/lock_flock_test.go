//go:build unix && !aix && !solaris

package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// left is a lock that a run which was killed left behind.
func left(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "PAGE.md.lock")
	require.NoError(t, os.WriteFile(path, nil, 0o644))
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(path, old, old))
	return path
}

// A run that was killed while it changed the page does not block the next for ever; of
// many that find its lock at the same time one alone takes it.
func TestOneTakesALockThatWasLeft(t *testing.T) {
	for range 100 {
		path := left(t)
		var start, all sync.WaitGroup
		start.Add(1)
		took := make(chan func(), 16)
		for range cap(took) {
			all.Go(func() {
				start.Wait()
				unlock, err := tryLock(path)
				if err == nil && unlock != nil {
					took <- unlock
				}
			})
		}
		start.Done()
		all.Wait()
		require.Len(t, took, 1)
		(<-took)()
		require.NoFileExists(t, path)
	}
}

// A lock that is held stays so, however old its file is: its run may have been stopped
// for a while.
func TestLockThatIsHeldIsNotTaken(t *testing.T) {
	path := left(t)
	unlock, err := tryLock(path)
	require.NoError(t, err)
	require.NotNil(t, unlock)
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(path, old, old))
	second, err := tryLock(path)
	require.NoError(t, err)
	require.Nil(t, second)
	unlock()
	require.NoFileExists(t, path)
}

// Who opened the file before its run removed it, and locks it after that, has nothing:
// another run may have made it anew.
func TestLockOfAFileThatIsGone(t *testing.T) {
	path := left(t)
	for _, anew := range []bool{false, true} {
		require.NoError(t, os.WriteFile(path, nil, 0o644))
		f, err := os.Open(path)
		require.NoError(t, err)
		t.Cleanup(func() { _ = f.Close() })
		require.NoError(t, os.Remove(path))
		if anew {
			require.NoError(t, os.WriteFile(path, nil, 0o644))
		}
		current, err := lockFile(f, path)
		require.NoError(t, err)
		require.False(t, current, "made anew: %v", anew)
	}
}
