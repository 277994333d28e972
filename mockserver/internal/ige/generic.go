package ige

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"sync"
)

// encryptGo is Encrypt for any processor.
func encryptGo(key, iv *[32]byte, dst, src []byte) {
	c := chain{out: [BlockSize]byte(iv[:BlockSize]), in: [BlockSize]byte(iv[BlockSize:])}
	r := runs.Get().(*run)
	defer runs.Put(r)
	c.crypt(newBlock(key), false, r, nil, dst, src)
}

// decryptGo is Decrypt for any processor.
func decryptGo(key, iv *[32]byte, dst, src []byte) {
	next := *iv
	r := runs.Get().(*run)
	defer runs.Put(r)
	decryptChain(newBlock(key), r, &next, nil, dst, src)
}

// decryptChain leaves in iv what the blocks that follow need. beside is that of crypt.
func decryptChain(block cipher.Block, r *run, iv *[32]byte, beside func(), dst, src []byte) {
	c := chain{in: [BlockSize]byte(iv[:BlockSize]), out: [BlockSize]byte(iv[BlockSize:])}
	c.crypt(block, true, r, beside, dst, src)
	copy(iv[:], c.in[:])
	copy(iv[BlockSize:], c.out[:])
}

// chain is what goes from one block to the next: what went in, and what came out.
type chain struct{ in, out [BlockSize]byte }

// crypt is IGE with the cipher's one direction or the other: they differ in nothing else.
//
// A block is out[i] = cipher(in[i] ^ out[i-1]) ^ in[i-1]. With z[i] for what the cipher
// returns, that is z[i] = cipher(z[i-1] ^ in[i] ^ in[i-2]): all but one xor, that with
// z[i-1], are done for many blocks at once, out of the way of a cipher that has to wait
// for itself. What is xored is stored whole: the cipher, which loads it whole, would
// have to wait for two halves to be written.
//
// The loop over blocks is as it is for its speed: a method value in place of the branch,
// which always goes the same way, and slices in place of arrays cost a tenth more.
//
// beside, if it is set, is called before every four blocks. Each of them waits for the one
// before it, and what is done beside them is done in that time, if it is no more than a
// processor looks ahead.
func (c *chain) crypt(block cipher.Block, decrypt bool, r *run, beside func(), dst, src []byte) {
	for len(src) > 0 {
		n := min(len(src), runSize)
		c.load(r, src[:n])
		z := r.z[:n]
		for at := 0; at < n; {
			if beside != nil {
				beside()
			}
			for end := min(at+4*BlockSize, n); at < end; at += BlockSize {
				now := (*[BlockSize]byte)(z[at:])
				if at > 0 {
					last := (*[BlockSize]byte)(z[at-BlockSize:])
					subtle.XORBytes(now[:], now[:], last[:])
				}
				if decrypt {
					block.Decrypt(now[:], now[:])
				} else {
					block.Encrypt(now[:], now[:])
				}
			}
		}
		c.store(r, dst[:n])
		dst, src = dst[n:], src[n:]
	}
}

// load makes of so many blocks, no more than a run has room for, what the loop over them
// begins with.
func (c *chain) load(r *run, src []byte) {
	in := r.in[:2*BlockSize+len(src)]
	copy(in, c.out[:]) // in the place of in[-2]: z[-1] is then nothing
	copy(in[BlockSize:], c.in[:])
	copy(in[2*BlockSize:], src)
	subtle.XORBytes(r.z[:len(src)], in[2*BlockSize:], in)
}

// store takes what the loop has left.
func (c *chain) store(r *run, dst []byte) {
	n := len(dst)
	subtle.XORBytes(dst, r.z[:n], r.in[BlockSize:])
	copy(c.in[:], r.in[n+BlockSize:])
	copy(c.out[:], dst[n-BlockSize:])
}

// run is the blocks that are done at once.
type run struct {
	in [2*BlockSize + runSize]byte // and the two before them
	z  [runSize]byte
}

const runSize = 512

// runs are pooled: what a cipher is handed by an interface is on the heap.
var runs = sync.Pool{New: func() any { return new(run) }}

// newBlock expands the key.
func newBlock(key *[32]byte) cipher.Block {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("ige: " + err.Error()) // Only a wrong key length is refused, and the type fixes it.
	}
	return block
}
