package ige

import "crypto/aes"

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
	check(dst, src)
	encrypt(key, iv, dst, src)
}

// Decrypt writes the decryption of src to dst. Its arguments are those of
// [Encrypt].
func Decrypt(key, iv *[32]byte, dst, src []byte) {
	check(dst, src)
	decrypt(key, iv, dst, src)
}

func check(dst, src []byte) {
	if len(src)%BlockSize != 0 {
		panic("ige: input is not made of whole 16-byte blocks")
	}
	if len(dst) < len(src) {
		panic("ige: output is shorter than input")
	}
}
