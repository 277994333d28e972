package validator

// Record remembers that a part was stored. Call it after Judge has accepted
// the part and the store has its bytes.
func (f *File) Record(p Part) {
	f.learnLayout(p)
	f.keep(p)
	if announced := p.announced(f.kind); announced != totalUnknown {
		f.total = announced
	}
}

// learnLayout draws from the part what it says about the whole file: streamed
// or not, and part_size where the part settles it.
func (f *File) learnLayout(p Part) {
	announced, tail := p.announced(f.kind), p.endsStream(f.kind)
	if f.kind == Big {
		f.streamed = f.streamed || announced == totalUnknown
		f.earlyTotal = f.earlyTotal || announced != totalUnknown && !tail && p.Index != announced-1
	}
	if f.partSize != 0 {
		return
	}
	if size := p.size(); !tail && size > 0 && f.surelyNotLast(p) {
		f.partSize = size
		return
	}
	if old, ok := f.demoted(p); ok {
		f.partSize = old.size
	}
}

// surelyNotLast tells whether the part is not the last one of the file,
// whatever comes later. A big part is the last only if it is number N-1 of a
// known N; of a small file, whose total nobody says, every part that is the
// highest so far may be.
func (f *File) surelyNotLast(p Part) bool {
	if f.kind == Small {
		return p.Index < f.top
	}
	total := p.announced(f.kind)
	if total == totalUnknown {
		total = f.total
	}
	return total == totalUnknown || p.Index != total-1
}

// demoted returns the stored part that p turns from the last one into one in
// the middle: by a higher part in a small file, by a higher total in a big one.
func (f *File) demoted(p Part) (*slot, bool) {
	if f.kind == Small {
		if f.top < 0 || p.Index <= f.top {
			return &noSlot, false
		}
		return f.pages.get(f.top)
	}
	if f.total == totalUnknown || p.announced(f.kind) <= f.total || p.Index == f.total-1 {
		return &noSlot, false
	}
	return f.pages.get(f.total - 1)
}

// keep files the part in its page and brings the counters up to date.
func (f *File) keep(p Part) {
	page, bit := f.pages.grown(p.Index)
	kept := &page.slots[uint32(p.Index)%pageParts]
	size := p.size()
	switch {
	case page.stored&bit == 0:
		f.count++
	default:
		f.bytes -= int64(kept.size)
		page.repeated |= bit
		if kept.sum != p.Sum || kept.size != size {
			page.repeatedOther |= bit
		}
	}
	if page.seen&bit == 0 && p.Index > f.next {
		page.outOfOrder |= bit
	}
	page.stored |= bit
	page.seen |= bit
	kept.sum, kept.size = p.Sum, size
	f.bytes += int64(size)
	f.moveMarks(p)
}

// moveMarks updates the lowest, highest and empty part.
func (f *File) moveMarks(p Part) {
	if p.Index == f.next {
		f.next = f.pages.firstClear(f.next, seenBits)
	}
	switch {
	case p.endsStream(f.kind):
		f.tail = p.Index
		if f.top == p.Index {
			f.top = f.pages.highest(f.tail, storedBits)
		}
		return
	case f.tail == p.Index:
		f.tail = -1
	}
	f.top = max(f.top, p.Index)
	f.topped = max(f.topped, p.Index)
}

// Lose says that the store no longer has a part. When it was the last one the
// file starts afresh, as on a server that has forgotten it: another part_size
// and another total are no contradiction then.
func (f *File) Lose(index int32) {
	page, bit := f.pages.at(index)
	if page == nil || page.stored&bit == 0 {
		return
	}
	page.stored &^= bit
	f.count--
	f.bytes -= int64(page.slots[uint32(index)%pageParts].size)
	switch index {
	case f.tail:
		f.tail = -1
	case f.top:
		f.top = f.pages.highest(f.tail, storedBits)
	}
	if f.count == 0 {
		f.forget()
	}
}
