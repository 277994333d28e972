package conformance

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func smallPartCases() []Case {
	const method = pageMethod + "upload.saveFilePart"
	return []Case{
		test("small part", "A part of a small file is stored: boolTrue.", method, stored(smallPart(0, 512*kib))),
		test("small file", "A small file is read back as it was sent.", uploads, wholeSmall("", smallPart(0, 2*kib), smallPart(1, 2*kib), smallPart(2, 5))),
		test("small file backwards", "Parts may come in any order.", uploads, wholeSmall("", smallPart(2, 5), smallPart(1, 2*kib), smallPart(0, 2*kib))),
		test("small part repeated", "A part may be sent again.", uploads, wholeSmall("", smallPart(0, kib), smallPart(0, kib), smallPart(1, 5))),
		test("small part too big", "A part of more than 512 KiB is refused: FILE_PART_TOO_BIG.", uploads, refused("FILE_PART_TOO_BIG", smallPart(0, partMax+1))),
		test("small empty part", "A part without bytes is refused: FILE_PART_EMPTY.", method, refused("FILE_PART_EMPTY", smallPart(0, 0))),
		test("small, negative part number", "A part number below 0 is refused: FILE_PART_INVALID.", method, refused("FILE_PART_INVALID", smallPart(-1, kib))),
		test("small, part number above the limit", "A part number of upload_max_fileparts or more is refused: FILE_PART_INVALID.", method, refused("FILE_PART_INVALID", smallPart(8000, kib))),
		test("md5_checksum", "The MD5 of the whole file is taken.", uploads, wholeSmall("right", smallPart(0, kib), smallPart(1, 77))),
		test("md5_checksum left out", "An empty md5_checksum is taken.", uploads, wholeSmall("", smallPart(0, 77))),
		test("md5_checksum wrong", "Another MD5 than that of the file is refused: MD5_CHECKSUM_INVALID.", uploads, wrongMD5),
	}
}

// wholeSmall uploads a small file, with its checksum or without, and reads it back.
func wholeSmall(checksum string, parts ...part) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u := e.upload(ctx)
		demand(u.stores(ctx, parts...))
		data := assemble(parts)
		f := rawclient.InputFile{ID: u.id, Parts: highest(parts) + 1, Name: "small.bin"}
		if checksum != "" {
			sum := md5.Sum(data)
			f.MD5 = hex.EncodeToString(sum[:])
		}
		return u.readsBack(ctx, f, parts...)
	}
}

func wrongMD5(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	demand(u.stores(ctx, smallPart(0, 77)))
	_, err := u.finalise(ctx, rawclient.InputFile{ID: u.id, Parts: 1, Name: "small.bin", MD5: strings.Repeat("0", 32)})
	return isRefusal(err, "MD5_CHECKSUM_INVALID", "a wrong md5_checksum")
}

func streamCases() []Case {
	return []Case{
		test("stream", "All parts say -1 but the last, which has the total.", streamed, wholeStream(3, bigPart(0, -1, kib), bigPart(1, -1, kib), bigPart(2, 3, 50))),
		test("stream of one part", "A stream that ends within its first part is one part of 1.", streamed, wholeStream(1, bigPart(0, 1, 50))),
		test("stream that ends on a boundary", "It ends with an empty part whose number and total are the number of the parts before.", streamed, wholeStream(2, bigPart(0, -1, kib), bigPart(1, -1, kib), bigPart(2, 2, 0))),
		test("stream, empty part in the middle", "Only the end of a stream may be empty: FILE_PART_EMPTY.", streamed, refused("FILE_PART_EMPTY", bigPart(0, -1, kib), bigPart(1, -1, 0))),
		test("stream, size changed", "The parts of a stream have one size: FILE_PART_SIZE_CHANGED.", streamed, refused("FILE_PART_SIZE_CHANGED", bigPart(0, -1, 4*kib), bigPart(1, -1, 2*kib))),
		test("stream, illegal size", "The parts of a stream have a legal size: FILE_PART_SIZE_INVALID.", streamed, refused("FILE_PART_SIZE_INVALID", bigPart(0, -1, 1000))),
		test("stream, late parts", "Parts with -1 may arrive after the last one.", streamed, wholeStream(3, bigPart(0, -1, kib), bigPart(2, 3, 50), bigPart(1, -1, kib))),
		test("stream finalised with another number", "A stream that has announced 3 parts cannot be finalised as 2: FILE_PARTS_INVALID.", streamed, streamWrongParts),
	}
}

// wholeStream uploads a stream and reads it back; its parts say how many they are
// only in part.
func wholeStream(total int32, parts ...part) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u := e.upload(ctx)
		demand(u.stores(ctx, parts...))
		return u.readsBack(ctx, u.inputFile(total), parts...)
	}
}

func streamWrongParts(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	demand(u.stores(ctx, bigPart(0, -1, kib), bigPart(1, -1, kib), bigPart(2, 3, 50)))
	_, err := u.finalise(ctx, u.inputFile(2))
	return isRefusal(err, "FILE_PARTS_INVALID", "2 parts of a stream of 3")
}

// packedPart sends a part inside gzip_packed.
func packedPart(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	p := bigPart(0, 1, 2000)
	query := must(rawclient.Encode(u.Layer(), rawclient.NewObject("upload.saveBigFilePart", rawclient.Fields{
		"file_id": u.id, "file_part": p.index, "file_total_parts": p.total, "bytes": p.data,
	})))
	wait, cancel := e.patient(ctx)
	defer cancel()
	answer, err := u.Invoke(wait, rawclient.GzipPacked(query))
	if err != nil {
		return fmt.Errorf("expected a packed part to be stored; got %w", err)
	}
	if o, err := rawclient.Decode(answer); err != nil || o.Name != "boolTrue" {
		return errors.Join(fmt.Errorf("expected boolTrue; got %s", describe(answer)), err)
	}
	return u.readsBack(ctx, u.inputFile(1), p)
}
