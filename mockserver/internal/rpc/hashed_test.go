package rpc

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"
)

// Equal bytes elsewhere are other bytes: in a container, say, whose parts alternate.
func TestHashedIsOfItsOwnBytes(t *testing.T) {
	both := []byte("partpart")
	h := &Hashed{Bytes: both[:4], SHA256: sha256.Sum256(both[:4])}
	require.Equal(t, &h.SHA256, h.of(both[:4]))
	require.Nil(t, h.of(both[4:]))
	require.Nil(t, h.of(both))
	require.Nil(t, h.of(both[:3]))
	require.Nil(t, h.of(nil))
	require.Nil(t, (*Hashed)(nil).of(both[:4]))
	require.Nil(t, (&Hashed{}).of([]byte{}))
}
