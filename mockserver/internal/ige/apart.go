package ige

import (
	"crypto/cipher"
	"crypto/sha256"
)

// bite is how much is decrypted before it is hashed, in bytes: so little that a processor
// that looks ahead begins with the next bite meanwhile, for the blocks of AES wait for one
// another, and those of SHA-256 too. Bites of 4 KiB took a third longer on a Xeon that was
// made to do it so.
const bite = 2 * sha256.BlockSize

// apart is how a message is decrypted and hashed by a processor, or by code, that has no
// loop for both.
type apart struct {
	block        cipher.Block // nil where AES is assembly
	run          *run         // from the pool; nil there, too
	whole, piece *summer      // from the pool; piece is nil if nothing is hashed besides
	hashed       [2]int       // what either has taken in ends here in plain
}

func (d *Decryption) beginApart(key, iv *[32]byte) {
	d.chain = *iv
	head := d.plain[:headSize]
	if fast {
		d.expand(key)
		d.decryptNext(head)
	} else {
		d.apart.block, d.apart.run = newBlock(key), runs.Get().(*run)
		decryptChain(d.apart.block, d.apart.run, &d.chain, nil, head, head)
	}
	whole := summers.Get().(*summer)
	whole.Reset()
	_, _ = whole.Write(d.secret[:])
	_, _ = whole.Write(d.plain[:sha256.BlockSize-len(d.secret)])
	d.apart.whole, d.apart.piece = whole, nil
	d.apart.hashed = [2]int{sha256.BlockSize - len(d.secret), 0}
}

// turnApart decrypts and hashes so many bytes more.
func (d *Decryption) turnApart(bytes int) {
	if d.apart.piece == nil && d.to > d.from {
		d.apart.piece, d.apart.hashed[1] = summers.Get().(*summer), d.from
		d.apart.piece.Reset()
	}
	for end := d.done + bytes; d.done < end; {
		if fast {
			now := d.plain[d.done:min(d.done+bite, end)]
			d.decryptNext(now)
			d.done += len(now)
			d.hashApart(sha256.BlockSize, len(d.plain))
			continue
		}
		now := d.plain[d.done:min(d.done+runSize, end)]
		decryptChain(d.apart.block, d.apart.run, &d.chain, d.hashBlock, now, now)
		d.done += len(now)
	}
}

// hashBlock hashes a block of what is decrypted, if there is one. It is called for every four
// blocks of AES, and does no more than it has to: hashApart instead costs two in a hundred.
func (d *Decryption) hashBlock() {
	hashNext(d.apart.whole, &d.apart.hashed[0], d.plain[:d.done])
	if d.apart.piece != nil {
		hashNext(d.apart.piece, &d.apart.hashed[1], d.plain[:min(d.done, d.to)])
	}
}

func hashNext(s *summer, at *int, decrypted []byte) {
	if from := *at; len(decrypted)-from >= sha256.BlockSize {
		_, _ = s.Write(decrypted[from : from+sha256.BlockSize])
		*at = from + sha256.BlockSize
	}
}

// hashApart hashes of what is decrypted so many bytes at most, in units of so many: whole
// blocks are not copied first.
func (d *Decryption) hashApart(unit, most int) {
	take := func(s *summer, at *int, end int) {
		if n := min(end-*at, most) / unit * unit; n > 0 {
			_, _ = s.Write(d.plain[*at : *at+n])
			*at += n
		}
	}
	take(d.apart.whole, &d.apart.hashed[0], d.done)
	if d.apart.piece != nil {
		take(d.apart.piece, &d.apart.hashed[1], min(d.done, d.to))
	}
}

func (d *Decryption) endApart() (all, part [sha256.Size]byte) {
	d.turnApart(len(d.plain) - d.done)
	d.hashApart(1, len(d.plain))
	if d.apart.run != nil {
		runs.Put(d.apart.run)
	}
	all = d.apart.whole.total()
	summers.Put(d.apart.whole)
	if d.apart.piece != nil {
		part = d.apart.piece.total()
		summers.Put(d.apart.piece)
	}
	return all, part
}
