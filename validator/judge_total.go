package validator

import "fmt"

// checkTotal judges file_total_parts by itself.
func (c *partCall) checkTotal() {
	total, limit := c.part.Total, c.book.MaxParts(c.part.Premium)
	switch {
	case int64(total) > int64(limit):
		if c.book.on(totalRange) {
			c.broke(totalRange, fmt.Sprintf(
				"file_total_parts is %d, but %s may send at most %d parts: use larger parts (up to 512 KiB) or a smaller file",
				total, c.account(), limit))
		}
	case total == 0:
		if c.book.on(totalZero) {
			c.misplace(totalZero, "file_total_parts is 0: a file has at least one part, and a stream of unknown length says -1")
		}
	case total < totalUnknown:
		if c.book.on(totalNegative) {
			c.misplace(totalNegative, fmt.Sprintf(
				"file_total_parts is %d: the only negative value is -1, for a stream of unknown length", total))
		}
	}
}

// checkBeyondTotal compares file_part, and the parts already stored, with the
// number of parts.
func (c *partCall) checkBeyondTotal() {
	index, file := c.part.Index, c.file
	if c.total == totalUnknown {
		return
	}
	if index >= c.total && !c.tail {
		c.misplace(partBeyondTotal, c.beyondSentence())
		return
	}
	if c.announced == totalUnknown || c.announced == file.total {
		return
	}
	if left := max(file.top, file.tail); file.top >= c.announced || file.tail > c.announced {
		c.misplace(partBeyondTotal, fmt.Sprintf(
			"part %d says that the file has %d parts, so the last is %d, but part %d is stored already",
			index, c.announced, c.announced-1, left))
	}
}

func (c *partCall) beyondSentence() string {
	if c.announced == totalUnknown {
		return fmt.Sprintf("part %d of a file that has been announced as %d parts: parts are numbered from 0, so the last of %d is %d",
			c.part.Index, c.total, c.total, c.total-1)
	}
	return fmt.Sprintf("part %d of %d: parts are numbered from 0, so the last of %d is %d",
		c.part.Index, c.total, c.total, c.total-1)
}

// checkTotalHistory compares file_total_parts with what earlier parts said.
func (c *partCall) checkTotalHistory() {
	file := c.file
	if c.book.on(streamTotalOnNonlast) && !c.misplaced {
		c.checkStreamTotal()
	}
	if c.book.on(totalChanged) && c.announced != totalUnknown && file.total != totalUnknown && c.announced != file.total {
		c.broke(totalChanged, fmt.Sprintf(
			"part %d says that the file has %d parts, earlier parts said %d", c.part.Index, c.announced, file.total))
	}
}

// checkStreamTotal looks for the mixture of -1 and totals that the documented
// form of a stream does not have, whichever of the two comes first.
func (c *partCall) checkStreamTotal() {
	switch {
	case c.announced == totalUnknown && c.file.earlyTotal:
		c.broke(streamTotalOnNonlast, fmt.Sprintf(
			"part %d has file_total_parts %d, but a part other than the last has carried the total", c.part.Index, c.part.Total))
	case c.announced != totalUnknown && !c.last && !c.tail && c.file.streamed:
		c.broke(streamTotalOnNonlast, fmt.Sprintf(
			"part %d of a stream carries file_total_parts %d; all parts but the last, %d, should say -1",
			c.part.Index, c.announced, c.announced-1))
	}
}
