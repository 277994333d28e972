package conformance

import (
	"context"
	"fmt"
	"sync"
)

func bigPartCases() []Case {
	const method = pageMethod + "upload.saveBigFilePart"
	cases := []Case{
		test("first part", "A part of 512 KiB is stored: boolTrue.", method, stored(bigPart(0, 2, partMax))),
		test("part sizes", "Every size that is divisible by 1 KiB and divides 512 KiB is taken.", uploads, everyLegalSize),
		test("size not divisible by 1 KiB", "A part that is not the last and whose size is not divisible by 1,024 is refused: FILE_PART_SIZE_INVALID.", uploads, refused("FILE_PART_SIZE_INVALID", bigPart(0, 3, 1001))),
		test("size that does not divide 512 KiB", "A part that is not the last and whose size does not divide 512 KiB is refused: FILE_PART_SIZE_INVALID.", uploads, refused("FILE_PART_SIZE_INVALID", bigPart(0, 3, 3*kib))),
		test("size of 384 KiB", "A part that is not the last and whose size does not divide 512 KiB is refused: FILE_PART_SIZE_INVALID.", uploads, refused("FILE_PART_SIZE_INVALID", bigPart(1, 3, 384*kib))),
		test("part too big", "A part of more than 512 KiB is refused: FILE_PART_TOO_BIG.", uploads, refused("FILE_PART_TOO_BIG", bigPart(0, 3, partMax+1))),
		test("last part too big", "The last part may not have more than 512 KiB either: FILE_PART_TOO_BIG.", uploads, refused("FILE_PART_TOO_BIG", bigPart(0, 1, partMax+kib))),
		test("empty part", "A part without bytes is refused: FILE_PART_EMPTY.", uploads, refused("FILE_PART_EMPTY", bigPart(0, 3, 0))),
		test("negative part number", "A part number below 0 is refused: FILE_PART_INVALID.", uploads, refused("FILE_PART_INVALID", bigPart(-1, 3, kib))),
		test("least part number", "The least of all numbers is refused: FILE_PART_INVALID.", uploads, refused("FILE_PART_INVALID", bigPart(-1<<31, -1, kib))),
		test("part number above the limit", "A part number of upload_max_fileparts or more is refused: FILE_PART_INVALID.", uploads, refused("FILE_PART_INVALID", bigPart(8000, -1, kib))),
		test("part number that is the total", "Parts are numbered from 0: part 43 of 43 is refused.", uploads, refused("FILE_PART_INVALID", bigPart(43, 43, 19))),
		test("part number above the total", "A part number above the total is refused.", uploads, refused("FILE_PART_INVALID", bigPart(7, 3, kib))),
		test("last part number", "Part 42 of 43 is the last, and taken.", uploads, stored(bigPart(42, 43, 19))),
		test("too many parts", "A total above upload_max_fileparts is refused: FILE_PARTS_INVALID.", uploads, refused("FILE_PARTS_INVALID", bigPart(0, 8001, kib))),
		test("far too many parts", "The greatest of all totals is refused: FILE_PARTS_INVALID.", uploads, refused("FILE_PARTS_INVALID", bigPart(0, 1<<31-1, kib))),
		test("negative total", "A total below -1 is refused: FILE_PARTS_INVALID.", uploads, refused("FILE_PARTS_INVALID", bigPart(0, -2, kib))),
		test("4,000 parts", "Without Premium a file may have 4,000 parts.", uploads, stored(bigPart(3999, 4000, 10), bigPart(0, 4000, kib))),
	}
	return append(cases, lastPartCases()...)
}

func lastPartCases() []Case {
	return []Case{
		test("last part of any size", "The last part may be shorter than the others, by any number of bytes.", uploads, stored(bigPart(0, 2, 64*kib), bigPart(1, 2, 1001))),
		test("last part of one byte", "The last part may have one byte.", uploads, stored(bigPart(0, 2, kib), bigPart(1, 2, 1))),
		test("last part as long as the others", "The last part may be as long as the others.", uploads, stored(bigPart(0, 2, 4*kib), bigPart(1, 2, 4*kib))),
		test("last part longer than the others", "The last part may not be longer than the others.", uploads, refused("FILE_PART_SIZE_CHANGED|FILE_PART_SIZE_INVALID", bigPart(0, 2, 4*kib), bigPart(1, 2, 8*kib))),
		test("only part of any size", "A file of one part may have any size up to 512 KiB.", uploads, stored(bigPart(0, 1, 12345))),
		test("size changed", "A part that is not the last and has another size than those before is refused: FILE_PART_SIZE_CHANGED.", uploads, refused("FILE_PART_SIZE_CHANGED", bigPart(0, 4, 8*kib), bigPart(1, 4, 4*kib))),
		test("size grown", "A part that is not the last and has another size than those before is refused: FILE_PART_SIZE_CHANGED.", uploads, refused("FILE_PART_SIZE_CHANGED", bigPart(0, 4, 8*kib), bigPart(2, 4, 16*kib))),
		test("refused part changes nothing", "After a refusal a right part of that number is taken.", uploads, afterRefusedPart),
	}
}

