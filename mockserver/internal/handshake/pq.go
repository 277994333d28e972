package handshake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
)

// The factors are lopsided, which is the cheapest product that every client
// takes. It is 8 bytes on the wire (grammers refuses any other size), below
// 2^63 as the protocol wants it, and each factor takes exactly 4 bytes with a
// clear top bit (Pyrogram packs them so). Clients look for the smaller factor
// by Pollard's rho, in steps that grow with its root: with these it takes
// 16,000 on average where two factors of 31 bits, as Telegram's are, take
// 77,000. A smaller product would be cheaper still but not safe: the rho of
// Telethon, Pyrogram and GramJS gives up when it meets both factors in the
// same step, which happened in 73 of 20,000 runs with factors of 16 bits, in
// 21 with 20 bits, and in none of 4,000 with these.
//
// https://core.telegram.org/mtproto/auth_key#dh-exchange-initiation
const (
	minP, spanP = 1<<25 + 1<<18, 1 << 20
	// minQ leaves room above the last candidate for the largest gap between
	// primes of this size, which is 336.
	minQ, spanQ = 1<<31 - 1<<23, 1<<23 - 1<<10
)

// challenge is what a client has to factor before it may go on.
type challenge struct{ p, q uint64 }

func newChallenge(random io.Reader) (challenge, error) {
	var seed [8]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return challenge{}, fmt.Errorf("handshake: reading randomness for pq: %w", err)
	}
	return challenge{
		p: primeFrom(minP + uint64(binary.LittleEndian.Uint32(seed[:]))%spanP),
		q: primeFrom(minQ + uint64(binary.LittleEndian.Uint32(seed[4:]))%spanQ),
	}, nil
}

// primeFrom returns the first prime that is not below n. It is for numbers below 2^32.
func primeFrom(n uint64) uint64 {
	for n |= 1; !isPrime(n); {
		n += 2
	}
	return n
}

// isPrime is exact for odd numbers from 63 to 2^32: none of them that is composite passes
// the test of Miller and Rabin for all three bases. math/big knows primes of any size, and
// takes thirty times as long.
// https://oeis.org/A014233
func isPrime(n uint64) bool {
	for _, small := range [...]uint64{3, 5, 7, 11, 13, 17, 19} {
		if n%small == 0 {
			return false
		}
	}
	zeros := bits.TrailingZeros64(n - 1)
	for _, base := range [...]uint64{2, 7, 61} {
		x := power(base, (n-1)>>zeros, n)
		passes := x == 1 || x == n-1
		for range zeros - 1 {
			x = x * x % n
			passes = passes || x == n-1
		}
		if !passes {
			return false
		}
	}
	return true
}

// power is base^exponent mod n, for n below 2^32.
func power(base, exponent, n uint64) uint64 {
	result := uint64(1)
	for ; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = result * base % n
		}
		base = base * base % n
	}
	return result
}

func (c challenge) pq() []byte {
	return binary.BigEndian.AppendUint64(nil, c.p*c.q)
}

// check compares the factors a client sent, outside or inside the encrypted
// data. Numbers are compared, not bytes: a leading zero is no offence.
func (c challenge) check(p, q []byte) string {
	switch {
	case sameNumber(p, c.p) && sameNumber(q, c.q):
		return ""
	case sameNumber(p, c.q) && sameNumber(q, c.p):
		return fmt.Sprintf("p and q are swapped: p must be the smaller factor, %d", c.p)
	default:
		return fmt.Sprintf("p and q are not the factors of pq: want %#x and %#x, got %#x and %#x", c.p, c.q, short(p), short(q))
	}
}

func sameNumber(bigEndian []byte, want uint64) bool {
	trimmed := bytes.TrimLeft(bigEndian, "\x00")
	if len(trimmed) > 8 {
		return false
	}
	var got uint64
	for _, b := range trimmed {
		got = got<<8 | uint64(b)
	}
	return got == want
}

// short keeps what a client sent from filling a log line.
func short(b []byte) []byte { return b[:min(len(b), 16)] }
