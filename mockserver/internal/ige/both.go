package ige

import (
	"crypto/sha256"
	"crypto/subtle"
)

// AdvanceBoth is Advance of two messages at once, all of which has come: either has to wait
// for itself, but not for the other, and both are done in little more than the time of one.
// It goes as far as it can go with both. That is not at all if either is short, or hashed
// besides, or if nothing is gained, see [BothGain]: [Decryption.Finish] does what is left.
func AdvanceBoth(a, b *Decryption) {
	if groups := min(a.together(), b.together()); groups > 0 && BothGain() {
		turnBoth(a, b, groups)
	}
}

// together is how many groups of four blocks may be decrypted beside another message's.
func (d *Decryption) together() int {
	if len(d.plain) < shortest || d.to > d.from {
		return 0
	}
	return (len(d.plain) - d.done) / sha256.BlockSize
}

// turnBothApart is turnBoth for any processor.
func turnBothApart(a, b *Decryption, groups int) {
	both := [2]*Decryption{a, b}
	for bytes := groups * sha256.BlockSize; bytes > 0; {
		n := min(bytes, runSize)
		cryptBoth(a, b, n)
		for _, d := range both {
			d.done += n
		}
		bytes -= n
	}
}

// cryptBoth decrypts so many bytes of either, no more than a run has room for: see
// [chain.crypt], which has the same loop.
func cryptBoth(a, b *Decryption, n int) {
	var chains [2]chain
	for i, d := range [2]*Decryption{a, b} {
		chains[i] = chain{in: [BlockSize]byte(d.chain[:BlockSize]), out: [BlockSize]byte(d.chain[BlockSize:])}
		chains[i].load(d.apart.run, d.plain[d.done:d.done+n])
	}
	ofA, ofB := a.apart.block, b.apart.block
	zA, zB := a.apart.run.z[:n], b.apart.run.z[:n]
	for at := 0; at < n; {
		a.hashBlock()
		b.hashBlock()
		for end := min(at+4*BlockSize, n); at < end; at += BlockSize {
			nowA, nowB := (*[BlockSize]byte)(zA[at:]), (*[BlockSize]byte)(zB[at:])
			if at > 0 {
				lastA, lastB := (*[BlockSize]byte)(zA[at-BlockSize:]), (*[BlockSize]byte)(zB[at-BlockSize:])
				subtle.XORBytes(nowA[:], nowA[:], lastA[:])
				subtle.XORBytes(nowB[:], nowB[:], lastB[:])
			}
			ofA.Decrypt(nowA[:], nowA[:])
			ofB.Decrypt(nowB[:], nowB[:])
		}
	}
	for i, d := range [2]*Decryption{a, b} {
		chains[i].store(d.apart.run, d.plain[d.done:d.done+n])
		copy(d.chain[:], chains[i].in[:])
		copy(d.chain[BlockSize:], chains[i].out[:])
	}
}
