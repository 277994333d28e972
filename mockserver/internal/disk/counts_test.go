package disk

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// What a commit takes is counted as soon as it is written, not with the next.
func TestCommitIsCounted(t *testing.T) {
	d, err := Open(filepath.Join(t.TempDir(), "data"), Options{Quota: 1 << 30, NoSync: true})
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.Commit([]store.Change{{Table: store.TableUploads, Key: []byte("k"), Value: make([]byte, 1<<20)}}, nil))
	require.Greater(t, d.Used(), int64(1<<20))
}
