package ige

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
)

// BlockSize is the size in bytes that all input must be a multiple of.
const BlockSize = aes.BlockSize

// Encrypt writes the encryption of src to dst.
//
// The first half of iv is the ciphertext block before the first one, the
// second half the plaintext block before it, as OpenSSL and MTProto have it.
// iv is not changed. dst must be as long as src at least; it may be src itself
// but must not overlap it otherwise. Encrypt panics when src is not made of
// whole blocks or dst is too short: callers check what came from outside.
func Encrypt(key, iv *[32]byte, dst, src []byte) {
	block := newBlock(key, dst, src)
	before := split(iv)
	for len(src) > 0 {
		plain := load(src)
		plain.xor(before.cipher).store(dst)
		block.Encrypt(dst, dst[:BlockSize])
		before.cipher = load(dst).xor(before.plain)
		before.cipher.store(dst)
		before.plain = plain
		src, dst = src[BlockSize:], dst[BlockSize:]
	}
}

// Decrypt writes the decryption of src to dst. Its arguments are those of
// [Encrypt].
func Decrypt(key, iv *[32]byte, dst, src []byte) {
	block := newBlock(key, dst, src)
	before := split(iv)
	for len(src) > 0 {
		sealed := load(src)
		sealed.xor(before.plain).store(dst)
		block.Decrypt(dst, dst[:BlockSize])
		before.plain = load(dst).xor(before.cipher)
		before.plain.store(dst)
		before.cipher = sealed
		src, dst = src[BlockSize:], dst[BlockSize:]
	}
}

// newBlock checks the buffers and expands the key.
func newBlock(key *[32]byte, dst, src []byte) cipher.Block {
	if len(src)%BlockSize != 0 {
		panic("ige: input is not made of whole 16-byte blocks")
	}
	if len(dst) < len(src) {
		panic("ige: output is shorter than input")
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("ige: " + err.Error()) // Only a wrong key length is refused, and the type fixes it.
	}
	return block
}

// words is one block as two machine words. Which byte order is used does not
// matter as long as load and store agree: blocks are only ever xored.
type words struct{ low, high uint64 }

func load(b []byte) words {
	_ = b[BlockSize-1]
	return words{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
}

func (w words) store(b []byte) {
	_ = b[BlockSize-1]
	binary.LittleEndian.PutUint64(b, w.low)
	binary.LittleEndian.PutUint64(b[8:], w.high)
}

func (w words) xor(v words) words {
	return words{w.low ^ v.low, w.high ^ v.high}
}

// chain is what one block passes on to the next.
type chain struct{ cipher, plain words }

func split(iv *[32]byte) chain {
	return chain{cipher: load(iv[:]), plain: load(iv[BlockSize:])}
}
