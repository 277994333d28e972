package main

import (
	"math"
	"math/big"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// SHA-256 is as serial as IGE, but the two do not wait for each other: while a block
// is decrypted, which leaves most of the processor idle, what was decrypted before is
// hashed. FIPS 180-4; the instructions are those of
// https://www.intel.com/content/www/us/en/developer/articles/technical/intel-sha-extensions.html

// group is what one turn of a loop does: one block of SHA-256, four of AES.
const group = 4

// op emits an instruction, or a few that nothing may come between.
type op func()

// hasher holds the registers that one block of SHA-256 needs. Beside AES two lanes share
// them, one after the other.
type hasher struct {
	message [4]reg.VecPhysical
	scratch reg.VecPhysical
	saved   [2]Op // the state before the block: registers, or memory
}

// lane is one message being hashed.
type lane struct {
	abef, cdgh reg.VecPhysical
	from       reg.GPVirtual // the next block
}

var hashing = hasher{
	message: [4]reg.VecPhysical{reg.X1, reg.X2, reg.X3, reg.X4},
	scratch: reg.X5,
	saved:   [2]Op{reg.X6, reg.X7},
}

// roundConstants are those of the rounds, bigEndian is the order of bytes in a word.
var roundConstants, bigEndian Mem

// tables writes the constants of the rounds, and the order of bytes in a word.
func tables() {
	roundConstants = GLOBL("roundConstants", RODATA|NOPTR)
	for i, p := range primes(64) {
		DATA(4*i, U32(fraction(p)))
	}
	bigEndian = GLOBL("bigEndian", RODATA|NOPTR)
	for i := range 16 {
		DATA(i, U8(uint8(i^3)))
	}
}

// fraction is the first 32 bits of the fractional part of the cube root of a prime:
// FIPS 180-4, section 4.2.2.
func fraction(p int64) uint32 {
	// The integer cube root of p << 96 is that of p with 32 bits behind the point.
	want := new(big.Int).Lsh(big.NewInt(p), 96)
	low, high := big.NewInt(0), new(big.Int).Lsh(big.NewInt(p), 32)
	for one := big.NewInt(1); low.Cmp(high) < 0; {
		middle := new(big.Int).Add(low, high)
		middle.Add(middle, one).Rsh(middle, 1)
		if new(big.Int).Exp(middle, big.NewInt(3), nil).Cmp(want) <= 0 {
			low = middle
		} else {
			high = middle.Sub(middle, one)
		}
	}
	return uint32(low.Uint64() & math.MaxUint32)
}

func primes(n int) (found []int64) {
	for p := int64(2); len(found) < n; p++ {
		if big.NewInt(p).ProbablyPrime(0) {
			found = append(found, p)
		}
	}
	return found
}

// load takes a lane's state from memory into the order that the instructions want.
func (h *hasher) load(state reg.Register, l lane) {
	VMOVDQU(Mem{Base: state}, h.scratch)
	VMOVDQU(Mem{Base: state, Disp: 16}, l.cdgh)
	VPSHUFD(Imm(0xb1), h.scratch, h.scratch)
	VPSHUFD(Imm(0x1b), l.cdgh, l.cdgh)
	VPALIGNR(Imm(8), l.cdgh, h.scratch, l.abef)
	VPBLENDW(Imm(0xf0), h.scratch, l.cdgh, l.cdgh)
}

func (h *hasher) store(l lane, state reg.Register) {
	VPSHUFD(Imm(0x1b), l.abef, h.scratch)
	VPSHUFD(Imm(0xb1), l.cdgh, l.cdgh)
	VPBLENDW(Imm(0xf0), l.cdgh, h.scratch, l.abef)
	VPALIGNR(Imm(8), h.scratch, l.cdgh, l.cdgh)
	VMOVDQU(l.abef, Mem{Base: state})
	VMOVDQU(l.cdgh, Mem{Base: state, Disp: 16})
}

// block is one block of a lane, which moves on to the next.
func (h *hasher) block(l lane) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	do(func() { VMOVDQU(l.abef, h.saved[0]) })
	do(func() { VMOVDQU(l.cdgh, h.saved[1]) })
	for i := range 16 { // four rounds each
		now, before := h.message[i%4], h.message[(i+3)%4]
		next := h.message[(i+1)%4]
		if i < 4 {
			do(func() { VMOVDQU(Mem{Base: l.from, Disp: 16 * i}, now) })
			do(func() { VPSHUFB(bigEndian, now, now) })
		}
		do(func() { VPADDD(roundConstants.Offset(16*i), now, reg.X0) })
		do(func() { SHA256RNDS2(reg.X0, l.abef, l.cdgh) })
		if i >= 3 && i <= 14 {
			do(func() { VPALIGNR(Imm(4), before, now, h.scratch) })
			do(func() { VPADDD(h.scratch, next, next) })
			do(func() { SHA256MSG2(now, next) })
		}
		do(func() { VPSHUFD(Imm(0x0e), reg.X0, reg.X0) })
		do(func() { SHA256RNDS2(reg.X0, l.cdgh, l.abef) })
		if i >= 1 && i <= 12 {
			do(func() { SHA256MSG1(now, before) })
		}
	}
	do(func() { VPADDD(h.saved[0], l.abef, l.abef) })
	do(func() { VPADDD(h.saved[1], l.cdgh, l.cdgh) })
	do(func() { ADDQ(Imm(64), l.from) })
	return ops
}

