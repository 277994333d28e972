package handshake

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/stretchr/testify/require"
)

func TestSecret(t *testing.T) {
	random := newRandom(8)
	for range 20 {
		s, err := NewSecret(random)
		require.NoError(t, err)
		require.True(t, inDHRange(s.public()))
		require.NotZero(t, s.publicBytes()[0])

		b := big.NewInt(0xb0b) // Diffie and Hellman's own promise, with a full-size g_b.
		b.Lsh(b, 2000)
		gb := new(big.Int).Exp(big.NewInt(3), b, dhPrime)
		key, problem := s.agree(gb.Bytes())
		require.Empty(t, problem)
		require.Equal(t, new(big.Int).Exp(s.public(), b, dhPrime).FillBytes(make([]byte, 256)), key[:])
	}
}

// One a in two hundred gives a g_a that begins with a zero byte, which clients write in
// two ways: another is taken, and agreed with.
func TestSecretTakesAnotherAForAShortGA(t *testing.T) {
	a := new(big.Int).Lsh(big.NewInt(1), 8*exponentSize-1)
	ga := new(big.Int).Exp(big.NewInt(generator), a, dhPrime)
	for ga.BitLen() > 2040 {
		a.Add(a, big.NewInt(1))
		ga.Mod(ga.Mul(ga, big.NewInt(generator)), dhPrime)
	}
	s, err := NewSecret(bytes.NewReader(a.Bytes()))
	require.NoError(t, err)
	b := big.NewInt(0xb0b)
	b.Lsh(b, 2000)
	key, problem := s.agree(new(big.Int).Exp(big.NewInt(generator), b, dhPrime).Bytes()) // asked before the public half
	require.Empty(t, problem)
	require.NotZero(t, s.publicBytes()[0])
	require.Equal(t, new(big.Int).Exp(s.public(), b, dhPrime).FillBytes(make([]byte, 256)), key[:])
}

// A constant source must not make a server that hangs or has a = 0.
func TestSecretRefusesBrokenRandomness(t *testing.T) {
	_, err := NewSecret(bytes.NewReader(make([]byte, 64*exponentSize)))
	require.ErrorContains(t, err, "randomness is broken")
	_, err = NewSecret(bytes.NewReader(make([]byte, 5)))
	require.ErrorContains(t, err, "reading randomness for a")
}

// https://core.telegram.org/mtproto/samples-auth_key: temporary key and vector
// of the example that stood there for years.
func TestTmpKeysSample(t *testing.T) {
	var newNonce bin.Int256
	var serverNonce bin.Int128
	fillHex(t, newNonce[:], "311C85DB234AA2640AFC4A76A735CF5B1F0FD68BD17FA181E1229AD867CC024D")
	fillHex(t, serverNonce[:], "A5CF4D33F4A11EA877BA4AA573907330")
	var want tmpKeys
	fillHex(t, want.key[:], "F011280887C7BB01DF0FC4E17830E0B91FBB8BE4B2267CB985AE25F33B527253")
	fillHex(t, want.iv[:], "3212D579EE35452ED23E0D0C92841AA7D31B2E9BDEF2151E80D15860311C85DB")
	require.Equal(t, want, newTmpKeys(newNonce, serverNonce))
}

func fillHex(t *testing.T, dst []byte, text string) {
	t.Helper()
	n, ok := new(big.Int).SetString(text, 16)
	require.True(t, ok)
	n.FillBytes(dst)
}
