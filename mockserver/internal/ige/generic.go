package ige

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
)

// encryptGo is Encrypt for any processor.
func encryptGo(key, iv *[32]byte, dst, src []byte) {
	block := newBlock(key)
	before := split(iv)
	dst = dst[:len(src)]
	for i := 0; i+BlockSize <= len(src); i += BlockSize {
		plain, out := load(src[i:]), dst[i:i+BlockSize:i+BlockSize]
		plain.xor(before.cipher).store(out)
		block.Encrypt(out, out)
		before.cipher = load(out).xor(before.plain)
		before.cipher.store(out)
		before.plain = plain
	}
}

// decryptGo is Decrypt for any processor.
func decryptGo(key, iv *[32]byte, dst, src []byte) {
	next := *iv
	decryptChain(newBlock(key), &next, dst, src)
}

// decryptChain leaves in iv what the blocks that follow need.
func decryptChain(block cipher.Block, iv *[32]byte, dst, src []byte) {
	before := split(iv)
	dst = dst[:len(src)]
	for i := 0; i+BlockSize <= len(src); i += BlockSize {
		sealed, out := load(src[i:]), dst[i:i+BlockSize:i+BlockSize]
		sealed.xor(before.plain).store(out)
		block.Decrypt(out, out)
		before.plain = load(out).xor(before.cipher)
		before.plain.store(out)
		before.cipher = sealed
	}
	before.cipher.store(iv[:])
	before.plain.store(iv[BlockSize:])
}

// newBlock expands the key.
func newBlock(key *[32]byte) cipher.Block {
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