// hash is SHA-256 alone, for what the loops below leave.
func hash() {
	TEXT("hashBlocks", NOSPLIT, "func(state *[8]uint32, from *byte, blocks int)")
	Pragma("noescape")
	Doc("hashBlocks takes in blocks of 64 bytes, of which there is at least one.")
	state := Load(Param("state"), GP64())
	l := lane{reg.X8, reg.X9, Load(Param("from"), GP64()).(reg.GPVirtual)}
	left := Load(Param("blocks"), GP64())
	VZEROUPPER() // the instructions of SHA-256 know nothing of the upper halves
	hashing.load(state, l)
	Label("loop")
	emit(hashing.block(l))
	DECQ(left)
	JNZ(LabelRef("loop"))
	hashing.store(l, state)
	RET()
}

// decipher holds the registers of IGE beside those of SHA-256. No round key has one.
type decipher struct {
	keys, dst, src           reg.Register
	ends                     Mem             // the first and the last round key together
	state, before, next, out reg.VecPhysical // state: the plaintext before, between groups
}

// newDecipher loads the parameters keys, dst and src.
func newDecipher() decipher {
	return decipher{
		keys: Load(Param("keys"), GP64()), dst: Load(Param("dst"), GP64()), src: Load(Param("src"), GP64()),
		ends: AllocLocal(16), state: reg.X12, before: reg.X13, next: reg.X14, out: reg.X15,
	}
}

// start takes up where iv says.
func (d *decipher) start(iv reg.Register) {
	VMOVDQU(d.key(rounds), d.out)
	VPXOR(d.key(0), d.out, d.out)
	VMOVDQU(d.out, d.ends)
	VMOVDQU(Mem{Base: iv}, d.before)
	VMOVDQU(Mem{Base: iv, Disp: 16}, d.state)
}

// stop leaves in iv what the next block needs.
func (d *decipher) stop(iv reg.Register) {
	VMOVDQU(d.before, Mem{Base: iv})
	VMOVDQU(d.state, Mem{Base: iv, Disp: 16})
}

func (d *decipher) key(n int) Mem { return Mem{Base: d.keys, Disp: 16 * n} }

