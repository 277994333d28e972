//go:build !purego && !noasm

package ige

import (
	"encoding/binary"
	"math/bits"

	"golang.org/x/sys/cpu"
)

// fast: the processor has AES instructions.
var fast = cpu.ARM64.HasAES

// encryptBlocks encrypts blocks, of which there is at least one. It reads and writes
// nothing beyond them.
//
//go:noescape
func encryptBlocks(keys *[240]byte, iv *[32]byte, dst, src *byte, blocks int)

// decryptBlocks decrypts blocks, of which there is at least one. It reads and writes
// nothing beyond them.
//
//go:noescape
func decryptBlocks(keys *[240]byte, iv *[32]byte, dst, src *byte, blocks int)

// subWord is SubWord of FIPS 197, section 5.2.
func subWord(w uint32) uint32

// invertKeys makes the keys of the equivalent inverse cipher, FIPS 197, section 5.3.5.
//
//go:noescape
func invertKeys(enc, dec *[240]byte)

// expandKey writes the round keys of both directions: FIPS 197, section 5.2, with Nk = 8.
// Words are little-endian here, so that RotWord turns the other way.
func expandKey(key *[32]byte, enc, dec *[240]byte) {
	const words = 4 * (14 + 1)
	copy(enc[:], key[:])
	rcon := uint32(1)
	for i := 8; i < words; i++ {
		w := binary.LittleEndian.Uint32(enc[4*(i-1):])
		switch i % 8 {
		case 0:
			w = subWord(bits.RotateLeft32(w, -8)) ^ rcon
			rcon <<= 1
		case 4:
			w = subWord(w)
		}
		binary.LittleEndian.PutUint32(enc[4*i:], w^binary.LittleEndian.Uint32(enc[4*(i-8):]))
	}
	invertKeys(enc, dec)
}
