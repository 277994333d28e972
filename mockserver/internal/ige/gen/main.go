// Command gen writes the assembly of package ige: see go generate there.
//
// Every block of IGE depends on the one before it, so that nothing can be done about
// the latency of the 14 rounds but to keep everything else out of their way. The
// key of the last round is xored with all that the next block's first round needs
// beforehand, so that the last round of one block yields the first state of the next:
// the chain is 14 instructions a block, and no other.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const rounds = 14 // of AES-256

func main() {
	ConstraintExpr("amd64,!purego,!noasm")
	expand()
	tables()
	pairTables()
	hash()
	hashPairs()
	stitch("decryptHash", "decrypts groups of four blocks, of which there is at least one, and takes a block of 64 bytes into a hash for each. iv is left as it is for what follows.", "a")
	stitch("decryptHashTwo", "is decryptHash with two hashes.", "a", "b")
	stitchPairs()
	stitchBoth()
	stitchBothPairs()
	crypt("encryptBlocks", "encrypts", VAESENC, VAESENCLAST, 0, 16)
	crypt("decryptBlocks", "decrypts", VAESDEC, VAESDECLAST, 16, 0)
	hasSHA()
	Generate()
}

type round func(key, in, out Op)

// crypt is one direction. first and last are where in iv the block is that goes in
// before the cipher, and the one that comes in behind it: ciphertext and plaintext
// when encrypting, the other way round when decrypting.
func crypt(name, doc string, middle, final round, first, last int) {
	TEXT(name, NOSPLIT, "func(keys *[240]byte, iv *[32]byte, dst, src *byte, blocks int)")
	Pragma("noescape") // the keys stay on the stack
	Doc(name + " " + doc + " blocks, of which there is at least one. It reads and writes nothing beyond them.")
	keys, iv := Load(Param("keys"), GP64()), Load(Param("iv"), GP64())
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	left := Load(Param("blocks"), GP64())

	// Eleven round keys fit into registers; the others are read each time, which is
	// not in the way of the chain.
	const held = 11
	key := func(n int) Mem { return Mem{Base: keys, Disp: 16 * n} }
	var in [held]reg.VecVirtual
	for i := range in {
		in[i] = XMM()
		VMOVDQU(key(i+1), in[i])
	}
	ends := XMM() // the first and the last round key together
	VMOVDQU(key(rounds), ends)
	VPXOR(key(0), ends, ends)

	state, before, next, out := XMM(), XMM(), XMM(), XMM()
	VMOVDQU(Mem{Base: iv, Disp: last}, before)
	VMOVDQU(Mem{Base: src}, next)
	VMOVDQU(Mem{Base: iv, Disp: first}, state)
	VPXOR(next, state, state)
	VPXOR(key(0), state, state)

	Label("loop")
	for n := 1; n < rounds; n++ {
		if n <= held {
			middle(in[n-1], state, state)
		} else {
			middle(key(n), state, state)
		}
	}
	DECQ(left)
	JZ(LabelRef("done"))

	// out is what the last round is to add: what comes in behind this block, both
	// keys, and the next block, for the first state of the next.
	VPXOR(ends, before, out)
	VMOVDQA(next, before)
	VMOVDQU(Mem{Base: src, Disp: 16}, next)
	VPXOR(next, out, out)
	final(out, state, state)
	VPXOR(next, state, out) // the block again, off the chain
	VPXOR(key(0), out, out)
	VMOVDQU(out, Mem{Base: dst})
	ADDQ(Imm(16), src)
	ADDQ(Imm(16), dst)
	JMP(LabelRef("loop"))

	Label("done")
	VPXOR(key(rounds), before, out)
	final(out, state, state)
	VMOVDQU(state, Mem{Base: dst})
	RET()
}

// expand is the key schedule of AES-256, FIPS 197, section 5.2, and that of the
// equivalent inverse cipher, section 5.3.5.
//
// The instruction that is for this, AESKEYGENASSIST, takes several times as long on Intel's
// processors as the last round of the cipher, which does the same to four equal words: its
// ShiftRows then moves nothing.
func expand() {
	TEXT("expandKey", NOSPLIT, "func(key *[32]byte, enc, dec *[240]byte)")
	Pragma("noescape")
	Doc("expandKey writes the round keys of both directions.")
	rotated := GLOBL("lastWordRotated", RODATA|NOPTR)
	for word := range 4 {
		DATA(4*word, U32(0x0c0f0e0d))
	}
	from, enc, dec := Load(Param("key"), GP64()), Load(Param("enc"), GP64()), Load(Param("dec"), GP64())
	even, odd, assist, shifted, rcon, zero := XMM(), XMM(), XMM(), XMM(), XMM(), XMM()
	store := func(n int, k reg.VecVirtual) {
		VMOVDQU(k, Mem{Base: enc, Disp: 16 * n})
		if n > 0 && n < rounds {
			VAESIMC(k, shifted)
			k = shifted
		}
		VMOVDQU(k, Mem{Base: dec, Disp: 16 * (rounds - n)})
	}
	// step makes a round key of the one two before and the last word of the one before.
	step := func(old, last reg.VecVirtual, rotate bool) {
		if rotate {
			VPSHUFB(rotated, last, assist)
			VAESENCLAST(rcon, assist, assist)
			VPSLLD(Imm(1), rcon, rcon)
		} else {
			VPSHUFD(Imm(0xff), last, assist)
			VAESENCLAST(zero, assist, assist)
		}
		for _, bytes := range []uint64{4, 8} { // each word with all those before it
			VPSLLDQ(Imm(bytes), old, shifted)
			VPXOR(shifted, old, old)
		}
		VPXOR(assist, old, old)
	}
	VPXOR(zero, zero, zero)
	VPCMPEQD(rcon, rcon, rcon)
	VPSRLD(Imm(31), rcon, rcon) // 1 in each word
	VMOVDQU(Mem{Base: from}, even)
	VMOVDQU(Mem{Base: from, Disp: 16}, odd)
	store(0, even)
	store(1, odd)
	for n := 2; n <= rounds; n += 2 {
		step(even, odd, true)
		store(n, even)
		if n < rounds {
			step(odd, even, false)
			store(n+1, odd)
		}
	}
	RET()
}

// hasSHA asks the processor for what golang.org/x/sys/cpu does not know of it.
func hasSHA() {
	TEXT("hasSHA", NOSPLIT, "func() bool")
	Doc("hasSHA tells whether the processor has the instructions of SHA-256.")
	const extended, sha = 7, 29 // the leaf, and the bit of EBX in it
	MOVL(U32(0), reg.EAX)
	CPUID()
	CMPL(reg.EAX, Imm(extended))
	JL(LabelRef("none"))
	MOVL(U32(extended), reg.EAX)
	MOVL(U32(0), reg.ECX)
	CPUID()
	SHRL(Imm(sha), reg.EBX)
	ANDL(Imm(1), reg.EBX)
	Store(reg.BL, ReturnIndex(0))
	RET()
	Label("none")
	MOVB(U8(0), reg.BL)
	Store(reg.BL, ReturnIndex(0))
	RET()
}
