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
	require.Equal(t, sha256.Sum256([]byte("part")), b.SHA256())

	_, err = m.Put([]byte("too much"), Fingerprint{})
	require.ErrorIs(t, err, ErrFull)
	require.ErrorContains(t, err, "4 bytes of parts are in memory, and 8 bytes more would pass the limit StoreBytes, 10 bytes; raise it (--limit StoreBytes=...) or use the digest store")
	m.Release(b)
	_, err = m.Put([]byte("too much"), Fingerprint{})
	require.NoError(t, err, "released room is there again")
}

func TestDigest(t *testing.T) {
	var d Digest
	data := []byte("part")
	b, err := d.Put(data, d.Fingerprint(data))
	require.NoError(t, err)
	require.Equal(t, sha256.Sum256(data), b.SHA256())
	_, err = b.Bytes()
	require.ErrorIs(t, err, ErrNotKept)
}

func TestFingerprintTellsPartsApart(t *testing.T) {
	for _, s := range []Store{NewMemory(bounds.NewGate("x", 0)), Digest{}} {
		require.Equal(t, s.Fingerprint([]byte("a")), s.Fingerprint([]byte("a")))
		require.NotEqual(t, s.Fingerprint([]byte("a")), s.Fingerprint([]byte("b")))
		require.NotEqual(t, s.Fingerprint([]byte{0}), s.Fingerprint([]byte{0, 0}))
	}
}

// The empty tail of a streamed upload is a part without bytes that can be read.
func TestEmptyPartIsReadable(t *testing.T) {
	for _, s := range []Store{NewMemory(bounds.NewGate("x", 0)), Digest{}} {
		b, err := s.Put(nil, s.Fingerprint(nil))
		require.NoError(t, err)
		got, err := b.Bytes()
		require.NoError(t, err)
		require.Empty(t, got)
		require.Equal(t, sha256.Sum256(nil), b.SHA256())
	}
}
