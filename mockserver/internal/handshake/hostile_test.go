package handshake

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// The numbers of the hostile cases are what their names say.
func TestHostileNumbers(t *testing.T) {
	two := big.NewInt(2)
	require.False(t, new(big.Int).Add(dhPrime, two).ProbablyPrime(20), "composite")
	unsafe := new(big.Int).Add(dhPrime, big.NewInt(toUnsafePrime))
	require.True(t, unsafe.ProbablyPrime(20))
	require.False(t, new(big.Int).Rsh(unsafe, 1).ProbablyPrime(20), "not safe")
	require.Equal(t, 2048, unsafe.BitLen())
	require.EqualValues(t, 2, new(big.Int).Mod(unsafe, big.NewInt(3)).Int64(), "g = 3 is right for it: only its safety is wrong")
	short := new(big.Int).SetBytes(shortPrime())
	require.True(t, short.ProbablyPrime(20))
	require.Equal(t, 1024, short.BitLen())
	require.NotEqualValues(t, 7, new(big.Int).Mod(dhPrime, big.NewInt(8)).Int64(), "g = 2 is wrong for dh_prime")
}

// There is a way to break each case of the exchange, and no other.
func TestHostileCasesOfTheExchange(t *testing.T) {
	named := map[string]bool{}
	for _, h := range scenarios.HostileCases() {
		named[h.Name] = true
		require.Equal(t, h.Event == scenarios.EventHandshake, spoilers[h.Name] != nil, h.Name)
	}
	for name := range spoilers {
		require.True(t, named[name], name)
	}
}
