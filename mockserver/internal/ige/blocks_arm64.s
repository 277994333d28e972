//go:build !purego && !noasm

#include "textflag.h"

// The instructions of AES do half of a round each: AESE xors a key and does the rest of
// a round but for the mixing of columns, which AESMC does; AESD and AESIMC are those of
// the equivalent inverse cipher. So the first key is that of the first round, and the
// last one is xored in the end.
// https://developer.arm.com/documentation/ddi0602/latest/SIMD-FP-Instructions/

// The fifteen round keys are in V16 to V30.
#define LOAD_KEYS(keys) \
	VLD1.P 64(keys), [V16.B16, V17.B16, V18.B16, V19.B16]; \
	VLD1.P 64(keys), [V20.B16, V21.B16, V22.B16, V23.B16]; \
	VLD1.P 64(keys), [V24.B16, V25.B16, V26.B16, V27.B16]; \
	VLD1   (keys), [V28.B16, V29.B16, V30.B16]

#define ENCRYPT_ROUND(key, state) \
	AESE  key.B16, state.B16; \
	AESMC state.B16, state.B16

#define DECRYPT_ROUND(key, state) \
	AESD   key.B16, state.B16; \
	AESIMC state.B16, state.B16

// func encryptBlocks(keys *[240]byte, iv *[32]byte, dst *byte, src *byte, blocks int)
TEXT ·encryptBlocks(SB), NOSPLIT, $0-40
	MOVD keys+0(FP), R0
	MOVD iv+8(FP), R1
	MOVD dst+16(FP), R2
	MOVD src+24(FP), R3
	MOVD blocks+32(FP), R4
	LOAD_KEYS(R0)
	VLD1 (R1), [V0.B16, V1.B16] // the ciphertext and the plaintext before

encrypt:
	VLD1.P 16(R3), [V2.B16]
	VEOR   V30.B16, V1.B16, V1.B16 // what the last round adds does not hang on it
	VEOR   V2.B16, V0.B16, V0.B16
	ENCRYPT_ROUND(V16, V0)
	ENCRYPT_ROUND(V17, V0)
	ENCRYPT_ROUND(V18, V0)
	ENCRYPT_ROUND(V19, V0)
	ENCRYPT_ROUND(V20, V0)
	ENCRYPT_ROUND(V21, V0)
	ENCRYPT_ROUND(V22, V0)
	ENCRYPT_ROUND(V23, V0)
	ENCRYPT_ROUND(V24, V0)
	ENCRYPT_ROUND(V25, V0)
	ENCRYPT_ROUND(V26, V0)
	ENCRYPT_ROUND(V27, V0)
	ENCRYPT_ROUND(V28, V0)
	AESE   V29.B16, V0.B16
	VEOR   V1.B16, V0.B16, V0.B16
	VST1.P [V0.B16], 16(R2)
	VORR   V2.B16, V2.B16, V1.B16
	SUBS   $1, R4, R4
	BNE    encrypt
	RET

// func decryptBlocks(keys *[240]byte, iv *[32]byte, dst *byte, src *byte, blocks int)
TEXT ·decryptBlocks(SB), NOSPLIT, $0-40
	MOVD keys+0(FP), R0
	MOVD iv+8(FP), R1
	MOVD dst+16(FP), R2
	MOVD src+24(FP), R3
	MOVD blocks+32(FP), R4
	LOAD_KEYS(R0)
	VLD1 (R1), [V0.B16, V1.B16] // the ciphertext and the plaintext before

decrypt:
	VLD1.P 16(R3), [V2.B16]
	VEOR   V30.B16, V0.B16, V0.B16 // what the last round adds does not hang on it
	VEOR   V2.B16, V1.B16, V1.B16
	DECRYPT_ROUND(V16, V1)
	DECRYPT_ROUND(V17, V1)
	DECRYPT_ROUND(V18, V1)
	DECRYPT_ROUND(V19, V1)
	DECRYPT_ROUND(V20, V1)
	DECRYPT_ROUND(V21, V1)
	DECRYPT_ROUND(V22, V1)
	DECRYPT_ROUND(V23, V1)
	DECRYPT_ROUND(V24, V1)
	DECRYPT_ROUND(V25, V1)
	DECRYPT_ROUND(V26, V1)
	DECRYPT_ROUND(V27, V1)
	DECRYPT_ROUND(V28, V1)
	AESD   V29.B16, V1.B16
	VEOR   V0.B16, V1.B16, V1.B16
	VST1.P [V1.B16], 16(R2)
	VORR   V2.B16, V2.B16, V0.B16
	SUBS   $1, R4, R4
	BNE    decrypt
	RET

// func subWord(w uint32) uint32
TEXT ·subWord(SB), NOSPLIT, $0-12
	MOVWU w+0(FP), R0
	VDUP  R0, V0.S4 // rows of equal bytes, which shifting leaves as they are
	VEOR  V1.B16, V1.B16, V1.B16
	AESE  V1.B16, V0.B16
	VMOV  V0.S[0], R0
	MOVW  R0, ret+8(FP)
	RET

// func invertKeys(enc *[240]byte, dec *[240]byte)
TEXT ·invertKeys(SB), NOSPLIT, $0-16
	MOVD enc+0(FP), R0
	MOVD dec+8(FP), R1
	LOAD_KEYS(R0)
	AESIMC V17.B16, V17.B16
	AESIMC V18.B16, V18.B16
	AESIMC V19.B16, V19.B16
	AESIMC V20.B16, V20.B16
	AESIMC V21.B16, V21.B16
	AESIMC V22.B16, V22.B16
	AESIMC V23.B16, V23.B16
	AESIMC V24.B16, V24.B16
	AESIMC V25.B16, V25.B16
	AESIMC V26.B16, V26.B16
	AESIMC V27.B16, V27.B16
	AESIMC V28.B16, V28.B16
	AESIMC V29.B16, V29.B16
	VST1.P [V30.B16], 16(R1)
	VST1.P [V29.B16], 16(R1)
	VST1.P [V28.B16], 16(R1)
	VST1.P [V27.B16], 16(R1)
	VST1.P [V26.B16], 16(R1)
	VST1.P [V25.B16], 16(R1)
	VST1.P [V24.B16], 16(R1)
	VST1.P [V23.B16], 16(R1)
	VST1.P [V22.B16], 16(R1)
	VST1.P [V21.B16], 16(R1)
	VST1.P [V20.B16], 16(R1)
	VST1.P [V19.B16], 16(R1)
	VST1.P [V18.B16], 16(R1)
	VST1.P [V17.B16], 16(R1)
	VST1   [V16.B16], (R1)
	RET
