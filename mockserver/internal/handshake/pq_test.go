package handshake

import (
	"math/big"
	"testing"

	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"
)

func TestChallengeIsWhatEveryClientTakes(t *testing.T) {
	random := newRandom(4)
	seen := map[uint64]bool{}
	for range 2000 {
		c, err := newChallenge(random)
		require.NoError(t, err)
		require.Less(t, c.p, c.q)
		require.Less(t, c.q, uint64(1)<<31)
		require.GreaterOrEqual(t, c.p, uint64(1)<<24, "four bytes, without leading zeros")
		require.True(t, new(big.Int).SetUint64(c.p).ProbablyPrime(20))
		require.True(t, new(big.Int).SetUint64(c.q).ProbablyPrime(20))
		pq := c.pq()
		require.Len(t, pq, 8)
		require.NotZero(t, pq[0], "eight bytes, even for a client that strips zeros")
		require.Zero(t, pq[0]&0x80, "not above 2^63-1")
		require.Equal(t, c.p*c.q, new(big.Int).SetBytes(pq).Uint64())
		seen[c.p*c.q] = true
	}
	require.Greater(t, len(seen), 1990, "nearly every challenge is another")
}

// Among them are composites that pass the test for one or two of the bases: of 2
// (https://oeis.org/A001262), and 3215031751, which passes it for 2, 3, 5 and 7.
func TestIsPrime(t *testing.T) {
	numbers := []uint64{2047, 3277, 4033, 4681, 8321, 3215031751, 1<<32 - 1, 1<<32 - 5, 46337 * 46337, 65521 * 65537}
	for _, from := range []uint64{63, minP, minQ, 1<<32 - 40_000} {
		for n := from | 1; n < from+40_000; n += 2 {
			numbers = append(numbers, n)
		}
	}
	for _, n := range numbers {
		require.Equal(t, new(big.Int).SetUint64(n).ProbablyPrime(0), isPrime(n), n)
	}
}

// The ends of both ranges, where a prime must be found without leaving them.
func TestChallengeAtTheEnds(t *testing.T) {
	const most = uint64(1)<<32 - 1
	lowest, highest := uint64(minP)*minQ, primeFrom(minP+spanP-1)*primeFrom(minQ+spanQ-1)
	require.GreaterOrEqual(t, lowest, uint64(1)<<56)
	require.Less(t, highest, uint64(1)<<63)
	require.Less(t, primeFrom(minQ+spanQ-1), uint64(1)<<31)
	require.Less(t, primeFrom(minP+spanP-1), most)
}

func TestClientFactorsIt(t *testing.T) {
	c, err := newChallenge(newRandom(5))
	require.NoError(t, err)
	p, q, err := crypto.DecomposePQ(new(big.Int).SetBytes(c.pq()), newRandom(6))
	require.NoError(t, err)
	require.Empty(t, c.check(p.Bytes(), q.Bytes()))
}

// What a client pays: this is the reason for the choice of p and q.
func BenchmarkClientFactors(b *testing.B) {
	own, err := newChallenge(newRandom(5))
	require.NoError(b, err)
	for _, c := range []struct {
		name string
		pq   *big.Int
	}{
		{"ours", new(big.Int).SetBytes(own.pq())},
		{"sample", new(big.Int).SetUint64(0x17ED48941A08F981)}, // https://core.telegram.org/mtproto/samples-auth_key
	} {
		b.Run(c.name, func(b *testing.B) {
			random := newRandom(6)
			for b.Loop() {
				_, _, _ = crypto.DecomposePQ(c.pq, random)
			}
		})
	}
}

func BenchmarkChallenge(b *testing.B) {
	random := newRandom(5)
	for b.Loop() {
		_, _ = newChallenge(random)
	}
}
