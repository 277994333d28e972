package upload

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

// Records are those of an earlier run.
type Records interface {
	// Each calls f for each record of a table, by key; both are f's only until it
	// returns.
	Each(t store.Table, f func(key, value []byte) error) error
}

// FailureOf is the error that a client is told when something could not be kept.
func FailureOf(err error) string {
	if errors.Is(err, store.ErrFull) {
		return "STORE_FULL"
	}
	return "STORE_FAILED"
}

// loading is a service on its way from records.
type loading struct {
	*Service
	now   time.Time
	meta  func(record []byte) (any, error)
	files map[uint64]*File
	parts map[uint64]map[int64]*held // by number and place
	old   map[uint64]*stored
}

// stored is a file on its way.
type stored struct {
	header   headerRecord
	raw      []byte
	refusals []validator.Refusal
	parts    []validator.PartMarks
}

// Load takes over what k kept, and keeps by it from now on, parts whole or only their
// digests. The service is empty before, its store is store.Sums, and nobody uses it yet. The
// time that has passed since is not counted: no client could send anything. meta makes
// Document.Meta of Final.Record.
func (s *Service) Load(now time.Time, k Keeper, whole bool, from Records, meta func(record []byte) (any, error)) error {
	s.keeper, s.whole = k, whole
	l := &loading{Service: s, now: now, meta: meta, files: map[uint64]*File{}, parts: map[uint64]map[int64]*held{}, old: map[uint64]*stored{}}
	if err := from.Each(store.TableUploads, l.upload); err != nil {
		return err
	}
	if err := l.finish(); err != nil {
		return err
	}
	if err := from.Each(store.TableDocuments, l.document); err != nil {
		return err
	}
	for number := range l.parts {
		if l.files[number] == nil { // only documents are left of it
			k.Bytes(number).Done()
		}
	}
	s.trim()
	return nil
}

// trim holds what was loaded to limits that may have been larger.
func (s *Service) trim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.order) > s.limits.Uploads && s.evict("Uploads", nil) {
	}
	for s.numbers.Load() > int64(s.limits.Parts) && s.evict("Parts", nil) {
	}
	s.trimDocuments()
}

// upload takes one record of a file in. The header of each comes first.
func (l *loading) upload(key, value []byte) error {
	if len(key) < 9 {
		return fmt.Errorf("%w: the key %x", errRecord, key)
	}
	number, kind := binary.BigEndian.Uint64(key), key[8]
	o := l.old[number]
	switch {
	case kind == headerKey && len(key) == 9 && o == nil:
		return l.begin(number, value)
	case o == nil:
		return fmt.Errorf("%w: a part of the file %016x, of which there is nothing else", errRecord, number)
	case kind == refusalsKey && len(key) == 9:
		return json.Unmarshal(value, &o.refusals)
	case kind == partKey && len(key) == 13:
		return l.part(number, int32(binary.BigEndian.Uint32(key[9:])), value)
	}
	return fmt.Errorf("%w: the key %x", errRecord, key)
}

func (l *loading) begin(number uint64, value []byte) error {
	o := &stored{raw: append([]byte(nil), value...)}
	if err := json.Unmarshal(value, &o.header); err != nil {
		return fmt.Errorf("%w: %w", errRecord, err)
	}
	h := o.header
	f := &File{
		ID:      ID{DC: h.DC, Account: h.Account, Kind: h.State.Kind, FileID: h.FileID},
		Ordinal: h.Ordinal, started: h.Started, longest: h.Longest,
		blobs: map[int32]*held{}, calls: map[int32]*call{}, kept: l.newKept(number), before: true, numbers: &l.numbers,
	}
	f.kept.header = o.raw
	if f.use(h.Used); !l.now.IsZero() { // earlier, too: the clock may have been set back
		f.use(l.now)
	}
	if l.Service.files[f.ID] != nil {
		return fmt.Errorf("%w: two files have the file_id %d", errRecord, h.FileID)
	}
	l.Service.files[f.ID], l.files[number], l.old[number] = f, f, o
	l.number, l.ordinal = max(l.number, number), max(l.ordinal, f.Ordinal)
	return nil
}

func (l *loading) part(number uint64, index int32, value []byte) error {
	r, last, err := decodePart(value)
	if err != nil {
		return err
	}
	f, o := l.files[number], l.old[number]
	f.know(index, &call{attempts: int(r.Calls), stored: int(r.Times), refused: int(r.Refuse), last: last})
	if r.Flags&isSeen != 0 {
		o.parts = append(o.parts, r.marks(index))
	}
	if r.Flags&isStored == 0 {
		return nil
	}
	h, err := l.held(number, r.Flags, r.Held, r.Print, r.At)
	if err != nil {
		return err
	}
	f.blobs[index] = h
	if r.Doomed != 0 {
		if f.doomed == nil {
			f.doomed = map[int32]time.Time{}
		}
		f.lapses.Store(true)
		f.doomed[index] = time.Unix(0, r.Doomed)
	}
	return nil
}

// held finds bytes, which a file and its documents may share.
func (l *loading) held(number uint64, flags uint8, size uint32, print [32]byte, at int64) (*held, error) {
	if l.parts[number] == nil {
		l.parts[number] = map[int64]*held{}
	}
	shared := l.parts[number][at]
	if flags&isPlaced != 0 && size > 0 && shared != nil && shared.Size == int(size) && shared.Print == print {
		return shared.share(), nil
	}
	home := l.store
	var in Bytes
	if flags&isPlaced != 0 {
		in = l.keeper.Bytes(number)
		home = in
		if f := l.files[number]; f != nil {
			f.kept.bytes = in // also where the store keeps only digests now
		}
	}
	b, err := blob(flags, size, print, at, in)
	if err != nil {
		return nil, err
	}
	h := (&held{Blob: b, home: home}).share()
	if flags&isPlaced != 0 && size > 0 {
		l.parts[number][at] = h
	}
	return h, nil
}

// finish gives the files what the rules know of them, in the order of their ordinals.
func (l *loading) finish() error {
	for number, f := range l.files {
		o := l.old[number]
		state, err := l.rules.Restore(o.header.State, o.refusals, o.parts)
		if err != nil {
			return err
		}
		f.state, f.kept.refusals = state, len(o.refusals)
		l.order = append(l.order, f)
	}
	sortByOrdinal(l.order)
	return nil
}

func (l *loading) document(key, value []byte) error {
	var r documentRecord
	if err := json.Unmarshal(value, &r); err != nil || len(key) != 8 {
		return fmt.Errorf("%w: the document %x: %w", errRecord, key, err)
	}
	id := int64(binary.BigEndian.Uint64(key))
	d, err := l.decodeDocument(id, r)
	if err != nil {
		return err
	}
	l.docs[id] = d
	l.docParts += len(d.parts)
	l.docOrder = append(l.docOrder, id)
	l.nextDoc, l.number = max(l.nextDoc, id+1), max(l.number, r.Number)
	return nil
}

func sortByOrdinal(files []*File) {
	slices.SortFunc(files, func(a, b *File) int { return cmp.Compare(a.Ordinal, b.Ordinal) })
}
