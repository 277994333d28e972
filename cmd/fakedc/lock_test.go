//go:build (unix && !aix && !solaris) || windows

package main

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A server that is ending keeps the next from its journal for a moment, one that runs for good.
func TestJournalOfAnotherServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	open := func(t *testing.T) *os.File {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		require.NoError(t, err)
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	for name, c := range map[string]struct {
		ends time.Duration
		want bool
	}{
		"it ends": {time.Second, false},
		"it runs": {time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				before := open(t)
				require.False(t, stillTaken(before))
				next := open(t)
				require.True(t, taken(next))
				time.AfterFunc(c.ends, func() { _ = before.Close() })
				require.Equal(t, c.want, stillTaken(next))
			})
		})
	}
}
