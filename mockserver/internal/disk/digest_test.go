package disk

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/validator"
)

// with opens a directory in which parts are kept whole, or only their digests.
func with(t *testing.T, dir string, whole bool) (*Disk, *upload.Service) {
	t.Helper()
	d, err := Open(dir, some)
	require.NoError(t, err)
	s := upload.New(validator.MustNew(validator.Options{}), store.Sums{}, upload.Limits{Uploads: 3, Lifetime: time.Hour, Documents: 2}, nil)
	require.NoError(t, s.Load(time.Time{}, keeperOf{d}, whole, d, noMeta))
	_, err = d.Settle()
	require.NoError(t, err)
	return d, s
}

// What was kept whole has no file left once it is forgotten, though only digests are
// kept by then.
func TestDigestsAfterBytes(t *testing.T) {
	dir, now := filepath.Join(t.TempDir(), "data"), time.Unix(1e9, 0)
	part := upload.Part{Index: 0, Total: -1, Bytes: make([]byte, 1024)}
	d, s := with(t, dir, true)
	require.NoError(t, s.Save(now, s.Open(now, id(1)), part, upload.Fate{}).Err)
	require.NoError(t, d.Close())
	require.FileExists(t, filepath.Join(dir, oneFile))

	d, s = with(t, dir, false)
	require.NoError(t, s.Sweep(now.Add(2*time.Hour)))
	left, err := os.ReadDir(filepath.Join(dir, uploadsDir))
	require.NoError(t, err)
	require.Empty(t, left)
	require.NoError(t, d.Close())
}

// A part of which there was only the digest is kept whole when it comes again and the
// store keeps bytes.
func TestBytesAfterDigests(t *testing.T) {
	dir, now := filepath.Join(t.TempDir(), "data"), time.Unix(1e9, 0)
	part := upload.Part{Index: 0, Total: -1, Bytes: make([]byte, 1024)}
	d, s := with(t, dir, false)
	require.NoError(t, s.Save(now, s.Open(now, id(1)), part, upload.Fate{}).Err)
	require.NoError(t, d.Close())

	for range 2 { // also after another restart
		d, s = with(t, dir, true)
		f := s.Open(now, id(1))
		require.NoError(t, s.Save(now, f, part, upload.Fate{}).Err)
		data, _, err := f.Part(0)
		require.NoError(t, err)
		require.Equal(t, part.Bytes, data)
		require.NoError(t, d.Close())
	}
}
