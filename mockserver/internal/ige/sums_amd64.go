//go:build amd64 && !purego && !noasm

package ige

import (
	"crypto/sha256"
	"encoding/binary"
)

// stitched: the processor can hash in the time that it waits for AES.
var stitched = fast && hasSHA()

func (d *Decryption) start(key, iv *[32]byte) {
	var unused [240]byte
	expandKey(key, &unused, &d.keys)
	copy(d.chain[:], d.plain[headSize-BlockSize:headSize])
	decryptBlocks(&d.keys, iv, &d.plain[0], &d.plain[0], headSize/BlockSize)
	copy(d.chain[BlockSize:], d.plain[headSize-BlockSize:headSize])
	d.done = headSize
}

// finish hashes the plaintext from one point on and the part, if there is one, while
// it decrypts. What is hashed has been decrypted a while ago, or loading it would have
// to wait for its being stored.
func (d *Decryption) finish(from, to int) (all, part [32]byte) {
	whole, piece := newRunning(), newRunning()
	whole.begin(d.secret, d.plain)
	piece.at = from
	if n := min(d.groups(), (to-from)/sha256.BlockSize); n > 0 {
		at := &d.plain[d.done]
		decryptHashTwo(&d.keys, &d.chain, at, at, n, &whole.state, &d.plain[whole.at], &piece.state, &d.plain[piece.at])
		d.advance(n, &whole, &piece)
	}
	if n := d.groups(); n > 0 {
		at := &d.plain[d.done]
		decryptHash(&d.keys, &d.chain, at, at, n, &whole.state, &d.plain[whole.at])
		d.advance(n, &whole)
	}
	if d.done < len(d.plain) {
		at := &d.plain[d.done]
		decryptBlocks(&d.keys, &d.chain, at, at, (len(d.plain)-d.done)/BlockSize)
		d.done = len(d.plain)
	}
	all = whole.finish(d.plain, len(d.secret)+len(d.plain))
	if to > from {
		part = piece.finish(d.plain[:to], to-from)
	}
	return all, part
}

func sumSmall(data []byte) [sha256.Size]byte {
	r := newRunning()
	return r.finish(data, len(data))
}

func sum(secret *[32]byte, then []byte) [sha256.Size]byte {
	if len(then) < sha256.BlockSize-len(secret) {
		var both [sha256.BlockSize]byte
		n := copy(both[:], secret[:])
		n += copy(both[n:], then)
		return sumSmall(both[:n])
	}
	r := newRunning()
	r.begin(secret, then)
	return r.finish(then, len(secret)+len(then))
}

// groups is how many of the loop's turns are left.
func (d *Decryption) groups() int { return (len(d.plain) - d.done) / sha256.BlockSize }

func (d *Decryption) advance(groups int, hashes ...*running) {
	d.done += groups * sha256.BlockSize
	for _, r := range hashes {
		r.at += groups * sha256.BlockSize
	}
}

// running is a SHA-256 on its way through a plaintext.
type running struct {
	state [8]uint32
	at    int // bytes before it are taken in
}

// FIPS 180-4, section 5.3.3.
func newRunning() running {
	return running{state: [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}}
}

// begin takes in a first block, of something else and the beginning of the plaintext.
func (r *running) begin(before *[32]byte, plain []byte) {
	var block [sha256.BlockSize]byte
	copy(block[:], before[:])
	r.at = copy(block[len(before):], plain)
	hashBlocks(&r.state, &block[0], 1)
}

// finish takes in the rest of the plaintext and what ends a message of so many bytes:
// FIPS 180-4, section 5.1.1.
func (r *running) finish(plain []byte, length int) (sum [sha256.Size]byte) {
	rest := plain[r.at:]
	if n := len(rest) / sha256.BlockSize; n > 0 {
		hashBlocks(&r.state, &rest[0], n)
		rest = rest[n*sha256.BlockSize:]
	}
	var end [2 * sha256.BlockSize]byte
	copy(end[:], rest)
	end[len(rest)] = 0x80
	blocks := (len(rest) + 1 + 8 + sha256.BlockSize - 1) / sha256.BlockSize
	binary.BigEndian.PutUint64(end[blocks*sha256.BlockSize-8:], uint64(length)*8)
	hashBlocks(&r.state, &end[0], blocks)
	for i, word := range r.state {
		binary.BigEndian.PutUint32(sum[4*i:], word)
	}
	return sum
}
