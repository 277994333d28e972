package handshake

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// The remainder theorem against the plain power, for keys as people have them, with two
// primes, and for one with more.
func TestDecryptIsThePrivatePower(t *testing.T) {
	two, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	bare, err := NewKey(&rsa.PrivateKey{PublicKey: two.PublicKey, D: two.D, Primes: two.Primes})
	require.NoError(t, err)
	require.Nil(t, bare.Precomputed.Dp, "the caller's key may be in use by others")
	for name, key := range map[string]*Key{"two primes": bare, "four primes": testKey(t)} {
		random := newRandom(9)
		last := new(big.Int).Sub(key.N, big.NewInt(1))
		numbers := append([]*big.Int{big.NewInt(0), big.NewInt(1), last}, key.Primes...)
		for range 20 {
			var b [256]byte
			_, _ = random.Read(b[:])
			n := new(big.Int).SetBytes(b[:])
			numbers = append(numbers, n.Mod(n, key.N))
		}
		for _, n := range numbers {
			want := new(big.Int).Exp(n, key.D, key.N).FillBytes(make([]byte, 256))
			got, problem := key.decrypt(n.FillBytes(make([]byte, 256)))
			require.Empty(t, problem, name)
			require.Equal(t, want, got[:], name)
		}
	}
}

func TestNewKeyRefusesWhatCannotWork(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	good := testKey(t).PrivateKey
	with := func(primes ...*big.Int) *rsa.PrivateKey {
		return &rsa.PrivateKey{PublicKey: good.PublicKey, D: good.D, Primes: primes}
	}
	p := good.Primes
	for name, c := range map[string]struct {
		key  *rsa.PrivateKey
		says string
	}{
		"none":              {nil, "there is none"},
		"1024 bits":         {small, "it has 1024 bits; MTProto needs 2048"},
		"one prime":         {with(p[0]), "it has 1 primes; 2 are needed"},
		"a prime too few":   {with(p[:3]...), "its modulus is not the product of its primes"},
		"a prime too many":  {with(append(p[:4:4], big.NewInt(3))...), "its modulus is not the product of its primes"},
		"a prime twice":     {with(p[0], p[1], p[2], p[2]), "its primes are not different primes"},
		"a prime that is 1": {with(p[0], p[1], p[2], big.NewInt(1)), "1 is no prime"},
		"no number":         {with(p[0], nil), "<nil> is no prime"},
	} {
		_, err := NewKey(c.key)
		require.EqualError(t, err, "handshake: checking RSA key: "+c.says, name)
	}
}

// The number clients in other languages are given with the test key: a change
// of byte order or of the TL form would lock them all out.
func TestFingerprint(t *testing.T) {
	require.Equal(t, int64(-6075152478867352986), Fingerprint(&testKey(t).PublicKey))
}

func BenchmarkDecrypt(b *testing.B) {
	d := testKey(b)
	block := make([]byte, 256)
	block[200] = 1
	for b.Loop() {
		_, _ = d.decrypt(block)
	}
}
