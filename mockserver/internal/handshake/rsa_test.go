package handshake

import (
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// The remainder theorem against the plain power, for a key with stored values
// and for one without them.
func TestDecryptIsThePrivatePower(t *testing.T) {
	key := testKey(t)
	bare := &rsa.PrivateKey{PublicKey: key.PublicKey, D: key.D, Primes: key.Primes}
	random := newRandom(9)
	numbers := []*big.Int{big.NewInt(0), big.NewInt(1), key.Primes[0], key.Primes[1], new(big.Int).Sub(key.N, big.NewInt(1))}
	for range 20 {
		var b [256]byte
		_, _ = random.Read(b[:])
		n := new(big.Int).SetBytes(b[:])
		numbers = append(numbers, n.Mod(n, key.N))
	}
	for _, n := range numbers {
		want := new(big.Int).Exp(n, key.D, key.N).FillBytes(make([]byte, 256))
		for _, d := range []*decrypter{newDecrypter(key), newDecrypter(bare)} {
			got, problem := d.decrypt(n.FillBytes(make([]byte, 256)))
			require.Empty(t, problem)
			require.Equal(t, want, got[:])
		}
	}
	require.Nil(t, bare.Precomputed.Dp, "the caller's key may be in use by others")
}

// The number clients in other languages are given with the test key: a change
// of byte order or of the TL form would lock them all out.
func TestFingerprint(t *testing.T) {
	require.EqualValues(t, -4036530539910465821, Fingerprint(&testKey(t).PublicKey))
}

func BenchmarkDecrypt(b *testing.B) {
	d := newDecrypter(testKey(b))
	block := make([]byte, 256)
	block[200] = 1
	for b.Loop() {
		_, _ = d.decrypt(block)
	}
}
