package disk

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/validator"
)

// BenchmarkPart is what a part costs from the verdict to the answer, its SHA-256 being
// known: write, sync, commit.
func BenchmarkPart(b *testing.B) {
	for _, noSync := range []bool{false, true} {
		for _, size := range []int{1 << 10, 512 << 10} {
			for _, at := range []int{1, 4} { // uploads at once
				b.Run(fmt.Sprintf("sync=%t/size=%d/uploads=%d", !noSync, size, at), func(b *testing.B) { benchmarkPart(b, noSync, size, at) })
			}
		}
	}
}

func benchmarkPart(b *testing.B, noSync bool, size, uploads int) {
	d, err := Open(filepath.Join(b.TempDir(), "data"), Options{Quota: 64 << 30, NoSync: noSync})
	require.NoError(b, err)
	defer d.Close()
	s := upload.New(validator.MustNew(validator.Options{}), store.Sums{}, upload.Limits{Uploads: 8, Lifetime: time.Hour, Documents: 2}, nil)
	require.NoError(b, s.Load(time.Time{}, keeperOf{d}, true, d, noMeta))
	_, err = d.Settle()
	require.NoError(b, err)
	data := make([]byte, size)
	sum := sha256.Sum256(data)
	now := time.Unix(1e9, 0)
	var file atomic.Int64
	b.SetBytes(int64(size))
	b.SetParallelism(uploads)
	if uploads == 1 {
		one := worker(b, s, now, &file, data, &sum)
		for b.Loop() {
			one()
		}
		return
	}
	b.RunParallel(func(p *testing.PB) {
		one := worker(b, s, now, &file, data, &sum)
		for p.Next() {
			one()
		}
	})
}

// worker sends one file of 200 parts after the other.
func worker(b *testing.B, s *upload.Service, now time.Time, file *atomic.Int64, data []byte, sum *[32]byte) func() {
	n, index := file.Add(1), int32(0)
	return func() {
		f := s.Open(now, id(n))
		f.Attempt(now, index)
		out := s.Save(now, f, upload.Part{Index: index, Total: 200, Bytes: data, SHA256: sum}, upload.Fate{})
		if out.Err != nil || out.Verdict.Error != nil {
			b.Error(out.Err, out.Verdict.Error)
		}
		if index++; index == 200 {
			n, index = file.Add(1), 0
		}
	}
}
