package upload

import (
	"bytes"
	"errors"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

// Keeper keeps files and documents beyond the life of the process.
type Keeper interface {
	store.Keeper
	// Room is an error if there is none for so many bytes.
	Room(bytes int64) error
	// Bytes is where the bytes of a file go, by its number on disk.
	Bytes(number uint64) Bytes
}

// Bytes are those of one file.
type Bytes interface {
	store.Store
	// Claim says that a record names bytes.
	Claim(size int, sum store.Fingerprint, at int64) (store.Blob, error)
	// Done says that there is no file any more; documents may still have its bytes.
	Done()
}

// kept is what is on disk of a file. The lock of the file guards it.
type kept struct {
	number uint64
	bytes  Bytes // nil: there are only digests, see Service.whole
	home   store.Store
	header []byte // as it was committed last, nil: nothing of the file was

	dirty    map[int32]struct{} // parts that are to be written with the next commit
	refusals int                // how many of them are on disk
	unsure   bool               // a commit has failed: the disk may have what it was to write
}

func (s *Service) newKept(number uint64) *kept {
	k := &kept{number: number, home: s.store, dirty: map[int32]struct{}{}}
	if s.whole {
		k.bytes = s.keeper.Bytes(number)
		k.home = k.bytes
	}
	return k
}

// changed notes that a part is to be written with the next commit of its file.
// Nobody was told that it is on disk: what it costs to lose is a number in a report.
func (f *File) changed(index int32) {
	if f.kept != nil && f.knows(index) {
		f.kept.dirty[index] = struct{}{}
	}
}

func (f *File) knows(index int32) bool {
	_, ok := f.calls[index]
	return ok
}

// takeForGood keeps an accepted part on disk and then remembers it. If it cannot be
// kept, nothing has changed.
func (s *Service) takeForGood(now time.Time, f *File, c *call, p Part, v validator.Part, print store.Fingerprint, fate Fate) (stored bool, err error) {
	f.writes.Store(true)
	defer f.writes.Store(false)
	old := f.blobs[p.Index]
	there := old.is(p, print) && (old.Placed() || !s.whole)
	next, header := old, []byte(nil)
	if there {
		header = f.header()
	} else if next, err = f.kept.put(p.Bytes, print); err != nil {
		return false, err
	}
	next.share()
	undo := f.asOnDisk(p.Index)
	before, called, doomed := f.state.Before(p.Index), *c, f.doomed[p.Index]
	f.blobs[p.Index] = next
	f.remember(now, c, v, fate)
	// Sent again, a part may still say something new, such as the total.
	if there && !f.kept.unsure && doomed.Equal(f.doomed[p.Index]) && bytes.Equal(header, f.header()) {
		next.release()
		f.changed(p.Index)
		return false, nil
	}
	do, written := f.changes(p.Index)
	if err := s.keeper.Commit(do, undo); err != nil {
		f.kept.unsure = f.kept.unsure || !errors.Is(err, store.ErrFull) // of which nothing was written
		f.state.Undo(before)
		*c = called
		f.restore(p.Index, old, doomed)
		next.release()
		return false, err
	}
	written()
	f.kept.unsure = false
	if old != nil {
		old.release()
	}
	return !there, nil
}

// put has bytes on disk that nobody refers to yet.
func (k *kept) put(data []byte, print store.Fingerprint) (*held, error) {
	blob, err := k.home.Put(data, print)
	if err != nil {
		return nil, err
	}
	return &held{Blob: blob, home: k.home}, nil
}

// restore puts back what was known of a part.
func (f *File) restore(index int32, h *held, doomed time.Time) {
	delete(f.blobs, index)
	if h != nil {
		f.blobs[index] = h
	}
	delete(f.doomed, index)
	if !doomed.IsZero() {
		f.doomed[index] = doomed
	}
}

// asOnDisk is what makes the disk as it is, should a commit of these parts fail.
func (f *File) asOnDisk(parts ...int32) []store.Change {
	k := f.kept
	if k.header == nil {
		return []store.Change{f.deletion()}
	}
	undo := []store.Change{{Table: store.TableUploads, Key: f.key(headerKey, 0), Value: k.header}}
	if all := f.state.Refusals(); len(all) != k.refusals { // the header says how many there are
		c := store.Change{Table: store.TableUploads, Key: f.key(refusalsKey, 0)}
		if k.refusals > 0 {
			c.Value = encodeJSON(all[:k.refusals])
		}
		undo = append(undo, c)
	}
	for _, index := range parts {
		c := store.Change{Table: store.TableUploads, Key: f.key(partKey, index)}
		if _, seen := f.state.Marks(index); seen {
			c.Value = f.appendPart(nil, index)
		}
		undo = append(undo, c)
	}
	return undo
}

// changes is what has to be written of the file, with parts that were stored just
// now. written is to be called once it is.
func (f *File) changes(parts ...int32) (do []store.Change, written func()) {
	k := f.kept
	for _, index := range parts {
		k.dirty[index] = struct{}{}
	}
	header := f.header()
	do = append(do, store.Change{Table: store.TableUploads, Key: f.key(headerKey, 0), Value: header})
	refusals := f.state.Refusals()
	if len(refusals) != k.refusals {
		do = append(do, store.Change{Table: store.TableUploads, Key: f.key(refusalsKey, 0), Value: encodeJSON(refusals)})
	}
	for index := range k.dirty {
		do = append(do, store.Change{Table: store.TableUploads, Key: f.key(partKey, index), Value: f.appendPart(nil, index)})
	}
	return do, func() {
		k.header, k.refusals = header, len(refusals)
		clear(k.dirty)
	}
}

// writeLater writes a part that was lost with whatever is committed next. Its room is
// to be released afterwards, so that it is not used again before that commit.
func (s *Service) writeLater(f *File, index int32) {
	if f.kept == nil {
		return
	}
	do, written := f.changes(index)
	s.keeper.Later(do...)
	written() // Later does not forget
}

// dropKept takes a file off the disk. The caller releases its parts.
func (s *Service) dropKept(f *File) {
	if f.kept == nil {
		return
	}
	if f.kept.header != nil {
		s.keeper.Later(f.deletion())
	}
	if f.kept.bytes != nil {
		f.kept.bytes.Done()
	}
}

// deletion deletes all records of the file.
func (f *File) deletion() store.Change {
	return store.Change{Table: store.TableUploads, Key: numberKey(f.kept.number), All: true}
}

// Write has everything on disk that changed since it was last written: counts of
// calls, times of use. Without a keeper there is nothing to do.
func (s *Service) Write() error {
	if s.keeper == nil {
		return nil
	}
	const together = 1 << 20
	pending := int64(0)
	for _, f := range s.Files() {
		if pending += f.write(s.keeper, pending); pending < together {
			continue
		}
		if err := s.keeper.Flush(); err != nil {
			return err
		}
		pending = 0
	}
	return s.keeper.Flush()
}

// write returns how much it writes beside what is pending. What there is no room for
// stays in memory.
func (f *File) write(k Keeper, pending int64) (size int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return 0
	}
	do, written := f.changes()
	if len(do) == 1 && string(do[0].Value) == string(f.kept.header) {
		return 0
	}
	for _, c := range do {
		size += 2 * int64(len(c.Key)+len(c.Value)) // pages are half full
	}
	if k.Room(pending+size) != nil {
		return 0
	}
	k.Later(do...)
	written()
	return size
}
