package validator

import "fmt"

// checkSmallFile judges how large the file becomes with this part.
func (c *partCall) checkSmallFile() {
	if !c.book.on(smallFileTooBig) || c.misplaced {
		return
	}
	old, _ := c.file.pages.get(c.part.Index)
	size := c.file.bytes - int64(old.size) + int64(c.size)
	if limit := c.book.SmallFileMax(); size > limit {
		c.broke(smallFileTooBig, fmt.Sprintf(
			"with part %d the file has %d bytes, saveFilePart takes at most %d: use saveBigFilePart", c.part.Index, size, limit))
	}
}

// checkSmallSizes judges the sizes of a small file. Its total is not known
// before the end, so the highest part so far may be the last one, and all
// others are surely not.
func (c *partCall) checkSmallSizes() {
	if c.misplaced || c.size == 0 || !c.book.on(smallSizeInvalid) && !c.book.on(smallSizeChanged) {
		return
	}
	old, demotes := c.file.demoted(c.part)
	if c.book.on(smallSizeInvalid) {
		c.checkSmallLegal(old.size, demotes)
	}
	if c.book.on(smallSizeChanged) {
		c.checkSmallSame(old.size, demotes)
	}
}

// checkSmallLegal judges the part that is now surely not the last: this one,
// or the one that was the highest before it.
func (c *partCall) checkSmallLegal(demoted int32, demotes bool) {
	file, want := c.file, c.file.partSize
	switch {
	case file.surelyNotLast(c.part) && !legalPartSize(c.size):
		c.broke(smallSizeInvalid, c.illegalSentence())
	case demotes && !legalPartSize(demoted):
		c.broke(smallSizeInvalid, fmt.Sprintf(
			"part %d is not the last, as part %d shows, and is stored with %d bytes, which %s",
			file.top, c.part.Index, demoted, whyIllegal(demoted)))
	case !file.surelyNotLast(c.part) && want != 0 && c.size > want && !legalPartSize(c.size):
		c.broke(smallSizeInvalid, fmt.Sprintf(
			"part %d has %d bytes, more than the part_size of %d, and %d %s",
			c.part.Index, c.size, want, c.size, whyIllegal(c.size)))
	}
}

// checkSmallSame compares the sizes.
func (c *partCall) checkSmallSame(demoted int32, demotes bool) {
	file, want := c.file, c.file.partSize
	if want == 0 && demotes {
		want = demoted
	}
	switch {
	case demotes && demoted != want:
		c.broke(smallSizeChanged, fmt.Sprintf(
			"part %d is not the last, as part %d shows, and is stored with %d bytes, the parts before it have %d",
			file.top, c.part.Index, demoted, want))
	case file.surelyNotLast(c.part) && want != 0 && c.size != want:
		c.broke(smallSizeChanged, fmt.Sprintf(
			"part %d has %d bytes, other parts have %d; only the last part may be shorter", c.part.Index, c.size, want))
	case want != 0 && c.size > want:
		c.broke(smallSizeChanged, fmt.Sprintf(
			"part %d has %d bytes, more than the parts before it, which have %d", c.part.Index, c.size, want))
	case want == 0 && file.surelyNotLast(c.part):
		c.checkSmallEnd()
	}
}

// checkSmallEnd compares the first part that is surely not the last with the
// highest one, which came before it.
func (c *partCall) checkSmallEnd() {
	if end, ok := c.file.pages.get(c.file.top); ok && end.size > c.size {
		c.broke(smallSizeChanged, fmt.Sprintf(
			"part %d has %d bytes, but the higher part %d is stored with %d: no part is longer than those before the last",
			c.part.Index, c.size, c.file.top, end.size))
	}
}

// checkSmallPart judges the length of the part by itself.
func (c *partCall) checkSmallPart() {
	if c.book.on(smallPartTooBig) && c.part.Size > PartSizeMax {
		c.broke(smallPartTooBig, c.tooBigSentence())
	}
}
