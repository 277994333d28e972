package ige

import (
	"crypto/cipher"
	"crypto/sha256"
)

// woven is what the Go form of a Decryption needs: turn by turn it decrypts a little
// and hashes as much of what was decrypted before. A processor that works out of order
// does some of both at the same time.
type woven struct {
	block cipher.Block
	links chain
}

// turn is how much that is, in bytes.
const turn = 2 * sha256.BlockSize

func (d *Decryption) startGo(key, iv *[32]byte) {
	d.block, d.links = newBlock(key), split(iv)
	d.decryptNext(headSize)
}

func (d *Decryption) decryptNext(n int) {
	next := d.plain[d.done : d.done+n]
	d.links.decrypt(d.block, next, next)
	d.done += n
}

func (d *Decryption) finishGo(from, to int) (all, part [sha256.Size]byte) {
	whole, piece := newProgress(d.plain), newProgress(d.plain[:to])
	piece.at = from
	_, _ = whole.Write(d.secret[:])
	for d.done < len(d.plain) {
		d.decryptNext(min(turn, len(d.plain)-d.done))
		whole.follow(d.done)
		piece.follow(d.done)
	}
	return whole.finish(), piece.finish()
}

// progress is a SHA-256 on its way through a plaintext that is being decrypted.
type progress struct {
	*summer
	of []byte
	at int // bytes before it are taken in
}

func newProgress(of []byte) progress {
	s := summers.Get().(*summer)
	s.Reset()
	return progress{summer: s, of: of}
}

// follow takes in one turn, if that much lies a turn behind what is decrypted.
func (p *progress) follow(done int) {
	if next := p.at + turn; next <= len(p.of) && next+turn <= done {
		_, _ = p.Write(p.of[p.at:next])
		p.at = next
	}
}

// finish takes in the rest; of nothing at all it returns zeros.
func (p *progress) finish() (sum [sha256.Size]byte) {
	if len(p.of) > 0 {
		_, _ = p.Write(p.of[p.at:])
		p.Sum(p.sum[:0])
		sum = p.sum
	}
	summers.Put(p.summer)
	return sum
}
