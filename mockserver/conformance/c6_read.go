package conformance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func readCases() []Case {
	const method = pageMethod + "upload.getFile"
	const hashes = pageMethod + "upload.getFileHashes"
	reads := func(name, requirement string, offset int64, limit int32, precise bool) Case {
		return test(name, requirement, download, readsRange(offset, limit, precise))
	}
	refuses := func(name, requirement, text string, offset int64, limit int32, precise bool) Case {
		return test(name, requirement, download, refusesRange(text, offset, limit, precise))
	}
	return []Case{
		reads("first megabyte", "A megabyte is read at once.", 0, 1<<20, false),
		reads("4 KiB", "offset and limit are multiples of 4 KiB.", 4*kib, 4*kib, false),
		reads("128 KiB", "limit divides a megabyte.", 256*kib, 128*kib, false),
		reads("end of the file", "At the end of a file fewer bytes come than were asked for.", 1<<20, 512*kib, false),
		reads("beyond the end", "Beyond the end of a file no bytes come.", 8<<20, 4*kib, false),
		reads("precise", "With precise, offset and limit are multiples of 1 KiB.", 5*kib, 3*kib, true),
		refuses("offset not a multiple", "Without precise an offset that is no multiple of 4 KiB is refused.", "OFFSET_INVALID|LIMIT_INVALID", kib, 4*kib, false),
		refuses("negative offset", "A negative offset is refused.", "OFFSET_INVALID", -4*kib, 4*kib, false),
		refuses("limit not a multiple", "Without precise a limit that is no multiple of 4 KiB is refused.", "LIMIT_INVALID", 0, kib, false),
		refuses("limit 0", "A limit of 0 is refused.", "LIMIT_INVALID", 0, 0, false),
		refuses("limit that does not divide a megabyte", "Without precise a limit that does not divide a megabyte is refused.", "LIMIT_INVALID", 0, 12*kib, false),
		refuses("limit above a megabyte", "A limit of more than a megabyte is refused.", "LIMIT_INVALID", 0, 2<<20, false),
		refuses("range over a megabyte's end", "A range must not reach over a multiple of a megabyte.", "LIMIT_INVALID|OFFSET_INVALID", 1<<20-4*kib, 8*kib, false),
		refuses("precise, odd offset", "With precise an offset that is no multiple of 1 KiB is refused.", "OFFSET_INVALID|LIMIT_INVALID", 100, kib, true),
		test("unknown document", "A document that is not is refused with 400.", method, refusesLocation(func(l *rawclient.Location) { l.ID ^= 1 << 40 })),
		test("wrong access_hash", "A wrong access_hash is refused with 400.", method, refusesLocation(func(l *rawclient.Location) { l.AccessHash ^= 1 })),
		test("read in small chunks", "A file read in chunks of 64 KiB is the one that was sent.", download, readsInChunks),
		test("read by another connection", "Any connection of the account reads the document.", download, readsElsewhere),
		test("upload.getFileHashes", "The SHA-256 of each range is that of its bytes.", hashes, hashesFit),
	}
}

// sample is a document of a bit more than a megabyte, and its bytes, with a connection
// that is opened when it is there: a server need not keep one that says nothing while
// others upload. It is uploaded once in a run; what reads it changes nothing.
func (e *Env) sample(ctx context.Context) (u *upload, d *rawclient.Document, data []byte) {
	parts := []part{bigPart(0, 3, partMax), bigPart(1, 3, partMax), bigPart(2, 3, 50_000)}
	d = must(e.suite.sample.get(func() (*rawclient.Document, error) {
		c, err := e.client(ctx) // not must: those who wait for the sample are to be told as well
		if err != nil {
			return nil, err
		}
		u := &upload{c, e, randomID()}
		if err := u.stores(ctx, parts...); err != nil {
			return nil, err
		}
		return u.finalise(ctx, u.inputFile(3))
	}))
	return e.upload(ctx), d, assemble(parts)
}

// read calls upload.getFile with all of its arguments.
func (u *upload) read(ctx context.Context, l rawclient.Location, offset int64, limit int32, precise bool) ([]byte, error) {
	ctx, cancel := u.env.patient(ctx)
	defer cancel()
	o, err := u.Call(ctx, rawclient.NewObject("upload.getFile", rawclient.Fields{
		"precise": precise, "offset": offset, "limit": limit, "location": location(l),
	}))
	if err != nil {
		return nil, err
	}
	if o.Name != "upload.file" {
		return nil, fmt.Errorf("expected upload.file; got %s", o.Name)
	}
	return o.Bytes("bytes"), nil
}

