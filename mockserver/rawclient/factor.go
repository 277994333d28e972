package rawclient

import (
	"math/big"
	"math/bits"
)

// factor splits a product of two primes, smaller one first, by Pollard's rho
// with Brent's cycle detection: some 2^16 steps for the 63 bits that servers
// send. It returns false for what it cannot split (a prime, 0, 1).
func factor(pq uint64) (p, q uint64, ok bool) {
	if pq < 4 || new(big.Int).SetUint64(pq).ProbablyPrime(0) { // exact below 2^64
		return 0, 0, false
	}
	if pq%2 == 0 {
		return 2, pq / 2, true
	}
	for c := uint64(1); c < 16; c++ { // another polynomial when one finds nothing
		if d := rho(pq, c); d != 0 {
			return min(d, pq/d), max(d, pq/d), true
		}
	}
	return 0, 0, false
}

// maxRhoSteps is a hundred times what 2^31.5-sized factors need on average.
const maxRhoSteps = 1 << 23

// rho looks for a divisor of n with x*x+c, 0 if it finds none.
func rho(n, c uint64) uint64 {
	y, saved, steps := uint64(2), uint64(2), 0
	for length := 1; steps < maxRhoSteps; length *= 2 {
		saved = y
		product, batch := uint64(1), y
		for i := 1; i <= length; i++ {
			y = addMod(mulMod(y, y, n), c, n)
			product = mulMod(product, distance(saved, y), n)
			// One gcd for many steps; when it swallowed both factors at
			// once, the batch is walked again singly.
			if i%128 == 0 || i == length {
				switch d := gcd(product, n); {
				case d == n:
					return walk(n, c, saved, batch)
				case d > 1:
					return d
				}
				product, batch = 1, y
			}
			steps++
		}
	}
	return 0
}

func walk(n, c, saved, y uint64) uint64 {
	for range 129 {
		y = addMod(mulMod(y, y, n), c, n)
		if d := gcd(distance(saved, y), n); d == n {
			return 0
		} else if d > 1 {
			return d
		}
	}
	return 0
}

func mulMod(a, b, n uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return bits.Rem64(high, low, n)
}

func addMod(a, b, n uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	return bits.Rem64(carry, sum, n)
}

func distance(a, b uint64) uint64 { return max(a, b) - min(a, b) }

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
