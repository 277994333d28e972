package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Processors with AVX-512 and without the instructions of SHA-256 hash two messages in
// less than the time of one, side by side. A register holds two of the eight words that are
// a state, of both messages: a with e, b with f, c with g, d with h. What FIPS 180-4
// calls the sums of a and of e are then three rotations together, each word by its
// own amount. The schedule is made for two rounds at once.

// pairing holds the registers of two messages being hashed.
type pairing struct {
	state    [4]reg.VecPhysical // a and e, b and f, c and g, d and h: of a to d in the lower half
	saved    [4]Op              // registers, or memory
	message  [8]reg.VecPhysical // sixteen words, the earlier of two in the lower half
	rotation [3]reg.VecPhysical
	round    [6]reg.VecPhysical // scratch
	schedule [3]reg.VecPhysical // scratch
	lower    reg.OpmaskPhysical
	upper    reg.OpmaskPhysical
	from     [2]reg.Register // the next blocks

	constants  reg.Register // of the rounds that follow
	k, amounts Mem
}

var pairs = pairing{
	state:    [4]reg.VecPhysical{reg.X16, reg.X17, reg.X18, reg.X19},
	saved:    [4]Op{reg.X20, reg.X21, reg.X22, reg.X23},
	message:  [8]reg.VecPhysical{reg.X24, reg.X25, reg.X26, reg.X27, reg.X28, reg.X29, reg.X30, reg.X31},
	rotation: [3]reg.VecPhysical{reg.X9, reg.X10, reg.X11},
	round:    [6]reg.VecPhysical{reg.X0, reg.X1, reg.X2, reg.X3, reg.X4, reg.X5},
	schedule: [3]reg.VecPhysical{reg.X6, reg.X7, reg.X8},
	lower:    reg.K1,
	upper:    reg.K2,
}

// pairTables writes each constant for both messages, and by what words are rotated.
func pairTables() {
	pairs.k = GLOBL("roundConstantsTwice", RODATA|NOPTR)
	for i, p := range primes(64) {
		for message := range 2 {
			DATA(8*i+4*message, U32(fraction(p)))
		}
	}
	pairs.amounts = GLOBL("rotations", RODATA|NOPTR)
	for i, amount := range [3][2]uint32{{2, 6}, {13, 11}, {22, 25}} { // of a, of e
		for word := range 4 {
			DATA(16*i+4*word, U32(amount[word/2]))
		}
	}
}

// load takes both states from memory, and sets what stays as it is.
func (p *pairing) load(a, b reg.Register) {
	for i, r := range p.rotation {
		VMOVDQU32(p.amounts.Offset(16*i), r)
	}
	mask := GP32()
	MOVL(U32(0b0011), mask)
	KMOVW(mask, p.lower)
	MOVL(U32(0b1100), mask)
	KMOVW(mask, p.upper)
	s := p.message[:4]    // scratch
	for half := range 2 { // a to d, then e to h
		VMOVDQU(Mem{Base: a, Disp: 16 * half}, p.round[0])
		VMOVDQU(Mem{Base: b, Disp: 16 * half}, p.round[1])
		VPUNPCKLDQ(p.round[1], p.round[0], s[half])
		VPUNPCKHDQ(p.round[1], p.round[0], s[2+half])
	}
	for i := 0; i < 4; i += 2 {
		VPUNPCKLQDQ(s[i+1], s[i], p.state[i])
		VPUNPCKHQDQ(s[i+1], s[i], p.state[i+1])
	}
}

func (p *pairing) store(a, b reg.Register) {
	r := p.round
	for half, unpack := range []func(...Op){VPUNPCKLQDQ, VPUNPCKHQDQ} {
		unpack(p.state[1], p.state[0], r[0])
		unpack(p.state[3], p.state[2], r[1])
		VSHUFPS(Imm(0x88), r[1], r[0], r[2])
		VSHUFPS(Imm(0xdd), r[1], r[0], r[3])
		VMOVDQU(r[2], Mem{Base: a, Disp: 16 * half})
		VMOVDQU(r[3], Mem{Base: b, Disp: 16 * half})
	}
}

