package envelope

import (
	"crypto/sha256"
	"testing"

	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"
)

// large is a frame that is hashed while it is decrypted, with its body.
func large(t *testing.T, k *Key, size int) (frame, body []byte) {
	t.Helper()
	body = make([]byte, size)
	_, _ = newRandom(9).Read(body)
	return encrypt(t, k, crypto.Client, append(append(header(sample, int32(size)), body...), make([]byte, 16+(16-size%16)%16)...)), body
}

func TestHashedOnTheWay(t *testing.T) {
	const size = 4096
	k := testKey()
	for _, c := range []struct {
		name     string
		from, to int
		want     bool
	}{
		{"the bytes of a part", 24, size, true},
		{"all of the body", 0, size, true},
		{"nothing is found", 0, 0, false},
		{"more than the body", 24, size + 4, false}, // it ends in the padding
		{"more than the frame", 24, 1 << 24, false},
		{"backwards", 100, 24, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			frame, body := large(t, k, size)
			seen := false
			m, err := openClient(k, frame, func(head []byte) (int, int) {
				seen = true
				n := min(len(head), size) // padding may follow
				require.Equal(t, body[:n], head[:n])
				return c.from, c.to
			})
			require.NoError(t, err)
			require.True(t, seen)
			require.Equal(t, body, m.Body)
			require.Equal(t, c.want, m.Hashed != nil)
			if m.Hashed == nil {
				require.Zero(t, m.SHA256)
				return
			}
			require.Same(t, &m.Body[c.from], &m.Hashed[0])
			require.Len(t, m.Hashed, c.to-c.from)
			require.Equal(t, sha256.Sum256(body[c.from:c.to]), m.SHA256)
		})
	}
}

// SG-7 holds for frames that are hashed on the way: one bit, anywhere.
func TestLargeFrameWithOneBitOff(t *testing.T) {
	k := testKey()
	find := func([]byte) (int, int) { return 24, 2000 }
	good, body := large(t, k, 2048)
	m, err := openClient(k, append([]byte{}, good...), find)
	require.NoError(t, err)
	require.Equal(t, body, m.Body)
	for at := range good {
		frame := append([]byte{}, good...)
		frame[at] ^= 1 << (at % 8)
		m, err := openClient(k, frame, find)
		require.Equal(t, ErrOpen, err, "byte %d", at)
		require.Equal(t, Message{}, m)
	}
}
