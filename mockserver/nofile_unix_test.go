//go:build unix

package mockserver

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Where a process may open few files there is still room for an upload over several connections.
func TestConnectionsOfFewFiles(t *testing.T) {
	for files, want := range map[int]int{0: 1, 1: 1, 20: 10, 64: 32, 127: 64, 128: 64, 256: 192, 1024: 960} {
		require.Equal(t, want, connectionsOf(files), files)
	}
}