func everyLegalSize(ctx context.Context, e *Env) error {
	for n := kib; n <= partMax; n *= 2 {
		demand(stored(bigPart(0, 3, n))(ctx, e))
	}
	return nil
}

func afterRefusedPart(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	demand(u.refuses(ctx, bigPart(0, 2, 1001), "FILE_PART_SIZE_INVALID"))
	demand(u.stores(ctx, bigPart(0, 2, 4*kib), bigPart(1, 2, 9)))
	return u.readsBack(ctx, u.inputFile(2), bigPart(0, 2, 4*kib), bigPart(1, 2, 9))
}

func bigFileCases() []Case {
	const object = "https://core.telegram.org/constructor/inputFileBig"
	return []Case{
		test("parts backwards", "Parts may come in any order.", uploads, whole(bigPart(3, 4, 5), bigPart(2, 4, kib), bigPart(1, 4, kib), bigPart(0, 4, kib))),
		test("short last part first", "The short last part may come first, without fixing the size of the others.", uploads, whole(bigPart(2, 3, 100), bigPart(0, 3, 2*kib), bigPart(1, 3, 2*kib))),
		test("parts at once", "Parts may be sent at once over several connections.", uploads, atOnce),
		test("part repeated", "A part may be sent again.", uploads, whole(bigPart(0, 2, kib), bigPart(0, 2, kib), bigPart(1, 2, 7), bigPart(0, 2, kib))),
		test("file_id of any value", "file_id is any 64-bit number that the client chooses, the seed's -4156887774564 for one.", uploads, anyFileID),
		test("two files", "Parts of two files do not mix.", uploads, twoFiles),
		test("big and small apart", "The same file_id in saveBigFilePart and saveFilePart is two files.", object, bigAndSmall),
		test("less than 10 MB in big parts", "saveBigFilePart takes files of any size.", streamed, whole(bigPart(0, 1, 1))),
		test("packed part", "A part may be sent in gzip_packed, as gotd does.", pageService+"#packed-object", packedPart),
		test("several parts of 512 KiB", "A file of more than a megabyte is read back as it was sent.", uploads, whole(bigPart(0, 3, partMax), bigPart(1, 3, partMax), bigPart(2, 3, 333_333))),
	}
}

// whole uploads parts, makes a document of them and reads it back.
func whole(parts ...part) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u := e.upload(ctx)
		demand(u.stores(ctx, parts...))
		return u.readsBack(ctx, u.inputFile(parts[0].total), parts...)
	}
}

func atOnce(ctx context.Context, e *Env) error {
	const total = 16
	id := randomID()
	var parts []part
	for i := range int32(total) {
		parts = append(parts, bigPart(i, total, 4*kib))
	}
	errs := make([]error, 4)
	var senders sync.WaitGroup
	for n := range errs {
		mine := &upload{must(e.client(ctx)), e, id}
		senders.Go(func() {
			for i := n; i < total && errs[n] == nil; i += len(errs) {
				errs[n] = mine.stores(ctx, parts[i])
			}
		})
	}
	senders.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	u := e.upload(ctx) // now that it is of use
	u.id = id
	return u.readsBack(ctx, u.inputFile(total), parts...)
}

func anyFileID(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	for _, id := range []int64{-4156887774564, 0, -1, 1<<63 - 1, -1 << 63} {
		u.id = id
		if err := u.stores(ctx, bigPart(0, 1, 30)); err != nil {
			return fmt.Errorf("file_id %d: %w", id, err)
		}
	}
	return nil
}

func twoFiles(ctx context.Context, e *Env) error {
	a := e.upload(ctx)
	b := &upload{a.Client, e, a.id ^ 1}
	a0, a1 := part{0, 2, content(kib, 10), false}, part{1, 2, content(5, 11), false}
	b0, b1 := part{0, 2, content(2*kib, 20), false}, part{1, 2, content(9, 21), false}
	for _, s := range []struct {
		u *upload
		p part
	}{{a, a0}, {b, b0}, {a, a1}, {b, b1}} {
		demand(s.u.stores(ctx, s.p))
	}
	demand(a.readsBack(ctx, a.inputFile(2), a0, a1))
	return b.readsBack(ctx, b.inputFile(2), b0, b1)
}

func bigAndSmall(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	a, b := part{0, 1, content(50, 1), false}, part{0, 0, content(60, 2), true}
	demand(u.stores(ctx, a, b))
	demand(u.readsBack(ctx, u.inputFile(1), a))
	f := u.inputFile(1)
	f.Big = false
	return u.readsBack(ctx, f, b)
}
