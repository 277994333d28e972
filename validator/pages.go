package validator

import (
	"maps"
	"math/bits"
	"slices"
)

// pageParts is how many parts share a page: as many as a word has bits.
const pageParts = 64

// slot is what is remembered of one stored part.
type slot struct {
	sum  [32]byte
	size int32
}

// page holds what is known of 64 neighbouring parts: one bit each in the
// words, one slot each.
type page struct {
	stored        uint64 // the store has it
	seen          uint64 // it was stored at some time
	outOfOrder    uint64 // it came before a lower one
	repeated      uint64 // it came again while stored
	repeatedOther uint64 // ... with other bytes
	slots         [pageParts]slot
}

// pages is a sparse array of parts. It grows by a page when the first part of
// that page is recorded, so a claimed total or a high part number costs no more
// than any other part. Numbers below 0 are possible where an override lets
// them in, and need no care.
type pages map[int32]*page

// at returns the page of a part, or nil, and the part's bit in it.
func (p pages) at(index int32) (*page, uint64) {
	return p[index>>6], 1 << (uint32(index) % pageParts)
}

// get returns a stored part. It is not to be changed.
func (p pages) get(index int32) (*slot, bool) {
	page, bit := p.at(index)
	if page == nil || page.stored&bit == 0 {
		return &noSlot, false
	}
	return &page.slots[uint32(index)%pageParts], true
}

// noSlot stands for a part that is not stored, so that its size is 0.
var noSlot slot

// grown returns the page of a part and makes it where there is none.
func (p pages) grown(index int32) (*page, uint64) {
	found, bit := p.at(index)
	if found == nil {
		found = new(page)
		p[index>>6] = found
	}
	return found, bit
}

// firstClear returns the lowest part from index on whose bit is not set. It
// looks at one page per 64 parts and ends at the first page that is missing.
func (p pages) firstClear(index int32, word func(*page) uint64) int32 {
	for {
		found := p[index>>6]
		if found == nil {
			return index
		}
		offset := uint32(index) % pageParts
		clear := ^word(found) >> offset
		if clear != 0 {
			return index + int32(bits.TrailingZeros64(clear))
		}
		index += pageParts - int32(offset)
	}
}

// highest returns the highest part whose bit is set and that is not skip, or
// -1 for none.
func (p pages) highest(skip int32, word func(*page) uint64) int32 {
	best := int32(-1)
	for base, found := range p {
		set := word(found)
		if skip>>6 == base {
			set &^= 1 << (uint32(skip) % pageParts)
		}
		if set != 0 {
			best = max(best, base*pageParts+int32(bits.Len64(set))-1)
		}
	}
	return best
}

// below counts the parts 0..limit-1 whose bit is set.
func (p pages) below(limit int32, word func(*page) uint64) int {
	count := 0
	for base, found := range p {
		set := word(found)
		switch first := int64(base) * pageParts; {
		case first < 0 || first >= int64(limit):
			continue
		case int64(limit)-first < pageParts:
			set &= 1<<uint(int64(limit)-first) - 1
		}
		count += bits.OnesCount64(set)
	}
	return count
}

// list returns the parts whose bit is set, in order.
func (p pages) list(word func(*page) uint64) []int32 {
	found := []int32{}
	for _, base := range slices.Sorted(maps.Keys(p)) {
		for set := word(p[base]); set != 0; set &= set - 1 {
			found = append(found, base*pageParts+int32(bits.TrailingZeros64(set)))
		}
	}
	return found
}

// The words of a page.
func storedBits(p *page) uint64        { return p.stored }
func seenBits(p *page) uint64          { return p.seen }
func outOfOrderBits(p *page) uint64    { return p.outOfOrder }
func repeatedBits(p *page) uint64      { return p.repeated }
func repeatedOtherBits(p *page) uint64 { return p.repeatedOther }