// A block is begin, three times sixteen rounds with the schedule of those that follow, the
// last sixteen, and end. It is not one long row of instructions, because so many do not
// fit where the processor keeps the decoded ones.

// begin loads the words of a block of each message.
func (p *pairing) begin() (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	for i := range p.state {
		do(func() { VMOVDQU32(p.state[i], p.saved[i]) }) // what is on the stack is not aligned
	}
	for n := 0; n < 8; n += 2 {
		ops = append(ops, p.words(n)...)
	}
	do(func() { LEAQ(p.k, p.constants) })
	return ops
}

// sixteen are sixteen rounds.
func (p *pairing) sixteen(more bool) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	state := p.state
	for n := range 8 {
		do(func() { VPADDD(Mem{Base: p.constants, Disp: 16 * n}, p.message[n], p.round[4]) })
		var rounds []op
		for which := range 2 {
			rounds = append(rounds, p.one(which, state)...)
			state = [4]reg.VecPhysical{state[3], state[0], state[1], state[2]}
		}
		if more {
			rounds = mix(rounds, p.extend(n))
		}
		ops = append(ops, rounds...)
	}
	if more {
		do(func() { ADDQ(Imm(16*8), p.constants) })
	}
	return ops
}

// end adds what was before; the messages move on to their next blocks.
func (p *pairing) end() (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	for i := range p.state { // after sixteen rounds each is where it was
		do(func() { VPADDD(p.saved[i], p.state[i], p.state[i]) })
	}
	for _, from := range p.from {
		do(func() { ADDQ(Imm(64), from) })
	}
	return ops
}

// words loads four words of each message.
func (p *pairing) words(n int) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	a, b := p.schedule[0], p.schedule[1]
	do(func() { VMOVDQU(Mem{Base: p.from[0], Disp: 8 * n}, a) })
	do(func() { VMOVDQU(Mem{Base: p.from[1], Disp: 8 * n}, b) })
	do(func() { VPSHUFB(bigEndian, a, a) })
	do(func() { VPSHUFB(bigEndian, b, b) })
	do(func() { VPUNPCKLDQ(b, a, p.message[n]) })
	do(func() { VPUNPCKHDQ(b, a, p.message[n+1]) })
	return ops
}

// Truth tables for VPTERNLOGD, of FIPS 180-4, section 4.1.2.
const (
	parity   = 0x96
	choice   = 0xd8 // the inputs are g, f, e
	majority = 0xe8
)

// one is the first or the second of two rounds, whose words and constants are in round[4].
func (p *pairing) one(which int, state [4]reg.VecPhysical) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	ae, bf, cg, dh := state[0], state[1], state[2], state[3]
	sum, x, y, f, words := p.round[0], p.round[1], p.round[2], p.round[3], p.round[4]
	do(func() { VMOVDQA32(cg, f) })
	do(func() { VPRORVD(p.rotation[0], ae, sum) })
	do(func() { VPRORVD(p.rotation[1], ae, x) })
	do(func() { VPRORVD(p.rotation[2], ae, y) })
	do(func() { VPTERNLOGD(Imm(choice), ae, bf, p.upper, f) })
	if which == 0 { // its words are in the lower half
		words = p.round[5]
		do(func() { VPUNPCKLQDQ(p.round[4], p.round[4], words) })
	}
	do(func() { VPADDD(words, dh, p.upper, dh) })
	do(func() { VPTERNLOGD(Imm(majority), ae, bf, p.lower, f) })
	do(func() { VPTERNLOGD(Imm(parity), y, x, sum) })
	do(func() { VPADDD(f, sum, sum) })       // T2, and of T1 all but what dh has
	do(func() { VPADDD(dh, sum, x) })        // T1 in the upper half
	do(func() { VPUNPCKHQDQ(x, x, x) })      // in both
	do(func() { VPUNPCKLQDQ(dh, sum, sum) }) // T2 and d
	do(func() { VPADDD(x, sum, dh) })        // the new a and e
	return ops
}

