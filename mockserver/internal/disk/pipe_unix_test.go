//go:build unix

package disk

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A pipe in place of FORMAT is refused, and not waited for: nobody writes into it.
func TestPipeIsRefused(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, unix.Chmod(dir, 0o700))
	require.NoError(t, unix.Mkfifo(filepath.Join(dir, formatFile), 0o600))
	_, err := Open(dir, some)
	require.ErrorContains(t, err, "its FORMAT is no regular file")
}
