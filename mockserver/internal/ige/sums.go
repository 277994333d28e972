package ige

import (
	"crypto/sha256"
	"hash"
	"sync"
)

// Decryption is one message being decrypted in place and hashed on the way, which
// costs hardly more than decrypting it: while the processor waits for one, it does the
// other. The zero value is ready for Start; it must not be used for two messages.
type Decryption struct {
	plain  []byte
	secret *[32]byte
	keys   [240]byte
	chain  [32]byte // what goes into the next block, as in an iv
	done   int      // bytes of plain that are decrypted
}

// headSize is how much is decrypted before the rest, in bytes: where a part begins
// has to be seen in it.
const headSize = 512

// Start decrypts the beginning of the message in data, or all of it, and returns it.
// secret is hashed before the plaintext. Its other arguments are those of [Decrypt].
func (d *Decryption) Start(key, iv, secret *[32]byte, data []byte) []byte {
	check(data, data)
	d.plain, d.secret = data, secret
	if !stitched || len(data) < 2*headSize {
		decrypt(key, iv, data, data)
		d.done = len(data)
		return data
	}
	d.start(key, iv)
	return data[:d.done]
}

// Finish decrypts the rest. It returns the SHA-256 of secret and all of the plaintext,
// and, if that came at no cost, of plaintext[from:to]; hashed tells whether it did.
func (d *Decryption) Finish(from, to int) (all, part [sha256.Size]byte, hashed bool) {
	if d.done == len(d.plain) {
		return Sum(d.secret, d.plain), part, false
	}
	hashed = from >= 0 && from <= d.done-2*sha256.BlockSize && to-from >= sha256.BlockSize && to <= len(d.plain)
	if !hashed {
		from, to = 0, 0
	}
	all, part = d.finish(from, to)
	return all, part, hashed
}

// Sum is the SHA-256 of secret and what follows it, as Finish returns it.
func Sum(secret *[32]byte, then []byte) [sha256.Size]byte {
	if stitched {
		return sum(secret, then)
	}
	s := summers.Get().(*summer)
	defer summers.Put(s)
	s.Reset()
	_, _ = s.Write(secret[:])
	_, _ = s.Write(then)
	s.Sum(s.sum[:0])
	return s.sum
}

// SumSmall is the SHA-256 of a few bytes, of which keys and vectors are made.
func SumSmall(data []byte) [sha256.Size]byte {
	if stitched && len(data) <= sha256.BlockSize {
		return sumSmall(data)
	}
	return sha256.Sum256(data)
}

// summer is kept in a pool because both the state and the sum of a hash.Hash escape
// to the heap: they would be two allocations for every message.
type summer struct {
	hash.Hash
	sum [sha256.Size]byte
}

var summers = sync.Pool{New: func() any { return &summer{Hash: sha256.New()} }}
