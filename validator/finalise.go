package validator

import (
	"fmt"
	"slices"
	"strings"
)

// FinalCall is the use of an InputFile in a finalising call.
type FinalCall struct {
	// Kind is Big for inputFileBig, Small for inputFile.
	Kind Kind
	// Parts is the InputFile's number of parts.
	Parts int32
	// MD5 is md5_checksum of an inputFile: hexadecimal, or empty.
	MD5 string
	// Name is the InputFile's name.
	Name string
	// Premium tells whether the account has Telegram Premium.
	Premium bool
	// Photo tells that the file is to become a photo
	// (inputMediaUploadedPhoto and its like), which has rules of its own.
	Photo bool
	// Forgotten says why parts that were stored under this file_id before the file began are
	// not there any more, "" if there were none.
	Forgotten string
	// ActualMD5 computes the MD5 of the first Parts parts, in hexadecimal. It
	// is called at most once, and only when nothing else is wrong. Where it is
	// nil, or returns false, the checksum goes unchecked.
	ActualMD5 func() (hex string, ok bool)
}

// FinaliseUnknown judges a finalising call that names a file_id of which no
// part was ever stored in the store of c.Kind.
func (b *Rulebook) FinaliseUnknown(c FinalCall) Verdict {
	return b.NewFile(c.Kind).Finalise(c)
}

// Finalise judges the call that turns the parts into a file. Apart from noting
// that an accepted call took place, for the report, it changes nothing.
//
// When c.Kind is not the kind of f, the verdict is that of an unknown file,
// with a finding that says which of the two stores has the parts.
func (f *File) Finalise(c FinalCall) Verdict {
	call := finalCall{judgement: judgement{book: f.book}, file: f, FinalCall: c}
	call.checkRange()
	switch {
	case c.Kind != f.kind:
		call.checkKind()
	case c.Parts > 0:
		call.checkParts()
		call.checkContents()
	}
	if call.verdict.Error == nil && c.Kind == f.kind {
		f.finalised = c.Parts
	}
	return call.verdict
}

// finalCall is one finalising call on its way through the rules.
type finalCall struct {
	judgement
	FinalCall
	file *File
}

func (c *finalCall) checkRange() {
	limit := c.book.MaxParts(c.Premium)
	if c.book.on(finalPartsRange) && (c.Parts < 1 || int64(c.Parts) > int64(limit)) {
		why := fmt.Sprintf("parts is %d, not between 1 and %d (%s)", c.Parts, limit, accountOf(c.Premium))
		if c.Parts == totalUnknown {
			why += "; -1 is for file_total_parts alone, parts is how many there are, of a stream too"
		}
		c.broke(finalPartsRange, why)
	}
}

func (c *finalCall) checkKind() {
	if c.book.on(finalKind) {
		c.brokeAs(finalKind, missing(0), fmt.Sprintf(
			"%s looks for parts of %s, but the parts of this file_id were sent with %s, which %s names",
			c.Kind.input(), c.Kind.method(), c.file.kind.method(), c.file.kind.input()))
	}
}

// checkParts compares the parts that the call counts on with those stored.
func (c *finalCall) checkParts() {
	file := c.file
	if file.count == 0 && c.book.on(finalUnknown) {
		c.brokeAs(finalUnknown, missing(0), c.unknownSentence())
	}
	if c.book.on(finalTotalMismatch) && file.total != totalUnknown && file.total != c.Parts {
		c.broke(finalTotalMismatch, fmt.Sprintf("parts is %d, but the parts announced %d", c.Parts, file.total))
	}
	if extra := max(file.top, file.tail); c.book.on(finalExtraParts) && (file.top >= c.Parts || file.tail > c.Parts) {
		c.broke(finalExtraParts, fmt.Sprintf(
			"parts is %d, so the last is %d, but part %d is stored", c.Parts, c.Parts-1, extra))
	}
	if lowest := file.pages.firstClear(0, storedBits); c.book.on(finalPartMissing) && file.count > 0 && lowest < c.Parts {
		c.brokeAs(finalPartMissing, missing(lowest), c.missingSentence(lowest))
	}
	if c.book.on(streamTotalNeverAnnounced) && file.streamed && file.total == totalUnknown {
		c.broke(streamTotalNeverAnnounced, fmt.Sprintf(
			"no part of the stream carried file_total_parts %d; the last one should, and a stream that ends on a part boundary ends with an empty part %d of %d",
			c.Parts, c.Parts, c.Parts))
	}
}

func (c *finalCall) unknownSentence() string {
	if c.Forgotten != "" {
		return "no part of this file_id is stored any more: " + c.Forgotten
	}
	if c.file.topped < 0 {
		return fmt.Sprintf("no part of this file_id was ever stored with %s", c.file.kind.method())
	}
	return fmt.Sprintf("no part of this file_id is stored any more (%s)", c.file.fate(0))
}

func (c *finalCall) missingSentence(lowest int32) string {
	absent := int(c.Parts) - c.file.pages.below(c.Parts, storedBits)
	fate := c.file.fate(lowest)
	if c.Forgotten != "" && fate == neverArrived {
		fate = "it has not come since all parts were forgotten: " + c.Forgotten
	}
	return fmt.Sprintf("part %d of %d is not stored (%s); %d missing in all: save it again and repeat this call",
		lowest, c.Parts, fate, absent)
}

// fate says what is known about a part that is not stored.
func (f *File) fate(index int32) string {
	if page, bit := f.pages.at(index); page != nil && page.seen&bit != 0 {
		return "it came, and the server has lost it" // it may never have been answered true
	}
	if i := slices.IndexFunc(f.refusals, func(r Refusal) bool { return r.Part == index }); i >= 0 {
		return "it was refused: " + f.refusals[i].Error
	}
	return neverArrived
}

const neverArrived = "it never arrived"

// missing is the error of a missing part.
func missing(index int32) string {
	return strings.Replace(errPartMissing, "X", fmt.Sprint(index), 1)
}