func location(l rawclient.Location) *rawclient.Object {
	return rawclient.NewObject("inputDocumentFileLocation", rawclient.Fields{
		"id": l.ID, "access_hash": l.AccessHash, "file_reference": l.FileReference, "thumb_size": "",
	})
}

func readsRange(offset int64, limit int32, precise bool) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u, d, data := e.sample(ctx)
		got, err := u.read(ctx, d.Location, offset, limit, precise)
		if err != nil {
			return fmt.Errorf("expected %d bytes from %d on; got %w", limit, offset, err)
		}
		from := min(offset, int64(len(data)))
		want := data[from:min(from+int64(limit), int64(len(data)))]
		if !bytes.Equal(got, want) {
			return fmt.Errorf("expected %d bytes of the file from %d on; got %d bytes, other ones", len(want), offset, len(got))
		}
		return nil
	}
}

func refusesRange(text string, offset int64, limit int32, precise bool) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u, d, _ := e.sample(ctx)
		_, err := u.read(ctx, d.Location, offset, limit, precise)
		return isRefusal(err, text, fmt.Sprintf("offset %d, limit %d", offset, limit))
	}
}

func refusesLocation(falsify func(*rawclient.Location)) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u, d, _ := e.sample(ctx)
		l := d.Location
		falsify(&l)
		_, err := u.read(ctx, l, 0, 4*kib, false)
		return isRefusal(err, "*", "a location that is not")
	}
}

func readsInChunks(ctx context.Context, e *Env) error {
	u, d, data := e.sample(ctx)
	got, err := u.download(ctx, d, len(data), 64*kib)
	if err == nil && !bytes.Equal(got, data) {
		err = errors.New("expected the bytes that were uploaded; got others")
	}
	return err
}

func readsElsewhere(ctx context.Context, e *Env) error {
	_, d, data := e.sample(ctx)
	other := e.upload(ctx)
	got, err := other.download(ctx, d, len(data), 1<<20)
	if err == nil && !bytes.Equal(got, data) {
		err = errors.New("expected the bytes that were uploaded; got others")
	}
	return err
}

func hashesFit(ctx context.Context, e *Env) error {
	u, d, data := e.sample(ctx)
	wait, cancel := e.patient(ctx)
	defer cancel()
	query := must(rawclient.Encode(u.Layer(), rawclient.NewObject("upload.getFileHashes", rawclient.Fields{"location": location(d.Location), "offset": int64(0)})))
	answer, err := u.Invoke(wait, query)
	if err != nil {
		return fmt.Errorf("expected a vector of fileHash; got %w", err)
	}
	return checkHashes(answer, data)
}

// checkHashes compares a vector of fileHash with a file. The limit of the last chunk may be
// that of all, beyond the end: clients bear either, and no page says which it is.
//
// https://core.telegram.org/constructor/fileHash
func checkHashes(answer, data []byte) error {
	const idFileHash = 0xf39b035c
	r := &reader{b: answer}
	if r.u32() != idVector {
		return fmt.Errorf("expected a vector of fileHash; got %s", describe(answer))
	}
	n := r.i32()
	if n <= 0 {
		return fmt.Errorf("expected hashes; got %d of them", n)
	}
	for range n {
		if id := r.u32(); id != idFileHash {
			return fmt.Errorf("expected fileHash; got %#08x", id)
		}
		offset, limit := r.i64(), int64(r.i32())
		hash := r.bytes()
		if r.short || offset < 0 || limit <= 0 || offset >= int64(len(data)) {
			return fmt.Errorf("expected ranges of the file; got offset %d, limit %d", offset, limit)
		}
		if want := sha256.Sum256(data[offset:min(offset+limit, int64(len(data)))]); !bytes.Equal(hash, want[:]) {
			return fmt.Errorf("expected the SHA-256 of %d bytes from %d on; got another", limit, offset)
		}
	}
	if len(r.b) > 0 {
		return fmt.Errorf("expected %d hashes; %d bytes follow them", n, len(r.b))
	}
	return nil
}
