//go:build !(amd64 || arm64) || purego || noasm

package ige

const fast = false

func encrypt(key, iv *[32]byte, dst, src []byte) { encryptGo(key, iv, dst, src) }

func decrypt(key, iv *[32]byte, dst, src []byte) { decryptGo(key, iv, dst, src) }

func (*Decryption) expand(_ *[32]byte) {}

func (*Decryption) decryptNext(_ []byte) {}
