package disk

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/validator"
)

// Many clients at once, of the same uploads and of others, while uploads expire, make
// room, become documents and are read, in a directory that is nearly full: nobody waits
// for ever, and what is there at the end another process finds as it was.
func TestTogether(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d, err := Open(dir, Options{Quota: 640 << 10, NoSync: true})
	require.NoError(t, err)
	limits := upload.Limits{Uploads: 6, Lifetime: time.Hour, Documents: 4}
	s := upload.New(validator.MustNew(validator.Options{}), store.Sums{}, limits, nil)
	require.NoError(t, s.Load(time.Time{}, keeperOf{d}, true, d, noMeta))
	_, err = d.Settle()
	require.NoError(t, err)

	var all sync.WaitGroup
	now := time.Unix(1e9, 0)
	full, stored := make(chan struct{}, 10_000), make(chan struct{}, 10_000)
	for n := range uint64(8) {
		all.Go(func() {
			r := rand.New(rand.NewPCG(n, 1))
			for range 150 {
				file := id(r.Int64N(8))
				switch r.IntN(10) {
				case 0:
					if doc, v := s.Finalise(now, upload.Final{ID: file, Parts: 1}); v.Error == nil {
						_, _ = doc.Read(0, 1<<20) // it may be forgotten by now
					}
				case 1:
					_ = s.Sweep(now)
				case 2:
					for _, f := range s.Files() {
						if data, stored, err := f.Part(0); stored && err == nil && len(data) != 32<<10 {
							t.Errorf("%d bytes", len(data))
						}
					}
				default:
					data := bytes.Repeat([]byte{byte(r.Uint32())}, 32<<10)
					fate := upload.Fate{Lose: r.IntN(10) == 0}
					out := s.Save(now, s.Open(now, file), upload.Part{Index: r.Int32N(8), Total: -1, Bytes: data}, fate)
					switch {
					case out.Err == nil:
						stored <- struct{}{}
					case errors.Is(out.Err, store.ErrFull):
						full <- struct{}{}
					default:
						t.Error(out.Err)
					}
				}
			}
		})
	}
	all.Wait()
	require.NotEmpty(t, full, "the quota was reached")
	require.NotEmpty(t, stored)
	require.NoError(t, s.Write())
	require.LessOrEqual(t, d.Used(), int64(640<<10+64<<10))
	require.NoError(t, d.Close())

	d, err = Open(dir, Options{Quota: 640 << 10, NoSync: true})
	require.NoError(t, err)
	defer d.Close()
	again := upload.New(validator.MustNew(validator.Options{}), store.Sums{}, limits, nil)
	require.NoError(t, again.Load(time.Time{}, keeperOf{d}, true, d, noMeta))
	left, err := d.Settle()
	require.NoError(t, err)
	require.Zero(t, left.Files, "all that was released is gone")
	requireSame(t, s, again)
	for _, f := range again.Files() {
		for _, p := range f.Snapshot().Parts {
			_, _, err := f.Part(p.Index)
			require.NoError(t, err)
		}
	}
}
