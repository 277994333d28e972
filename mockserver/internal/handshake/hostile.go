package handshake

import (
	"crypto/sha1" // The protocol's own choice.
	"math/big"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

// stageNo is the answer that a hostile case spoils.
type stageNo int

const (
	inResPQ stageNo = iota + 1
	inDH
	inGen
)

// spoiler is one way to break the rules of the exchange.
type spoiler struct {
	stage stageNo
	resPQ func(*mt.ResPQ)
	outer func(*mt.ServerDHParamsOk)
	inner func(*mt.ServerDHInnerData)
	// hash spoils the SHA1 that guards the inner data.
	hash bool
	gen  func(*mt.DhGenOk, *attempt, [8]byte)
}

// Break has the next exchange break a rule of the client's, by the name of the case
// in scenarios.HostileCases; false: there is no such case.
func (m *Machine) Break(name string) bool {
	s, ok := spoilers[name]
	if ok {
		m.spoil = s
	}
	return ok
}

// other is n with one bit changed.
func other(n bin.Int128) bin.Int128 {
	n[7] ^= 1
	return n
}

var spoilers = map[string]*spoiler{
	"respq-other-nonce":  {stage: inResPQ, resPQ: func(r *mt.ResPQ) { r.Nonce = other(r.Nonce) }},
	"respq-pq-prime":     {stage: inResPQ, resPQ: func(r *mt.ResPQ) { r.Pq = []byte{0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff} }}, // 2^61-1
	"respq-pq-one":       {stage: inResPQ, resPQ: func(r *mt.ResPQ) { r.Pq = []byte{1} }},
	"respq-no-known-key": {stage: inResPQ, resPQ: func(r *mt.ResPQ) { r.ServerPublicKeyFingerprints = []int64{0x0123456789abcdef} }},

	"dh-other-nonce":              {stage: inDH, outer: func(r *mt.ServerDHParamsOk) { r.Nonce = other(r.Nonce) }},
	"dh-other-server-nonce":       {stage: inDH, outer: func(r *mt.ServerDHParamsOk) { r.ServerNonce = other(r.ServerNonce) }},
	"dh-inner-other-nonce":        {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.Nonce = other(d.Nonce) }},
	"dh-inner-other-server-nonce": {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.ServerNonce = other(d.ServerNonce) }},
	"dh-wrong-hash":               {stage: inDH, hash: true},
	"dh-prime-composite":          {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.DhPrime = plus(dhPrime, 2) }}, // no prime, see the test
	"dh-prime-not-safe":           {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.DhPrime = plus(dhPrime, toUnsafePrime) }},
	"dh-prime-short":              {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.DhPrime, d.GA = shortPrime(), shortPrime()[1:] }},
	"dh-g-one":                    {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.G = 1 }},
	"dh-g-wrong":                  {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.G = 2 }}, // dh_prime mod 8 is 3, see the test
	"ga-zero":                     {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.GA = make([]byte, 256) }},
	"ga-one":                      {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.GA = padded(big.NewInt(1)) }},
	"ga-minus-one":                {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.GA = plus(dhPrime, -1) }},
	"ga-too-small":                {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.GA = padded(new(big.Int).Lsh(big.NewInt(1), 1900)) }},
	"ga-too-large":                {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.GA = plus(dhPrime, -12345) }},
	"ga-beyond-prime":             {stage: inDH, inner: func(d *mt.ServerDHInnerData) { d.GA = plus(dhPrime, 12345) }},

	"gen-other-nonce":        {stage: inGen, gen: func(g *mt.DhGenOk, _ *attempt, _ [8]byte) { g.Nonce = other(g.Nonce) }},
	"gen-other-server-nonce": {stage: inGen, gen: func(g *mt.DhGenOk, _ *attempt, _ [8]byte) { g.ServerNonce = other(g.ServerNonce) }},
	"gen-wrong-hash":         {stage: inGen, gen: func(g *mt.DhGenOk, _ *attempt, _ [8]byte) { g.NewNonceHash1 = other(g.NewNonceHash1) }},
	"gen-hash-of-retry":      {stage: inGen, gen: func(g *mt.DhGenOk, a *attempt, aux [8]byte) { g.NewNonceHash1 = nonceHash(a.inner.newNonce, 2, aux) }},
}

func padded(n *big.Int) []byte { return n.FillBytes(make([]byte, 256)) }

func plus(n *big.Int, d int64) []byte { return padded(new(big.Int).Add(n, big.NewInt(d))) }

// toUnsafePrime leads from dh_prime to the next prime number, half of which is none;
// overShort from 2^1023 to the first prime number of 1024 bits. A test knows that.
const (
	toUnsafePrime = 570
	overShort     = 1155
)

func shortPrime() []byte {
	n := new(big.Int).Lsh(big.NewInt(1), 1023)
	return n.Add(n, big.NewInt(overShort)).Bytes()
}

// spoils tells whether an answer is to be spoilt, and notes that it is.
func (a *attempt) spoils(stage stageNo) bool {
	if a.spoil == nil || a.spoil.stage != stage {
		return false
	}
	a.spoilt = stage
	return true
}

// accepted tells that the client went on with what was spoilt, and ends that.
func (m *Machine) accepted(next stageNo) bool {
	a := m.attempt
	if a == nil || a.spoilt == 0 || next <= a.spoilt {
		return false
	}
	a.spoilt = 0
	return true
}

// spoilHash puts zeros where the SHA1 of the data stands.
func spoilHash(sealed []byte) { copy(sealed[:sha1.Size], make([]byte, sha1.Size)) }
