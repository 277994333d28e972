package disk

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// Claim says that a record names a stretch of an upload's file. Several records may
// name the same one, which is claimed once.
func (b *Bytes) Claim(size int, sum store.Fingerprint, at int64) (store.Blob, error) {
	if size < 0 || at < 0 || at+int64(size) < at {
		return store.Blob{}, fmt.Errorf("%d bytes at %d of %s/%s are no place", size, at, uploadsDir, b.name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.live++
	if size > 0 {
		b.room.gaps = append(b.room.gaps, extent{at, int64(size)}) // until Settle: what is claimed
	}
	return store.Placed(size, sum, b, at), nil
}

// Settled is what was left over from an earlier run.
type Settled struct {
	Files int   // of uploads, without a record
	Bytes int64 // theirs, and those behind the last record
}

// Settle is called once everything is claimed. It deletes the files that no record
// names, cuts off what is behind the last record, and finds the gaps. The error is
// that records and files do not fit together.
func (d *Disk) Settle() (s Settled, err error) {
	sizes, err := d.files.List()
	if err != nil {
		return s, err
	}
	if err := strays(sizes); err != nil {
		return s, err
	}
	var unnamed []string
	for name := range sizes {
		number, _ := numberOf(name)
		if b := d.bytes[number]; b != nil {
			b.there, b.named = true, true
			continue
		}
		unnamed = append(unnamed, name)
	}
	for _, b := range d.bytes { // all of them first: what is damaged is left as it is
		if err := b.settle(sizes[b.name]); err != nil {
			return s, err
		}
	}
	for _, name := range unnamed {
		s.Files, s.Bytes = s.Files+1, s.Bytes+sizes[name]
		if err := d.files.Remove(name); err != nil {
			return s, err
		}
	}
	for _, b := range d.bytes {
		end := b.room.end
		d.used += blocks(end)
		if cut := sizes[b.name] - end; cut > 0 {
			s.Bytes += cut
			if err := d.files.Truncate(b.name, end); err != nil {
				return s, err
			}
		}
	}
	return s, nil
}

// settle finds the gaps, and tells whether the file is as long as the records say.
func (b *Bytes) settle(size int64) error {
	claimed := b.room.gaps
	b.room = room{}
	slices.SortFunc(claimed, func(a, c extent) int { return cmp.Compare(a.at, c.at) })
	for _, e := range claimed {
		if e.at < b.room.end {
			return fmt.Errorf("two records name byte %d of %s/%s", e.at, uploadsDir, b.name)
		}
		if e.at > b.room.end {
			b.room.gaps = append(b.room.gaps, extent{b.room.end, e.at - b.room.end})
		}
		b.room.end = e.end()
	}
	switch end := b.room.end; {
	case size < end && !b.there:
		return fmt.Errorf("%s/%s is missing, it should have %d bytes", uploadsDir, b.name, end)
	case size < end:
		return fmt.Errorf("%s/%s was cut off: it has %d bytes and should have %d at least", uploadsDir, b.name, size, end)
	}
	return nil
}

// Damaged words an error about what is in a directory for its user.
func Damaged(dir string, err error) error {
	if err == nil || errors.As(err, new(*DirError)) {
		return err
	}
	if stray := (*strayError)(nil); errors.As(err, &stray) {
		return stray.word(dir)
	}
	return &DirError{Dir: dir, What: "is damaged", Do: doRestore, Err: err}
}
