package upload

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/fakedc/fakedc/validator"
)

// firstDocument is where ids of documents begin: far from small numbers, so that
// a mixed-up id is noticed.
const firstDocument = 5_000_000_000_000_001

// Document is what a finalising call made of a file: its parts as they were at
// that moment. It is safe for concurrent use.
type Document struct {
	ID      int64
	DC      int
	Account int64
	FileID  int64
	Ordinal int // of the file it was made of
	Name    string
	Size    int64
	Created time.Time
	// Meta is whatever the caller of Finalise keeps with it.
	Meta any

	mu     sync.Mutex
	parts  []*held
	gone   bool
	number uint64 // of its file on disk
	record []byte // Meta, to be kept
}

// Final is a finalising call.
type Final struct {
	ID      ID
	Parts   int32
	MD5     string
	Name    string
	Premium bool
	Photo   bool
	Meta    any // kept with the document
	// Record is Meta as it is kept beyond the process, for [Service.Load].
	Record []byte
}

// Finalise judges the call and makes the document. With an error in the verdict
// there is none.
func (s *Service) Finalise(now time.Time, c Final) (*Document, validator.Verdict) {
	call := validator.FinalCall{Kind: c.ID.Kind, Parts: c.Parts, MD5: c.MD5, Name: c.Name, Premium: c.Premium, Photo: c.Photo}
	d := &Document{
		DC: c.ID.DC, Account: c.ID.Account, FileID: c.ID.FileID,
		Name: c.Name, Meta: c.Meta, Created: now, record: c.Record,
	}
	s.numberKept(d)
	v := s.gather(now, d, c.ID, call)
	if v.Error != nil {
		return nil, v
	}
	s.remember(d)
	return d, v
}

// gather judges the call and gives the document the parts of its file. There may
// be no file: with the rules about that switched off the document is empty.
func (s *Service) gather(now time.Time, d *Document, id ID, call validator.FinalCall) validator.Verdict {
	for {
		f := s.find(now, id)
		call.Forgotten = s.forgotten(id)
		if f == nil {
			v := s.unknown(now, id, call)
			if v.Error == nil {
				v = s.keepDocument(nil, d, v)
			}
			return v
		}
		if v, ok := s.finalise(now, f, d, call); ok {
			return v
		}
	}
}

// finalise is not ok if the file was forgotten after it was found.
func (s *Service) finalise(now time.Time, f *File, d *Document, call validator.FinalCall) (v validator.Verdict, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return v, false
	}
	f.use(now)
	call.ActualMD5 = func() (string, bool) { return f.md5(call.Parts) }
	before := f.state.Before(0)
	v = f.state.Finalise(call)
	f.state.Note(v, validator.Part{Index: validator.NoPart})
	if v.Error == nil {
		d.Ordinal = f.Ordinal
		d.take(f.blobs, call.Parts)
		if v = s.keepDocument(f, d, v); v.Error != nil {
			f.state.Undo(before)
			d.release()
		}
	}
	return v, true
}

// take shares the parts below n. That there are all of them is a rule, which may
// be switched off, and so may be the bound of n: parts are counted, not n.
func (d *Document) take(blobs map[int32]*held, n int32) {
	indices := slices.Sorted(maps.Keys(blobs))
	d.parts = make([]*held, 0, len(indices))
	for _, i := range indices {
		if i >= n {
			break
		}
		d.parts = append(d.parts, blobs[i].share())
		d.Size += int64(blobs[i].Size)
	}
}

// unknown judges a file_id without parts. If the other store has them, its
// rules say so: it is the usual mistake.
func (s *Service) unknown(now time.Time, id ID, call validator.FinalCall) validator.Verdict {
	if f := s.find(now, id.Other()); f != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		v := f.state.Finalise(call)
		f.state.Note(v, validator.Part{Index: validator.NoPart})
		return v
	}
	v := s.Rules().FinaliseUnknown(call)
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Rule.ID == "final.unknown" && call.Forgotten == "" {
			f.Sentence += s.whereabouts(id)
		}
	}
	return v
}

// md5 is the checksum of the first n parts, as inputFile carries it.
func (f *File) md5(n int32) (string, bool) {
	h := md5.New()
	for i := range n {
		b, ok := f.blobs[i]
		if !ok {
			return "", false
		}
		data, err := b.Bytes()
		if err != nil {
			return "", false
		}
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil)), true
}

// remember bounds the documents: the oldest is forgotten, and reading it back
// says so.
func (s *Service) remember(d *Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.ID == 0 {
		d.ID = s.nextDoc
		s.nextDoc++
	}
	s.docs[d.ID] = d
	s.docParts += len(d.parts)
	// Of two that were kept at once the later number may be here first.
	at, _ := slices.BinarySearch(s.docOrder, d.ID)
	s.docOrder = slices.Insert(s.docOrder, at, d.ID)
	s.trimDocuments()
}

func (s *Service) trimDocuments() {
	for {
		limit := ""
		switch n := len(s.docOrder); {
		case n > s.limits.Documents:
			limit = "Documents"
		case n > 1 && s.docParts > s.limits.Parts:
			limit = "Parts"
		default:
			return
		}
		oldest := s.docs[s.docOrder[0]]
		s.docParts -= len(oldest.parts)
		s.dropDocument(oldest)
		s.notices.add(limit, nil, fmt.Sprintf("document %d was the oldest, and made room", oldest.ID))
		delete(s.docs, oldest.ID)
		s.docOrder = s.docOrder[1:]
	}
}

// Document finds a document by its id.
func (s *Service) Document(id int64) (*Document, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.docs[id]
	return d, ok
}

// Documents returns the documents, oldest first.
func (s *Service) Documents() []*Document {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*Document, 0, len(s.docOrder))
	for _, id := range s.docOrder {
		out = append(out, s.docs[id])
	}
	return out
}

func (d *Document) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, h := range d.parts {
		h.release()
	}
	d.parts, d.gone = nil, true
}

// ErrForgotten says that a document made room for others.
var ErrForgotten = errors.New("upload: the document was forgotten, Limits.Documents newer ones came")

// Read returns up to limit bytes from offset, fewer at the end. The error is
// store.ErrNotKept, ErrForgotten, or what went wrong on disk.
func (d *Document) Read(offset int64, limit int) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return nil, ErrForgotten
	}
	if offset < 0 || offset >= d.Size || limit <= 0 {
		return nil, nil
	}
	out := make([]byte, 0, min(int64(limit), d.Size-offset))
	for _, h := range d.parts {
		if offset >= int64(h.Size) {
			offset -= int64(h.Size)
			continue
		}
		data, err := h.Bytes()
		if err != nil {
			return nil, err
		}
		data = data[offset:]
		out = append(out, data[:min(len(data), limit-len(out))]...)
		if offset = 0; len(out) == limit {
			break
		}
	}
	return out, nil
}
