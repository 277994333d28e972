//go:build amd64 && !purego && !noasm

package ige

import (
	"crypto/sha256"
	"encoding/binary"
)

// stitched: the processor can hash in the time that it waits for AES.
var stitched = fast && (hasSHA() || canPair)

// paired: it does so with two messages at once, or with one twice, for it has no
// instructions of SHA-256.
var paired = fast && canPair && !hasSHA()

// woven is how a message is decrypted and hashed by a processor that does both at once.
// What is hashed has been decrypted a while ago, or loading it would have to wait for its
// being stored.
type woven struct{ whole, piece running }

func (d *Decryption) begin(key, iv *[32]byte) {
	if !stitched {
		d.beginApart(key, iv)
		return
	}
	d.expand(key)
	d.chain = *iv
	d.decryptNext(d.plain[:headSize])
	d.woven.whole, d.woven.piece = newRunning(), newRunning()
	d.woven.whole.begin(d.secret, d.plain)
}

// turn decrypts so many groups of four blocks, and hashes one of SHA-256 for each.
func (d *Decryption) turn(groups int) {
	if !stitched {
		d.turnApart(groups * sha256.BlockSize)
		return
	}
	whole, piece := &d.woven.whole, &d.woven.piece
	if piece.at == 0 {
		piece.at = d.from
	}
	if n := min(groups, (d.to-piece.at)/sha256.BlockSize); n > 0 {
		at, two := &d.plain[d.done], decryptHashTwo
		if paired {
			two = decryptHashPair
		}
		two(&d.keys, &d.chain, at, at, n, &whole.state, &d.plain[whole.at], &piece.state, &d.plain[piece.at])
		d.advance(n, whole, piece)
		groups -= n
	}
	if groups > 0 {
		at, from := &d.plain[d.done], &d.plain[whole.at]
		if paired {
			var unused [8]uint32
			decryptHashPair(&d.keys, &d.chain, at, at, groups, &whole.state, from, &unused, from)
		} else {
			decryptHash(&d.keys, &d.chain, at, at, groups, &whole.state, from)
		}
		d.advance(groups, whole)
	}
}

// BothGain tells whether AdvanceBoth gains anything, and does anything: not with the
// instructions of AES and none to hash beside them.
func BothGain() bool { return stitched || !fast }

// turnBoth decrypts and hashes so many groups of both.
func turnBoth(a, b *Decryption, groups int) {
	if !stitched {
		turnBothApart(a, b, groups)
		return
	}
	both := decryptHashBoth
	if paired {
		both = decryptHashBothPair
	}
	ofA, ofB := &a.woven.whole, &b.woven.whole
	both(&a.keys, &a.chain, &a.plain[a.done], &ofA.state, &a.plain[ofA.at],
		&b.keys, &b.chain, &b.plain[b.done], &ofB.state, &b.plain[ofB.at], groups)
	a.advance(groups, ofA)
	b.advance(groups, ofB)
}

func (d *Decryption) end() (all, part [sha256.Size]byte) {
	if !stitched {
		return d.endApart()
	}
	d.decryptNext(d.plain[d.done:])
	d.done = len(d.plain)
	all = d.woven.whole.finish(d.plain, len(d.secret)+len(d.plain))
	if d.to > d.from {
		d.woven.piece.at = max(d.woven.piece.at, d.from)
		part = d.woven.piece.finish(d.plain[:d.to], d.to-d.from)
	}
	return all, part
}

func sumDerived(a, b *[sha256.BlockSize]byte) (ofA, ofB [sha256.Size]byte) {
	one, two := newRunning(), newRunning()
	for _, block := range [2]*[sha256.BlockSize]byte{a, b} {
		clear(block[Derived:])
		pad(block[:], Derived, Derived)
	}
	if paired {
		hashBlocksTwo(&one.state, &two.state, &a[0], &b[0], 1)
	} else {
		one.take(&a[0], 1)
		two.take(&b[0], 1)
	}
	return one.sum(), two.sum()
}

func sum(secret *[32]byte, then []byte) [sha256.Size]byte {
	length := len(secret) + len(then)
	r := newRunning()
	if blocks := padded(length); blocks <= few {
		var all [few * sha256.BlockSize]byte
		copy(all[:], secret[:])
		copy(all[len(secret):], then)
		pad(all[:blocks*sha256.BlockSize], length, length)
		r.take(&all[0], blocks)
		return r.sum()
	}
	r.begin(secret, then)
	return r.finish(then, length)
}

// few is how many blocks are put together to be hashed at once.
const few = 2

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

// take takes in blocks of 64 bytes.
func (r *running) take(from *byte, blocks int) {
	if paired {
		var unused [8]uint32
		hashBlocksTwo(&r.state, &unused, from, from, blocks)
		return
	}
	hashBlocks(&r.state, from, blocks)
}

// begin takes in a first block, of something else and the beginning of the plaintext.
func (r *running) begin(before *[32]byte, plain []byte) {
	var block [sha256.BlockSize]byte
	copy(block[:], before[:])
	r.at = copy(block[len(before):], plain)
	r.take(&block[0], 1)
}

// finish takes in the rest of the plaintext and what ends a message of so many bytes:
// FIPS 180-4, section 5.1.1.
func (r *running) finish(plain []byte, length int) (sum [sha256.Size]byte) {
	rest := plain[r.at:]
	if n := len(rest) / sha256.BlockSize; n > 0 {
		r.take(&rest[0], n)
		rest = rest[n*sha256.BlockSize:]
	}
	var end [2 * sha256.BlockSize]byte
	blocks := padded(len(rest))
	copy(end[:], rest)
	pad(end[:blocks*sha256.BlockSize], len(rest), length)
	r.take(&end[0], blocks)
	return r.sum()
}

// padded is how many blocks end a message of which so many bytes are left.
func padded(bytes int) int { return (bytes + 1 + 8 + sha256.BlockSize - 1) / sha256.BlockSize }

// pad ends a message of so many bytes, of which used are in its last blocks. What is behind
// them is zero.
func pad(blocks []byte, used, length int) {
	blocks[used] = 0x80
	binary.BigEndian.PutUint64(blocks[len(blocks)-8:], uint64(length)*8)
}

// sum is what the state says.
func (r *running) sum() (sum [sha256.Size]byte) {
	for i := 0; i < len(r.state); i += 2 {
		binary.BigEndian.PutUint64(sum[4*i:], uint64(r.state[i])<<32|uint64(r.state[i+1]))
	}
	return sum
}
