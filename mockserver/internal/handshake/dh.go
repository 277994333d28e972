package handshake

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"sync"
)

// generator is g. It generates the subgroup of squares of dhPrime, since
// dhPrime mod 3 = 2:
// https://core.telegram.org/mtproto/security_guidelines#validation-of-dh-parameters
const generator = 3

// dhPrimeBytes is the prime Telegram's own servers send. Clients know it by heart:
// some skip the half second of testing a prime when they meet this one,
// Pyrogram accepts no other.
// https://core.telegram.org/mtproto/samples-auth_key
var dhPrimeBytes = func() []byte {
	prime, err := hex.DecodeString("" +
		"c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f" +
		"48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37" +
		"20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64" +
		"2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4" +
		"a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754" +
		"fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4" +
		"e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f" +
		"0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b")
	if err != nil {
		panic("handshake: dh_prime: " + err.Error())
	}
	return prime
}()

// The group, and the range that g_a and g_b must lie in:
// https://core.telegram.org/mtproto/security_guidelines#g-a-and-g-b-validation
var (
	dhPrime   = new(big.Int).SetBytes(dhPrimeBytes)
	lowestDH  = new(big.Int).Lsh(big.NewInt(1), 2048-64)
	highestDH = new(big.Int).Sub(dhPrime, lowestDH)
)

func inDHRange(n *big.Int) bool {
	return n.Cmp(lowestDH) > 0 && n.Cmp(highestDH) < 0
}

// exponentSize is the size of the secret exponent in bytes. 256 bits match the
// strength of the 2048-bit group with a wide margin (RFC 7919 asks for 225)
// and cost an eighth of a 2048-bit exponent.
const exponentSize = 32

// Secret is the server's half of the Diffie-Hellman exchange: a and g_a. One
// Secret may serve every connection of a server at the same time, since a
// client brings fresh randomness of its own to each key.
type Secret struct {
	once  sync.Once // makes g_a
	a, ga *big.Int
}

// NewSecret draws a secret. It fails only if random does, or if random is
// no randomness at all. What takes time is left to the first use: a server whose
// clients all have keys never pays for it.
func NewSecret(random io.Reader) (*Secret, error) {
	var exponent [exponentSize]byte
	if _, err := io.ReadFull(random, exponent[:]); err != nil {
		return nil, fmt.Errorf("handshake: reading randomness for a: %w", err)
	}
	a := new(big.Int).SetBytes(exponent[:])
	if a.BitLen() <= 8*(exponentSize-8) { // eight zero bytes are not chance
		return nil, errors.New("handshake: drawing a: it begins with eight zero bytes; the source of randomness is broken")
	}
	return &Secret{a: a}, nil
}

// public returns g_a.
func (s *Secret) public() *big.Int {
	s.once.Do(func() {
		g := big.NewInt(generator)
		s.ga = new(big.Int).Exp(g, s.a, dhPrime)
		// Without a leading zero byte g_a is the same 256 bytes for clients
		// that strip zeros and for those that do not. A secret is used for
		// a server's whole life: an unlucky one, and that is one in two hundred,
		// would spoil all of it. The a that comes next is as good.
		for !inDHRange(s.ga) || s.ga.BitLen() <= 2040 {
			s.a.Add(s.a, big.NewInt(1))
			s.ga.Mod(s.ga.Mul(s.ga, g), dhPrime)
		}
	})
	return s.ga
}

func (s *Secret) publicBytes() []byte { return s.public().FillBytes(make([]byte, 256)) }

// agree computes the auth key from g_b, or says why g_b may not be used.
func (s *Secret) agree(gb []byte) (key [256]byte, problem string) {
	if len(gb) > 256 {
		return key, fmt.Sprintf("g_b has %d bytes, more than dh_prime", len(gb))
	}
	n := new(big.Int).SetBytes(gb)
	if !inDHRange(n) {
		return key, "g_b is not between 2^1984 and dh_prime - 2^1984"
	}
	s.public() // which may have chosen another a
	n.Exp(n, s.a, dhPrime).FillBytes(key[:])
	return key, ""
}
