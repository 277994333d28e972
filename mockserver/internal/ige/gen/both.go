package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Two messages wait for themselves, but not for one another: both are decrypted and hashed
// in little more than the time of one.

// twin is IGE of one of two messages, in place. A plaintext is stored where the ciphertext
// before the next one is taken from, and thus when the next block is begun: there is no
// register to keep that ciphertext in.
type twin struct {
	keys, at         reg.Register // at: the next block
	ends             Mem          // the first and the last round key together
	state, out, kept reg.VecPhysical
}

// bothNames is what the parameters of either message begin with.
var bothNames = [2]string{"a", "b"}

// newTwins loads the parameters keys and at of both messages.
func newTwins() (t [2]twin) {
	registers := [2][3]reg.VecPhysical{{reg.X12, reg.X13, reg.X14}, {reg.X15, reg.X9, reg.X10}}
	for i, name := range bothNames {
		r := registers[i]
		t[i] = twin{
			keys: Load(Param(name+"Keys"), GP64()), at: Load(Param(name), GP64()),
			ends: AllocLocal(16), state: r[0], out: r[1], kept: r[2],
		}
	}
	return t
}

func (t *twin) key(n int) Mem { return Mem{Base: t.keys, Disp: 16 * n} }

func (t *twin) block(n int) Mem { return Mem{Base: t.at, Disp: 16 * n} }

// start takes up where iv says.
func (t *twin) start(iv reg.Register) {
	VMOVDQU(t.key(rounds), t.out)
	VPXOR(t.key(0), t.out, t.out)
	VMOVDQU(t.out, t.ends)
	VMOVDQU(Mem{Base: iv}, t.out)
	VMOVDQU(t.out, t.block(-1))
	VMOVDQU(Mem{Base: iv, Disp: 16}, t.state)
	VMOVDQA(t.state, t.kept)
}

// stop leaves in iv what the next block needs.
func (t *twin) stop(iv reg.Register) {
	VMOVDQU(t.block(-1), t.out)
	VMOVDQU(t.out, Mem{Base: iv})
	VMOVDQU(t.kept, Mem{Base: iv, Disp: 16})
	VMOVDQU(t.kept, t.block(-1))
}

// first begins a group.
func (t *twin) first() []op {
	return []op{
		func() { VPXOR(t.block(0), t.state, t.state) },
		func() { VPXOR(t.key(0), t.state, t.state) },
	}
}

// crypt is the block n, which is the last of a group or is not: nothing behind a group is read.
func (t *twin) crypt(n int, last bool) (ops []op) {
	do := func(o op) { ops = append(ops, o) }
	add := t.ends
	if last {
		add = t.key(rounds)
	}
	do(func() { VMOVDQU(t.block(n-1), t.out) })
	do(func() { VPXOR(add, t.out, t.out) })
	if !last {
		do(func() { VPXOR(t.block(n+1), t.out, t.out) })
	}
	do(func() { VMOVDQU(t.kept, t.block(n-1)) })
	for r := 1; r < rounds; r++ {
		do(func() { VAESDEC(t.key(r), t.state, t.state) })
	}
	do(func() { VAESDECLAST(t.out, t.state, t.state) })
	if last {
		do(func() { VMOVDQA(t.state, t.kept) })
		return ops
	}
	do(func() { VPXOR(t.block(n+1), t.state, t.kept) }) // the block again, off the chain
	do(func() { VPXOR(t.key(0), t.kept, t.kept) })
	return ops
}

// blocks are blocks from up to to of a group.
func (t *twin) blocks(from, to int) (ops []op) {
	if from == 0 {
		ops = t.first()
	}
	for n := from; n < to; n++ {
		ops = append(ops, t.crypt(n, n == group-1)...)
	}
	if to == group {
		ops = append(ops, t.advance(group))
	}
	return ops
}

func (t *twin) advance(blocks int) op {
	return func() { ADDQ(Imm(uint64(16*blocks)), t.at) }
}

const bothSignature = "func(aKeys *[240]byte, aIV *[32]byte, a *byte, aState *[8]uint32, aFrom *byte, bKeys *[240]byte, bIV *[32]byte, b *byte, bState *[8]uint32, bFrom *byte, groups int)"

// beginBoth is what both functions begin with.
func beginBoth(name, doc string) [2]twin {
	TEXT(name, NOSPLIT, bothSignature)
	Pragma("noescape")
	Doc(name + " " + doc)
	t := newTwins()
	VZEROUPPER()
	for i, name := range bothNames {
		t[i].start(Load(Param(name+"IV"), GP64()))
	}
	return t
}

func endBoth(t [2]twin) {
	for i, name := range bothNames {
		t[i].stop(Load(Param(name+"IV"), GP64()))
	}
	RET()
}

// stitchBoth is the loop that decrypts a group of each message and hashes a block of each.
func stitchBoth() {
	t := beginBoth("decryptHashBoth", "decrypts groups of four blocks of two messages in place, of which there is at least one, and takes a block of 64 bytes of each into its hash for each group. There is a block before either, and it is not hashed. The vectors are left as they are for what follows.")
	h := hashing
	h.saved = [2]Op{AllocLocal(16), AllocLocal(16)}
	var lanes []lane
	for i, name := range bothNames {
		registers := [2][2]reg.VecPhysical{{reg.X6, reg.X7}, {reg.X8, reg.X11}}[i]
		l := lane{registers[0], registers[1], Load(Param(name+"From"), GP64()).(reg.GPVirtual)}
		h.load(Load(Param(name+"State"), GP64()), l)
		lanes = append(lanes, l)
	}
	left := Load(Param("groups"), GP64())
	Label("loop")
	for i, l := range lanes {
		from, to := i*group/2, (i+1)*group/2
		emit(mix(mix(t[0].blocks(from, to), t[1].blocks(from, to)), h.block(l)))
	}
	DECQ(left)
	JNZ(LabelRef("loop"))
	for i, name := range bothNames {
		h.store(lanes[i], Load(Param(name+"State"), GP64()))
	}
	endBoth(t)
}

// stitchBothPairs is the same without the instructions of SHA-256.
func stitchBothPairs() {
	t := beginBoth("decryptHashBothPair", "is decryptHashBoth for processors with AVX-512 and without the instructions of SHA-256.")
	p := pairs
	p.rotation = [3]reg.VecPhysical{reg.X20, reg.X21, reg.X22}
	for i := range p.saved {
		p.saved[i] = AllocLocal(16)
	}
	p.from = [2]reg.Register{Load(Param("aFrom"), GP64()), Load(Param("bFrom"), GP64())}
	p.load(Load(Param("aState"), GP64()), Load(Param("bState"), GP64()))
	p.constants = GP64()
	turns, left := GP64(), Load(Param("groups"), GP64())
	both := func(last bool) []op {
		return mix(append(t[0].crypt(0, last), t[0].advance(1)), append(t[1].crypt(0, last), t[1].advance(1)))
	}
	Label("loop")
	emit(append(t[0].first(), t[1].first()...))
	emit(p.begin())
	MOVQ(U32(group-1), turns)
	Label("rounds")
	emit(mix(both(false), p.sixteen(true)))
	DECQ(turns)
	JNZ(LabelRef("rounds"))
	emit(mix(both(true), p.sixteen(false)))
	emit(p.end())
	DECQ(left)
	JNZ(LabelRef("loop"))
	p.store(Load(Param("aState"), GP64()), Load(Param("bState"), GP64()))
	endBoth(t)
}
