package rpc

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// Specification constants of reading back:
// https://core.telegram.org/api/files#downloading-files
const (
	readUnit        = 4096    // offset and limit are multiples of it
	readUnitPrecise = 1024    // with the precise flag
	readChunk       = 1 << 20 // no read crosses a multiple of it
)

// getFile reads a document back.
// https://core.telegram.org/method/upload.getFile
func (q *query) getFile() (any, error) {
	d, err := q.location(q.args.Obj("location"))
	if err != nil {
		return nil, err
	}
	offset, limit := q.args.Long("offset"), int64(q.args.Int("limit"))
	if err := checkRange(offset, limit, q.args.Bool("precise")); err != nil {
		return nil, err
	}
	data, err := d.Read(offset, int(limit))
	if err != nil {
		return nil, unread(err)
	}
	return tl.New("upload.file", tl.Fields{
		"type": tl.New("storage.filePartial", nil), "mtime": int32(d.Created.Unix()), "bytes": data,
	}), nil
}

// unread tells bytes that were not kept, or not for ever, from a store that failed.
func unread(err error) error {
	if errors.Is(err, store.ErrNotKept) || errors.Is(err, upload.ErrForgotten) {
		return bad("LOCATION_INVALID", err.Error())
	}
	return &Error{Code: 500, Message: upload.FailureOf(err), Why: err.Error()}
}

func checkRange(offset, limit int64, precise bool) error {
	unit := int64(readUnit)
	if precise {
		unit = readUnitPrecise
	}
	switch {
	case offset < 0 || offset%unit != 0:
		return bad("OFFSET_INVALID", fmt.Sprintf("offset %d is not a multiple of %d", offset, unit))
	case limit <= 0 || limit%unit != 0 || limit > readChunk:
		return bad("LIMIT_INVALID", fmt.Sprintf("limit %d is not a multiple of %d up to 1 MiB", limit, unit))
	case !precise && readChunk%limit != 0:
		return bad("LIMIT_INVALID", fmt.Sprintf("1 MiB is not a multiple of limit %d", limit))
	case offset/readChunk != (offset+limit-1)/readChunk:
		return bad("LIMIT_INVALID", fmt.Sprintf("offset %d with limit %d crosses a multiple of 1 MiB", offset, limit))
	}
	return nil
}

// location finds the document that an InputFileLocation names.
func (q *query) location(in *tl.Object) (*upload.Document, error) {
	switch in.Name {
	case "inputDocumentFileLocation", "inputPhotoFileLocation":
	default:
		return nil, bad("LOCATION_INVALID", in.Name+" is no document or photo")
	}
	d, ok := q.known(in)
	if !ok {
		return nil, bad("FILE_ID_INVALID", "no such document or photo of this account")
	}
	if err := checkReference(in.Bytes("file_reference"), d); err != nil {
		return nil, err
	}
	if d.DC != q.DC {
		return nil, migrate("FILE", d.DC)
	}
	photo := d.Meta.(*media).photo
	if thumb := in.Str("thumb_size"); thumb != "" && !(photo && thumb == "x") {
		return nil, bad("LOCATION_INVALID", fmt.Sprintf("there is no thumbnail %.64q", thumb))
	}
	return d, nil
}

// hashChunk is the length that each FileHash covers.
const hashChunk = 128 << 10

// getFileHashes gives the SHA-256 of the chunks from an offset on, up to the next
// multiple of 1 MiB. Beyond the end there are none: gotd asks until it is told so, and
// the method's page has no error for that. The last chunk has the limit of the others,
// however few bytes are left: gotd asks upload.getFile for as many, which takes no odd
// number, and TDLib cuts what is beyond the end itself.
// https://core.telegram.org/method/upload.getFileHashes
func (q *query) getFileHashes() (any, error) {
	d, err := q.location(q.args.Obj("location"))
	if err != nil {
		return nil, err
	}
	offset := q.args.Long("offset")
	if offset < 0 {
		return nil, bad("OFFSET_INVALID", fmt.Sprintf("offset %d is negative", offset))
	}
	hashes := []*tl.Object{}
	if offset >= d.Size {
		return hashes, nil
	}
	offset -= offset % hashChunk
	for end := offset - offset%readChunk + readChunk; offset < min(end, d.Size); offset += hashChunk {
		data, err := d.Read(offset, hashChunk)
		if err != nil {
			return nil, unread(err)
		}
		sum := sha256.Sum256(data)
		hashes = append(hashes, tl.New("fileHash", tl.Fields{"offset": offset, "limit": int32(hashChunk), "hash": sum[:]}))
	}
	return hashes, nil
}
