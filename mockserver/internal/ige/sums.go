package ige

import (
	"crypto/sha256"
	"hash"
	"sync"
)

// Decryption is one message being decrypted in place and hashed on the way, as it
// arrives: a message that is long takes a while to come, and the sooner the work on its
// beginning is begun, the sooner all of it is done. Where the processor has instructions
// for both, hashing costs hardly more than decrypting: while it waits for one, it does
// the other.
//
// Start comes first, then Hash if anything is to be hashed besides, Advance as often
// as more has come, and Finish or Drop. The zero value is ready for Start, and so is one
// that was used before.
type Decryption struct {
	plain  []byte
	secret *[32]byte
	done   int // bytes of plain that are decrypted
	from   int // what is hashed besides begins here in plain; not before done
	to     int // and ends here; no more than from: nothing is

	keys  [240]byte
	chain [32]byte // what goes into the next block, as in an iv
	apart apart    // where the processor does one after the other
	woven woven    // where it does both at once
}

// headSize is how much of a message that is not short is decrypted before the rest, in
// bytes: where a part begins has to be seen in it.
const headSize = 512

// shortest is the length of the shortest message that is decrypted bit by bit, in bytes.
const shortest = 2 * headSize

// Enough is how much of a message of n bytes must have come before Start.
func Enough(n int) int {
	if n < shortest {
		return n
	}
	return headSize
}

// Start decrypts the beginning of the message in data, or all of it if it is short, and
// returns it; [Enough] of it must have come. secret is hashed before the plaintext. The
// other arguments are those of [Decrypt].
func (d *Decryption) Start(key, iv, secret *[32]byte, data []byte) []byte {
	check(data, data)
	d.plain, d.secret, d.from, d.to = data, secret, 0, 0
	if len(data) < shortest {
		decrypt(key, iv, data, data)
		d.done = len(data)
		return data
	}
	d.begin(key, iv)
	d.done = headSize
	return data[:headSize]
}

// Hash has plaintext[from:to] hashed for itself. It tells whether that will be done: not
// if the message is short, or if this begins too late, is too little, or ends behind it.
func (d *Decryption) Hash(from, to int) bool {
	if len(d.plain) < shortest || d.done > headSize || from < 0 || from > headSize-2*sha256.BlockSize || to-from < sha256.BlockSize || to > len(d.plain) {
		return false
	}
	d.from, d.to = from, to
	return true
}

// Advance decrypts what it can of the first so many bytes of the message, all of which
// must have come.
func (d *Decryption) Advance(come int) {
	if groups := (min(come, len(d.plain)) - d.done) / sha256.BlockSize; groups > 0 {
		d.turn(groups)
	}
}

// Finish decrypts the rest. It returns the SHA-256 of secret and all of the plaintext,
// and that of what [Decryption.Hash] agreed to.
func (d *Decryption) Finish() (all, part [sha256.Size]byte) {
	defer d.Drop()
	if len(d.plain) < shortest {
		return Sum(d.secret, d.plain), part
	}
	d.Advance(len(d.plain))
	return d.end()
}

// Drop gives the message up: its buffer is nobody's.
func (d *Decryption) Drop() { d.plain, d.secret, d.apart = nil, nil, apart{} }

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
	return s.total()
}

// Derived is how many bytes are hashed of which keys and vectors are made.
const Derived = 52

// SumDerived is the SHA-256 of the first [Derived] bytes of both. What follows them may be
// overwritten: there is room for what ends a message, so that nothing has to be copied.
func SumDerived(a, b *[sha256.BlockSize]byte) (ofA, ofB [sha256.Size]byte) {
	if stitched {
		return sumDerived(a, b)
	}
	return sha256.Sum256(a[:Derived]), sha256.Sum256(b[:Derived])
}

// summer is kept in a pool because both the state and the sum of a hash.Hash escape
// to the heap: they would be two allocations for every message.
type summer struct {
	hash.Hash
	sum [sha256.Size]byte
}

func (s *summer) total() [sha256.Size]byte {
	s.Sum(s.sum[:0])
	return s.sum
}

var summers = sync.Pool{New: func() any { return &summer{Hash: sha256.New()} }}