// blocks are blocks from up to to of a group; see crypt.
func (d *decipher) blocks(from, to int) (ops []op) {
	if from == 0 {
		ops = d.first()
	}
	for b := from; b < to; b++ {
		if b < group-1 {
			ops = append(ops, d.block(16*b)...)
		} else {
			ops = append(append(ops, d.last(16*b)...), d.advance(16*group)...)
		}
	}
	return ops
}

// first begins a group.
func (d *decipher) first() (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	do(func() { VMOVDQU(Mem{Base: d.src}, d.next) })
	do(func() { VPXOR(d.key(0), d.next, d.out) })
	do(func() { VPXOR(d.out, d.state, d.state) })
	return ops
}

// block is a block of a group, so many bytes behind src and dst, and not the last.
func (d *decipher) block(at int) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	// What the last round is to add does not hang on the others: it comes first.
	do(func() { VPXOR(d.ends, d.before, d.out) })
	do(func() { VMOVDQU(d.next, d.before) })
	do(func() { VMOVDQU(Mem{Base: d.src, Disp: at + 16}, d.next) })
	do(func() { VPXOR(d.next, d.out, d.out) })
	ops = append(ops, d.rounds()...)
	do(func() { VPXOR(d.next, d.state, d.out) }) // the block again, off the chain
	do(func() { VPXOR(d.key(0), d.out, d.out) })
	do(func() { VMOVDQU(d.out, Mem{Base: d.dst, Disp: at}) })
	return ops
}

// last is the last block of a group.
func (d *decipher) last(at int) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	do(func() { VPXOR(d.key(rounds), d.before, d.out) })
	do(func() { VMOVDQU(d.next, d.before) })
	ops = append(ops, d.rounds()...)
	do(func() { VMOVDQU(d.state, Mem{Base: d.dst, Disp: at}) })
	return ops
}

func (d *decipher) rounds() (ops []op) {
	for n := 1; n < rounds; n++ {
		ops = append(ops, func() { VAESDEC(d.key(n), d.state, d.state) })
	}
	return append(ops, func() { VAESDECLAST(d.out, d.state, d.state) })
}

// advance goes on by so many bytes.
func (d *decipher) advance(bytes int) []op {
	return []op{func() { ADDQ(Imm(uint64(bytes)), d.src) }, func() { ADDQ(Imm(uint64(bytes)), d.dst) }}
}

// stitch is the loop that decrypts a group and hashes one block of each lane.
func stitch(name, doc string, lanes ...string) {
	signature := "func(keys *[240]byte, iv *[32]byte, dst, src *byte, groups int"
	for _, l := range lanes {
		signature += ", " + l + " *[8]uint32, " + l + "From *byte"
	}
	TEXT(name, NOSPLIT, signature+")")
	Pragma("noescape")
	Doc(name + " " + doc)
	d := newDecipher()
	iv, left := Load(Param("iv"), GP64()), Load(Param("groups"), GP64())
	VZEROUPPER()
	d.start(iv)
	registers := [][2]reg.VecPhysical{{reg.X8, reg.X9}, {reg.X10, reg.X11}}
	var all []lane
	for i, l := range lanes {
		one := lane{registers[i][0], registers[i][1], Load(Param(l+"From"), GP64()).(reg.GPVirtual)}
		hashing.load(Load(Param(l), GP64()), one)
		all = append(all, one)
	}

	Label("loop")
	for i, l := range all {
		emit(mix(d.blocks(i*group/len(all), (i+1)*group/len(all)), hashing.block(l)))
	}
	DECQ(left)
	JNZ(LabelRef("loop"))

	for i, l := range lanes {
		hashing.store(all[i], Load(Param(l), GP64()))
	}
	d.stop(iv)
	RET()
}

func emit(ops []op) {
	for _, o := range ops {
		o()
	}
}

// mix puts b, which has nothing to do with a, between it, evenly.
func mix(a, b []op) (ops []op) {
	for i, o := range a {
		ops = append(ops, o)
		ops = append(ops, b[i*len(b)/len(a):(i+1)*len(b)/len(a)]...)
	}
	return ops
}
