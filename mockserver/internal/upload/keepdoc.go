package upload

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

// documentRecord is a document. Parts are the records of its parts, one after the
// other.
type documentRecord struct {
	DC      int       `json:"dc"`
	Account int64     `json:"account"`
	FileID  int64     `json:"file_id"`
	Ordinal int       `json:"ordinal"`
	Name    []byte    `json:"name"` // as it came: it need not be UTF-8
	Created time.Time `json:"created"`
	Number  uint64    `json:"number"` // of the file on disk
	Meta    []byte    `json:"meta"`
	Parts   []byte    `json:"parts"`
}

// pieceRecord is a part of a document, little-endian.
type pieceRecord struct {
	Flags uint8
	Size  uint32
	At    int64
	Print [32]byte
}

var pieceRecordSize = binary.Size(pieceRecord{})

func (d *Document) encode() []byte {
	r := documentRecord{
		DC: d.DC, Account: d.Account, FileID: d.FileID, Ordinal: d.Ordinal,
		Name: []byte(d.Name), Created: d.Created, Number: d.number, Meta: d.record,
	}
	for _, h := range d.parts {
		p := pieceRecord{Size: uint32(h.Size), At: h.At, Print: h.Print}
		if h.Placed() {
			p.Flags = isPlaced
		}
		var err error
		if r.Parts, err = binary.Append(r.Parts, binary.LittleEndian, p); err != nil {
			panic("upload: a record of no fixed size: " + err.Error())
		}
	}
	return encodeJSON(r)
}

func documentKey(id int64) []byte { return numberKey(uint64(id)) }

// numberKept gives a document its id before it is written. The next process goes on behind
// the newest that is on disk, which is the last to be forgotten.
func (s *Service) numberKept(d *Document) {
	if s.keeper == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.ID = s.nextDoc
	s.nextDoc++
}

// keepDocument has a document on disk before anybody is told of it, and what it
// changed of its file, whose lock is held; nil is no file.
func (s *Service) keepDocument(f *File, d *Document, v validator.Verdict) validator.Verdict {
	if s.keeper == nil {
		return v
	}
	var do []store.Change
	undo := []store.Change{{Table: store.TableDocuments, Key: documentKey(d.ID)}}
	written := func() {}
	if f != nil {
		f.writes.Store(true)
		defer f.writes.Store(false)
		d.number = f.kept.number
		changes, done := f.changes()
		undo = append(undo, f.asOnDisk()...)
		do, written = changes, done
	}
	do = append(do, store.Change{Table: store.TableDocuments, Key: documentKey(d.ID), Value: d.encode()})
	if err := s.keeper.Commit(do, undo); err != nil {
		v.Error = &validator.Error{Code: 500, Message: FailureOf(err), Rule: "store", Why: err.Error()}
		return v
	}
	written()
	return v
}

// dropDocument forgets a document, on disk too.
func (s *Service) dropDocument(d *Document) {
	if s.keeper != nil {
		s.keeper.Later(store.Change{Table: store.TableDocuments, Key: documentKey(d.ID)})
	}
	d.release()
}

// decodeDocument makes a document of a record. Its parts are those of the file where
// the same bytes are meant.
func (l *loading) decodeDocument(id int64, r documentRecord) (*Document, error) {
	if len(r.Parts)%pieceRecordSize != 0 {
		return nil, fmt.Errorf("%w: a document with %d bytes of parts", errRecord, len(r.Parts))
	}
	d := &Document{
		ID: id, DC: r.DC, Account: r.Account, FileID: r.FileID, Ordinal: r.Ordinal,
		Name: string(r.Name), Created: r.Created, number: r.Number, record: r.Meta,
	}
	var err error
	if d.Meta, err = l.meta(r.Meta); err != nil {
		return nil, err
	}
	for b := r.Parts; len(b) > 0; b = b[pieceRecordSize:] {
		var p pieceRecord
		if _, err := binary.Decode(b, binary.LittleEndian, &p); err != nil {
			return nil, err
		}
		h, err := l.held(r.Number, p.Flags, p.Size, p.Print, p.At)
		if err != nil {
			return nil, err
		}
		d.parts = append(d.parts, h)
		d.Size += int64(h.Size)
	}
	return d, nil
}
