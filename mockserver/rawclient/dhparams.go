package rawclient

import (
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"sync"

	"github.com/gotd/td/crypto"
)

// knownPrime is the dh_prime that Telegram has sent all along. Checking it anew
// would cost half a second each time.
//
// https://core.telegram.org/mtproto/samples-auth_key
var knownPrime = sync.OnceValue(func() *big.Int {
	b, err := hex.DecodeString("c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f" +
		"48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37" +
		"20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64" +
		"2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4" +
		"a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754" +
		"fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4" +
		"e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f" +
		"0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b")
	if err != nil {
		panic("rawclient: the known dh_prime: " + err.Error())
	}
	return new(big.Int).SetBytes(b)
})

// dhParams are the numbers a server proposed, checked.
type dhParams struct {
	g         int
	prime, ga *big.Int
	trusted   bool // without a check
}

// check holds the parameters against the demands on a client.
//
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func (d dhParams) check() error {
	if d.prime.Cmp(knownPrime()) != 0 {
		if err := crypto.CheckDH(d.g, d.prime); err != nil {
			return fmt.Errorf("dh_prime: %w", err)
		}
	} else if err := crypto.CheckGP(d.g, d.prime); err != nil {
		return fmt.Errorf("g: %w", err)
	}
	if !inSafeRange(d.ga, d.prime) {
		return fmt.Errorf("g_a is not between 2^1984 and dh_prime-2^1984")
	}
	return nil
}

func inSafeRange(x, prime *big.Int) bool {
	margin := new(big.Int).Lsh(big.NewInt(1), 2048-64)
	return x.Cmp(margin) > 0 && x.Cmp(new(big.Int).Sub(prime, margin)) < 0
}

// answer chooses b and returns g_b and the key g_a^b. An exponent of 256 bits is
// as strong as the group and costs an eighth of a full one.
func (d dhParams) answer(random io.Reader) (gb []byte, key [256]byte, err error) {
	var exponent [32]byte
	for range mostTries {
		if _, err := io.ReadFull(random, exponent[:]); err != nil {
			return nil, key, err
		}
		b := new(big.Int).SetBytes(exponent[:])
		y := new(big.Int).Exp(big.NewInt(int64(d.g)), b, d.prime)
		if !d.trusted && !inSafeRange(y, d.prime) {
			continue
		}
		shared := new(big.Int).Exp(d.ga, b, d.prime)
		copy(key[:], shared.FillBytes(make([]byte, 257))[1:]) // an untrusted prime may be longer
		return y.FillBytes(make([]byte, 257))[1:], key, nil
	}
	return nil, key, errSameAgain
}
