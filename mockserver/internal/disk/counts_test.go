package disk

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// Calls that are refused take of the quota, too, whoever makes them: what cannot be
// written of their counts stays in memory, and parts find as much room as before.
func TestCountsStayWithinTheQuota(t *testing.T) {
	const quota = 4 << 20
	dir := filepath.Join(t.TempDir(), "data")
	d, err := Open(dir, Options{Quota: quota, NoSync: true})
	require.NoError(t, err)
	defer d.Close()
	s, err := service(d)
	require.NoError(t, err)
	now := time.Unix(1e9, 0)
	for file := range int64(3) {
		f := s.Open(now, id(file))
		for i := int32(2); i < 16_002; i++ {
			f.Attempt(now, i)
			require.NotNil(t, s.Save(now, f, upload.Part{Index: i, Total: 1}, upload.Fate{}).Verdict.Error)
		}
	}
	require.NoError(t, s.Write())
	require.LessOrEqual(t, d.Used(), int64(quota))
	info, err := os.Stat(filepath.Join(dir, recordsFile))
	require.NoError(t, err)
	require.LessOrEqual(t, info.Size(), int64(quota))
	require.Len(t, s.Files()[2].Snapshot().Parts, 16_000)
}

// What a commit takes is counted as soon as it is written, not with the next.
func TestCommitIsCounted(t *testing.T) {
	d, err := Open(filepath.Join(t.TempDir(), "data"), Options{Quota: 1 << 30, NoSync: true})
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.Commit([]store.Change{{Table: store.TableUploads, Key: []byte("k"), Value: make([]byte, 1<<20)}}, nil))
	require.Greater(t, d.Used(), int64(1<<20))
}
