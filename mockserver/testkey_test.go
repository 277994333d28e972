package mockserver

import (
	"strings"
	"testing"

	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/handshake"
)

func TestTestKey(t *testing.T) {
	key := testKey()
	require.Same(t, key, testKey(), "parsed once")
	require.NoError(t, key.Validate())
	require.Len(t, key.Primes, 4)

	// A scanner for secrets must not find a key that is none.
	require.True(t, strings.HasPrefix(testKeyPEM, "-----BEGIN RSA TESTING KEY-----\n"))
	require.NotContains(t, testKeyPEM, "PRIVATE")
}

// Clients carry this fingerprint and the modulus in their own tests: replacing
// the key breaks them, so it must not happen unnoticed.
func TestTestKeyStaysTheSame(t *testing.T) {
	const published int64 = -6075152478867352986
	require.Equal(t, published, crypto.RSAFingerprint(&testKey().PublicKey))
}

func TestParseTestKeyRefusesAnythingElse(t *testing.T) {
	for name, text := range map[string]string{
		"empty":     "",
		"no PEM":    "TESTING KEY",
		"truncated": testKeyPEM[:len(testKeyPEM)/2],
		"not a key": "-----BEGIN RSA TESTING KEY-----\nAAAA\n-----END RSA TESTING KEY-----\n",
	} {
		_, err := parseTestKey(text)
		require.Error(t, err, name)
	}
}

// The start-up cost of a server: it must stay far below a millisecond.
func BenchmarkParseTestKey(b *testing.B) {
	var key *handshake.Key
	for b.Loop() {
		key, _ = parseTestKey(testKeyPEM)
	}
	require.NotNil(b, key)
}
