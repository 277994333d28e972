package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Intel's processors have one unit for the rounds of SHA-256. Two hashes beside AES keep it
// busy all of the time: 64 times 3 cycles for each group, while AES takes 168. Whatever else
// waits for it makes that longer. So the sum of each word and its constant goes
// through memory, which gets its upper half down without a shuffle, and the first half of the
// schedule is done by AVX-512 in the place of SHA256MSG1. Both lanes have registers of their
// own, so that they are woven with each other as well.

// wideLane is a lane of a processor with AVX-512 as well.
type wideLane struct {
	lane
	message  [4]reg.VecPhysical
	schedule [3]reg.VecPhysical // scratch
	sums     Mem                // of words and constants
	saved    [2]Mem
}

// block is one block of a lane, which moves on to the next.
func (l *wideLane) block() (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	x, y, z := l.schedule[0], l.schedule[1], l.schedule[2]
	do(func() { VMOVDQU(l.abef, l.saved[0]) })
	do(func() { VMOVDQU(l.cdgh, l.saved[1]) })
	for i := range 16 {
		now, before := l.message[i%4], l.message[(i+3)%4]
		next := l.message[(i+1)%4]
		if i < 4 {
			do(func() { VMOVDQU(Mem{Base: l.from, Disp: 16 * i}, now) })
			do(func() { VPSHUFB(bigEndian, now, now) })
		}
		do(func() {
			VPADDD(roundConstants.Offset(16*i), now, reg.X0)
			SHA256RNDS2(reg.X0, l.abef, l.cdgh)
			VMOVDQU(reg.X0, l.sums)
			VMOVQ(l.sums.Offset(8), reg.X0)
			SHA256RNDS2(reg.X0, l.cdgh, l.abef)
		})
		if i >= 1 && i <= 14 {
			do(func() { VPALIGNR(Imm(4), before, now, x) })
		}
		if i >= 3 && i <= 14 {
			do(func() { VPADDD(x, next, next) })
			do(func() { SHA256MSG2(now, next) })
		}
		if i >= 1 && i <= 12 { // FIPS 180-4, section 4.1.2, the lower sigma 0
			do(func() { VPRORD(Imm(7), x, y) })
			do(func() { VPRORD(Imm(18), x, z) })
			do(func() { VPSRLD(Imm(3), x, x) })
			do(func() { VPTERNLOGD(Imm(parity), z, y, x) })
			do(func() { VPADDD(x, before, before) })
		}
	}
	do(func() { VPADDD(l.saved[0], l.abef, l.abef) })
	do(func() { VPADDD(l.saved[1], l.cdgh, l.cdgh) })
	do(func() { ADDQ(Imm(64), l.from) })
	return ops
}

// stitchWide is the loop that decrypts a group and hashes one block of each lane.
func stitchWide(name, doc string, lanes ...string) {
	TEXT(name, NOSPLIT, stitched(lanes))
	Pragma("noescape")
	Doc(name + " " + doc)
	d := newDecipher()
	d.state, d.out, d.before, d.next = reg.X13, reg.X14, reg.X22, reg.X23
	d.xor = func(a, b, to Op) { VPXORQ(a, b, to) }
	d.move = func(from, to Op) { VMOVDQU64(from, to) }
	iv, left := Load(Param("iv"), GP64()), Load(Param("groups"), GP64())
	VZEROUPPER()
	d.start(iv)
	var all []wideLane
	var hashes []op
	for i, name := range lanes {
		x := func(n int) reg.VecPhysical { return xmm[6*i+n] }
		l := wideLane{
			lane:     lane{x(1), x(2), Load(Param(name+"From"), GP64()).(reg.GPVirtual)},
			message:  [4]reg.VecPhysical{x(3), x(4), x(5), x(6)},
			schedule: [][3]reg.VecPhysical{{reg.X16, reg.X17, reg.X18}, {reg.X19, reg.X20, reg.X21}}[i],
			sums:     AllocLocal(16), saved: [2]Mem{AllocLocal(16), AllocLocal(16)},
		}
		hashing.load(Load(Param(name), GP64()), l.lane)
		all, hashes = append(all, l), mix(l.block(), hashes)
	}
	Label("loop")
	emit(mix(d.blocks(0, group), hashes))
	DECQ(left)
	JNZ(LabelRef("loop"))
	for i, name := range lanes {
		hashing.store(all[i].lane, Load(Param(name), GP64()))
	}
	d.stop(iv)
	RET()
}
