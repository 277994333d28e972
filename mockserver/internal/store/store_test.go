package store

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
)

func TestMemory(t *testing.T) {
	room := bounds.NewGate("StoreBytes", 10)
	m := NewMemory(room)
	data := []byte("part")
	b, err := m.Put(data, m.Fingerprint(data))
	require.NoError(t, err)
	data[0] = 'x' // the caller's buffer is used again
	got, err := b.Bytes()
	require.NoError(t, err)
	require.Equal(t, "part", string(got))
	require.True(t, b.Equal(m, []byte("part")))
	require.False(t, b.Equal(m, data))
	require.False(t, b.Equal(m, nil))

	_, err = m.Put([]byte("too much"), Fingerprint{})
	require.ErrorIs(t, err, ErrFull)
	require.ErrorContains(t, err, "4 bytes of parts are in memory, and 8 bytes more would pass the limit StoreBytes, 10 bytes; raise it (--limit StoreBytes=...) or use the digest store")
	m.Release(b)
	_, err = m.Put([]byte("too much"), Fingerprint{})
	require.NoError(t, err, "released room is there again")
}

// kinds are the stores of this package.
func kinds() []Store { return []Store{NewMemory(bounds.NewGate("x", 0)), NewDigest(), Sums{}} }

func TestDigests(t *testing.T) {
	for _, d := range kinds()[1:] {
		data := []byte("part")
		b, err := d.Put(data, d.Fingerprint(data))
		require.NoError(t, err)
		require.True(t, b.Equal(d, data))
		require.False(t, b.Equal(d, []byte("port")))
		require.False(t, b.Equal(d, []byte("part of it")))
		_, err = b.Bytes()
		require.ErrorIs(t, err, ErrNotKept)
	}
}

// What one process cannot see, it cannot make two parts for.
func TestFingerprintsDifferFromRunToRun(t *testing.T) {
	require.NotEqual(t, NewDigest().Fingerprint([]byte("a")), NewDigest().Fingerprint([]byte("a")))
	require.Equal(t, Fingerprint(sha256.Sum256([]byte("a"))), Sums{}.Fingerprint([]byte("a")), "but on disk it is one for all")
}

func TestFingerprintTellsPartsApart(t *testing.T) {
	for _, s := range kinds() {
		require.Equal(t, s.Fingerprint([]byte("a")), s.Fingerprint([]byte("a")))
		require.NotEqual(t, s.Fingerprint([]byte("a")), s.Fingerprint([]byte("b")))
		require.NotEqual(t, s.Fingerprint([]byte{0}), s.Fingerprint([]byte{0, 0}))
	}
}

// The empty tail of a streamed upload is a part without bytes that can be read.
func TestEmptyPartIsReadable(t *testing.T) {
	for _, s := range kinds() {
		b, err := s.Put(nil, s.Fingerprint(nil))
		require.NoError(t, err)
		got, err := b.Bytes()
		require.NoError(t, err)
		require.Empty(t, got)
		require.True(t, b.Equal(s, nil))
	}
}
