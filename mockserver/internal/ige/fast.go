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
