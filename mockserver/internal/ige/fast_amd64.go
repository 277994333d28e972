//go:build amd64 && !purego && !noasm

package ige

import "golang.org/x/sys/cpu"

//go:generate go -C gen run . -out ../blocks_amd64.s -stubs ../blocks_amd64.go -pkg ige

// fast: the processor has AES instructions, in the form with three operands.
// https://www.intel.com/content/dam/doc/white-paper/advanced-encryption-standard-new-instructions-set-paper.pdf
var fast = cpu.X86.HasAES && cpu.X86.HasAVX

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
