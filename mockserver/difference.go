package mockserver

import (
	"errors"
	"fmt"
	"io"

	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// difference is how an upload is not what was to be sent.
type difference struct {
	got, want int64 // bytes
	endless   bool  // want is where the reading was given up
	// part is the first that is not as it should be, as far as both go, -1 if none is; at is where in the
	// file that is: the byte, or the beginning of the part if the store keeps no bytes to look at.
	part int32
	at   int64
	// unseen: the last part in common could not be compared up to its middle.
	unseen bool
}

// String is empty if there is none.
func (d *difference) String() string {
	place := fmt.Sprintf("in part %d, at byte %d of the file", d.part, d.at)
	if d.got == d.want {
		if d.part < 0 {
			return ""
		}
		return "the first byte that differs is " + place
	}
	more := ""
	if d.endless {
		more = "more than "
	}
	lengths := fmt.Sprintf("the upload has %s, %s%d were to be sent", words.Count(d.got, "byte"), more, d.want)
	switch {
	case d.part >= 0:
		return lengths + "; the first that differs is " + place
	case d.unseen || min(d.got, d.want) == 0:
		return lengths
	}
	return lengths + "; up to there they are the same"
}

// mostBeyond is how far what was to be sent is read beyond the end of an upload.
const mostBeyond = 1 << 30

// differsFrom compares an upload with what was to be sent.
func (u Upload) differsFrom(want io.Reader) (d difference, err error) {
	d.part = -1
	for _, p := range u.Parts {
		if !p.Stored {
			continue
		}
		should := make([]byte, p.Size)
		n, err := io.ReadFull(want, should)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return d, err
		}
		if err := d.comparePart(u, p, should[:n]); err != nil {
			return d, err
		}
		d.got, d.want = d.got+int64(p.Size), d.want+int64(n)
	}
	rest, err := io.CopyN(io.Discard, want, mostBeyond+1)
	if err != nil && !errors.Is(err, io.EOF) {
		return d, err
	}
	d.endless = rest > mostBeyond
	d.want += min(rest, mostBeyond)
	return d, nil
}

// comparePart looks at one part, or at the beginning of it where no more was to be sent.
func (d *difference) comparePart(u Upload, p PartState, should []byte) error {
	if d.part >= 0 || len(should) == 0 {
		return nil
	}
	equal, stored := u.PartEqual(p.Index, should)
	if !stored {
		return errWentAway(p.Index)
	}
	if equal {
		return nil
	}
	same, seen := u.sameBytes(p.Index, should)
	switch {
	case len(should) == p.Size, seen && same < len(should):
		d.part, d.at = p.Index, d.got+int64(same)
	case !seen:
		d.unseen = true
	}
	return nil
}

// sameBytes is how many bytes a part and what it should be begin with in common; seen is
// false if the store keeps none.
func (u Upload) sameBytes(index int32, should []byte) (n int, seen bool) {
	got, stored, err := u.file.Part(index)
	if err != nil || !stored {
		return 0, false
	}
	for n < len(got) && n < len(should) && got[n] == should[n] {
		n++
	}
	return n, true
}
