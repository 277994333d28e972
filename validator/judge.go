package validator

import "fmt"

// Judge says what the rules make of a part. It changes nothing.
func (f *File) Judge(p Part) Verdict {
	c := f.read(p)
	if f.kind == Big {
		c.checkTotal()
	}
	c.checkPlace()
	c.checkBytes()
	if f.kind == Big {
		c.checkBigSizes()
		c.checkTotalHistory()
	}
	c.checkRepeat()
	if f.kind == Small {
		c.checkSmallFile()
		c.checkSmallSizes()
		c.checkSmallPart()
	}
	return c.verdict
}

// partCall is one part on its way through the rules.
type partCall struct {
	judgement
	file *File
	part Part

	size      int32 // of the part, in bytes
	announced int32 // the total that the part carries, or totalUnknown
	total     int32 // the same, or the one the file knows
	tail      bool  // it is the empty end of a stream
	last      bool  // it is number N-1 of a known N

	// misplaced is set by a refusal that leaves the part without a place in
	// the file. What its size would have to be there is no question then.
	misplaced bool
}

func (f *File) read(p Part) partCall {
	c := partCall{
		judgement: judgement{book: f.book},
		file:      f, part: p, size: p.size(),
		announced: p.announced(f.kind),
		tail:      p.endsStream(f.kind),
	}
	c.total = c.announced
	if c.total == totalUnknown {
		c.total = f.total
	}
	c.last = c.total != totalUnknown && p.Index == c.total-1
	return c
}

// checkPlace judges file_part.
func (c *partCall) checkPlace() {
	limit, index := int64(c.book.MaxParts(c.part.Premium)), int64(c.part.Index)
	fullStream := c.tail && index == limit
	if c.book.on(partRange) && (index < 0 || index >= limit) && !fullStream {
		c.misplace(partRange, fmt.Sprintf(
			"file_part is %d, but parts are numbered from 0 to %d (%s)", index, limit-1, c.account()))
	}
	if c.file.kind == Big && c.book.on(partBeyondTotal) {
		c.checkBeyondTotal()
	}
	if c.book.on(orderSequential) && c.part.Index > c.file.next {
		c.broke(orderSequential, fmt.Sprintf(
			"part %d came before part %d: with sequential ordering the next new part is %d",
			index, c.file.next, c.file.next))
	}
}

// checkBytes judges how many bytes there are, as far as that does not depend
// on other parts.
func (c *partCall) checkBytes() {
	switch {
	case c.part.Size > 0:
	case c.tail && c.file.mayStream(c.announced):
		if c.book.on(streamFinalEmptyPart) {
			c.broke(streamFinalEmptyPart, fmt.Sprintf(
				"part %d of %d is the empty end of a stream, which this rulebook does not take", c.part.Index, c.announced))
		}
	case c.book.on(partEmpty):
		c.broke(partEmpty, c.emptySentence())
	}
	if c.file.kind == Big && c.part.Size > PartSizeMax && c.book.on(partTooBig) {
		c.broke(partTooBig, c.tooBigSentence())
	}
}

func (c *partCall) emptySentence() string {
	if c.file.kind == Small {
		return fmt.Sprintf("part %d has no bytes", c.part.Index)
	}
	if c.part.Index == 0 && (c.part.Total == 0 || c.part.Total == 1) {
		return "part 0 has no bytes, and it is the only part: there is no file of 0 bytes"
	}
	if c.tail {
		return fmt.Sprintf("part %d has no bytes; that would end a stream, but none of the parts before it said -1, so this is no stream, and its last part is %d",
			c.part.Index, c.announced-1)
	}
	return fmt.Sprintf("part %d has no bytes; only the end of a stream may be empty, "+
		"and then file_part and file_total_parts are both the number of parts before it", c.part.Index)
}

func (c *partCall) tooBigSentence() string {
	return fmt.Sprintf("part %d has %d bytes, the most is %d (512 KiB)", c.part.Index, c.part.Size, PartSizeMax)
}

// checkRepeat looks whether the part is stored already.
func (c *partCall) checkRepeat() {
	if !c.book.on(partRepeated) && !c.book.on(partRepeatedOther) {
		return
	}
	old, ok := c.file.pages.get(c.part.Index)
	if !ok {
		return
	}
	same := old.size == c.size && old.sum == c.part.Sum
	switch {
	case same && c.book.on(partRepeated):
		c.broke(partRepeated, fmt.Sprintf("part %d is stored already, with the same %d bytes", c.part.Index, c.part.Size))
	case !same && c.book.on(partRepeatedOther):
		c.broke(partRepeatedOther, fmt.Sprintf(
			"part %d is stored already with other bytes (%d then, %d now)", c.part.Index, old.size, c.part.Size))
	}
}

// misplace notes a broken rule after which the part has no place in the file.
func (c *partCall) misplace(no ruleNo, sentence string) {
	if c.broke(no, sentence) {
		c.misplaced = true
	}
}

func (c *partCall) account() string { return accountOf(c.part.Premium) }

func accountOf(premium bool) string {
	if premium {
		return "an account with Premium"
	}
	return "an account without Premium"
}
