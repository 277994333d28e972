package store

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
)

// Nothing changes, whatever part of a page the bytes begin and end in, and nobody else's
// bytes do.
func TestPopulateChangesNothing(t *testing.T) {
	const page = 4096
	all := bytes.Repeat([]byte("memory"), 64<<10)
	want := bytes.Clone(all)
	for _, from := range []int{0, 1, page - 1, page, page + 1} {
		for _, size := range []int{0, 1, page, worthPopulating - 1, worthPopulating, worthPopulating + 1, worthPopulating + page - 1} {
			populate(all[from : from+size])
		}
	}
	require.Equal(t, want, all)
}

func BenchmarkMemoryPut(b *testing.B) {
	const size = 512 << 10
	part := make([]byte, size)
	b.SetBytes(size)
	b.ReportAllocs()
	var kept []Blob // so that the next one needs memory of its own
	m := NewMemory(bounds.NewGate("StoreBytes", 1<<40))
	for b.Loop() {
		blob, err := m.Put(part, Fingerprint{})
		if err != nil {
			b.Fatal(err)
		}
		if kept = append(kept, blob); len(kept) == 512 {
			clear(kept)
			kept = kept[:0]
		}
	}
}