// extend makes the words for two rounds, eight pairs after the pair n, whose place they
// take. FIPS 180-4, section 6.2.2.
func (p *pairing) extend(n int) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	at := func(n int) reg.VecPhysical { return p.message[n%8] }
	x, y, z := p.schedule[0], p.schedule[1], p.schedule[2]
	sigma := func(of reg.VecPhysical, first, second, shift uint64) {
		do(func() { VPRORD(Imm(first), of, y) })
		do(func() { VPRORD(Imm(second), of, z) })
		do(func() { VPSRLD(Imm(shift), of, x) })
		do(func() { VPTERNLOGD(Imm(parity), z, y, x) })
		do(func() { VPADDD(x, at(n), at(n)) })
	}
	do(func() { VPALIGNR(Imm(8), at(n), at(n+1), x) })
	sigma(x, 7, 18, 3)
	do(func() { VPALIGNR(Imm(8), at(n+4), at(n+5), x) })
	do(func() { VPADDD(x, at(n), at(n)) })
	sigma(at(n+7), 17, 19, 10)
	return ops
}

// hashPairs is SHA-256 of two messages alone, for what the loop below leaves.
func hashPairs() {
	TEXT("hashBlocksTwo", NOSPLIT, "func(a, b *[8]uint32, aFrom, bFrom *byte, blocks int)")
	Pragma("noescape")
	Doc("hashBlocksTwo is hashBlocks of two messages at once, for processors with AVX-512 and without the instructions of SHA-256.")
	p := pairs
	p.from = [2]reg.Register{Load(Param("aFrom"), GP64()), Load(Param("bFrom"), GP64())}
	p.constants = GP64()
	left, turns := Load(Param("blocks"), GP64()), GP64()
	VZEROUPPER()
	p.load(Load(Param("a"), GP64()), Load(Param("b"), GP64()))
	Label("loop")
	emit(p.begin())
	MOVQ(U32(3), turns)
	Label("rounds")
	emit(p.sixteen(true))
	DECQ(turns)
	JNZ(LabelRef("rounds"))
	emit(p.sixteen(false))
	emit(p.end())
	DECQ(left)
	JNZ(LabelRef("loop"))
	p.store(Load(Param("a"), GP64()), Load(Param("b"), GP64()))
	RET()
}

// stitchPairs is the loop that decrypts a group and hashes one block of two messages.
func stitchPairs() {
	TEXT("decryptHashPair", NOSPLIT, "func(keys *[240]byte, iv *[32]byte, dst, src *byte, groups int, a *[8]uint32, aFrom *byte, b *[8]uint32, bFrom *byte)")
	Pragma("noescape")
	Doc("decryptHashPair is decryptHashTwo for processors with AVX-512 and without the instructions of SHA-256.")
	d := newDecipher()
	iv, left := Load(Param("iv"), GP64()), Load(Param("groups"), GP64())
	VZEROUPPER()
	d.start(iv)
	p := pairs
	p.from = [2]reg.Register{Load(Param("aFrom"), GP64()), Load(Param("bFrom"), GP64())}
	p.load(Load(Param("a"), GP64()), Load(Param("b"), GP64()))
	p.constants = GP64()
	turns := GP64()
	Label("loop")
	emit(d.first())
	emit(p.begin())
	MOVQ(U32(group-1), turns)
	Label("rounds")
	emit(mix(append(d.block(0), d.advance(16)...), p.sixteen(true)))
	DECQ(turns)
	JNZ(LabelRef("rounds"))
	emit(mix(append(d.last(0), d.advance(16)...), p.sixteen(false)))
	emit(p.end())
	DECQ(left)
	JNZ(LabelRef("loop"))
	p.store(Load(Param("a"), GP64()), Load(Param("b"), GP64()))
	d.stop(iv)
	RET()
}
