package validator

import "math"

// File is the state of one file_id in one of the two stores. It is not safe
// for concurrent use.
type File struct {
	book *Rulebook
	kind Kind

	pages  pages
	count  int   // parts stored
	bytes  int64 // their sizes added up
	next   int32 // the lowest part that has never arrived
	top    int32 // the highest stored part but the tail, -1 for none
	topped int32 // the highest part that ever arrived but tails, -1 for none

	partSize   int32 // 0 until a part that is surely not the last is stored
	total      int32 // the last total announced, totalUnknown before
	tail       int32 // number of the stored empty end of a stream, -1 for none
	streamed   bool  // a part came without a total
	earlyTotal bool  // a part other than the last came with one

	finalised  int32 // parts of the accepted finalising call, 0 before
	claimed    int32 // the last total that a call had, a refused one too, 0 before; for the report alone
	refusals   []Refusal
	refused    int
	violations map[string]int
}

// NewFile returns the state of a file of which nothing has arrived.
func (b *Rulebook) NewFile(kind Kind) *File {
	f := &File{book: b, kind: kind, pages: pages{}, topped: -1}
	f.forget()
	return f
}

// Part is one call of saveBigFilePart or saveFilePart.
type Part struct {
	// Index is file_part, counted from 0.
	Index int32
	// Total is file_total_parts; -1 while the end of a stream is unknown.
	// saveFilePart has none, so it is ignored for Small.
	Total int32
	// Size is the number of bytes.
	Size int
	// Sum is a fingerprint of the bytes; only whether two are equal matters.
	Sum [32]byte
	// Premium tells whether the account has Telegram Premium.
	Premium bool
}

// size is the part's size as it is kept. What is longer than an int32 is far
// beyond every rule in any case.
func (p Part) size() int32 { return int32(min(max(p.Size, 0), math.MaxInt32)) }

// announced is the total that the part carries, or totalUnknown.
func (p Part) announced(kind Kind) int32 {
	if kind == Small || p.Total < 1 {
		return totalUnknown
	}
	return p.Total
}

// endsStream tells whether the part is the empty end of a stream of N parts:
// file_part = file_total_parts = N and no bytes.
// See https://core.telegram.org/api/files#streamed-uploads.
func (p Part) endsStream(kind Kind) bool {
	return p.Size <= 0 && p.announced(kind) == p.Index && p.Index > 0
}

// mayStream tells whether the file may be a stream of so many parts: one has said -1, or
// one that is not stored may still do so. The end may come before any other part.
func (f *File) mayStream(parts int32) bool {
	return f.streamed || f.pages.below(parts, storedBits) < int(parts)
}

// Kind returns the store that the file is in.
func (f *File) Kind() Kind { return f.kind }

// PartSize returns part_size in bytes, or 0 while no part has been stored that
// is surely not the last.
func (f *File) PartSize() int32 { return f.partSize }

// Total returns the number of parts last announced, or -1.
func (f *File) Total() int32 { return f.total }

// Bytes returns the sizes of the stored parts added up.
func (f *File) Bytes() int64 { return f.bytes }

// Stored returns how many parts are stored.
func (f *File) Stored() int { return f.count }

// PartSizeOf returns the size of a stored part in bytes.
func (f *File) PartSizeOf(index int32) (size int, stored bool) {
	found, ok := f.pages.get(index)
	return int(found.size), ok
}

// forget drops what the parts have said about the file, as when the store no
// longer has any of them. What happened stays in the report.
func (f *File) forget() {
	f.top, f.tail, f.total, f.partSize = -1, -1, totalUnknown, 0
	f.streamed, f.earlyTotal = false, false
}
