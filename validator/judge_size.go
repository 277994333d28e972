package validator

import "fmt"

// checkBigSizes judges the size of a big part by its place and by the parts
// that are stored.
func (c *partCall) checkBigSizes() {
	if c.misplaced {
		return
	}
	if c.size > 0 {
		c.checkLegalSize()
	}
	c.checkSameSize()
	if c.size > 0 && c.book.on(lastOversize) {
		c.checkLastSize()
	}
}

// checkLegalSize judges the size of a part that has to be a legal part_size:
// one that is not the last, and a last one too long to be exempt.
func (c *partCall) checkLegalSize() {
	if !c.book.on(partSizeInvalid) || legalPartSize(c.size) {
		return
	}
	switch want := c.file.partSize; {
	case !c.last:
		c.broke(partSizeInvalid, c.illegalSentence())
	case want != 0 && c.size > want:
		c.broke(partSizeInvalid, fmt.Sprintf(
			"part %d is the last and has %d bytes, more than the part_size of %d, so it is not exempt from the rules of size: %d %s",
			c.part.Index, c.size, want, c.size, whyIllegal(c.size)))
	}
}

func (c *partCall) illegalSentence() string {
	why := ""
	switch {
	case c.total != totalUnknown:
		why = fmt.Sprintf(" of %d", c.total)
	case c.file.kind == Big:
		why = fmt.Sprintf(" (its file_total_parts is %d)", c.part.Total)
	}
	return fmt.Sprintf("part %d is not the last%s and has %d bytes, which %s",
		c.part.Index, why, c.size, whyIllegal(c.size))
}

// checkSameSize compares a part that is not the last with the others, and the
// others with each other where a new total moves the end of the file.
func (c *partCall) checkSameSize() {
	if !c.book.on(partSizeChanged) {
		return
	}
	want := c.file.partSize
	if c.size > 0 && !c.last && want != 0 && c.size != want {
		last := ""
		if c.total != totalUnknown {
			last = fmt.Sprintf(", %d,", c.total-1)
		}
		c.broke(partSizeChanged, fmt.Sprintf(
			"part %d has %d bytes, the parts before it have %d; only the last part%s may be shorter", c.part.Index, c.size, want, last))
		return
	}
	if index, size, ok := c.strandedEnd(); ok {
		c.broke(partSizeChanged, fmt.Sprintf(
			"part %d says that the file has %d parts, which puts part %d, stored with %d bytes as the end of %d parts, in the middle",
			c.part.Index, c.announced, index, size, c.file.total))
	}
}

// strandedEnd returns the stored end of the file that a higher total puts in
// the middle, if its size does not fit there.
func (c *partCall) strandedEnd() (index, size int32, stranded bool) {
	file := c.file
	if file.total == totalUnknown || c.announced <= file.total {
		return 0, 0, false
	}
	if file.tail >= 0 && file.tail < c.announced && file.tail != c.part.Index {
		return file.tail, 0, true
	}
	old, ok := file.demoted(c.part)
	return file.total - 1, old.size, ok && !c.fitsInside(old.size)
}

// fitsInside tells whether a part of this size may stand in the middle of the
// file, next to this call's part.
func (c *partCall) fitsInside(size int32) bool {
	switch want := c.file.partSize; {
	case want != 0:
		return size == want
	case c.last || c.tail:
		return legalPartSize(size) && c.size <= size
	default:
		return size == c.size
	}
}

// checkLastSize compares the last part with part_size, whichever is known
// later.
func (c *partCall) checkLastSize() {
	want := c.file.partSize
	if c.last {
		if want != 0 && c.size > want {
			c.broke(lastOversize, fmt.Sprintf(
				"part %d is the last and has %d bytes, more than the part_size of %d", c.part.Index, c.size, want))
		}
		return
	}
	if want != 0 || c.total == totalUnknown {
		return
	}
	if end, ok := c.file.pages.get(c.total - 1); ok && end.size > c.size {
		c.broke(lastOversize, fmt.Sprintf(
			"part %d has %d bytes, but the last part, %d, is stored with %d: no part is longer than those before the last",
			c.part.Index, c.size, c.total-1, end.size))
	}
}
