//go:build (amd64 || arm64) && !purego && !noasm

package ige

func encrypt(key, iv *[32]byte, dst, src []byte) {
	if !fast || len(src) == 0 {
		encryptGo(key, iv, dst, src)
		return
	}
	var enc, dec [240]byte
	expandKey(key, &enc, &dec)
	encryptBlocks(&enc, iv, &dst[0], &src[0], len(src)/BlockSize)
}

func decrypt(key, iv *[32]byte, dst, src []byte) {
	if !fast || len(src) == 0 {
		decryptGo(key, iv, dst, src)
		return
	}
	var enc, dec [240]byte
	expandKey(key, &enc, &dec)
	decryptBlocks(&dec, iv, &dst[0], &src[0], len(src)/BlockSize)
}

// expand makes the round keys.
func (d *Decryption) expand(key *[32]byte) {
	var unused [240]byte
	expandKey(key, &unused, &d.keys)
}

// decryptNext decrypts what follows, in place.
func (d *Decryption) decryptNext(data []byte) {
	if len(data) == 0 {
		return
	}
	var before [BlockSize]byte
	last := data[len(data)-BlockSize:]
	copy(before[:], last)
	decryptBlocks(&d.keys, &d.chain, &data[0], &data[0], len(data)/BlockSize)
	copy(d.chain[:], before[:])
	copy(d.chain[BlockSize:], last)
}
