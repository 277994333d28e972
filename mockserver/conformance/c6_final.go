package conformance

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func finalCases() []Case {
	const send = pageMethod + "messages.sendMedia"
	const missing = "FILE_PART_0_MISSING"
	return []Case{
		test("document", "uploadMedia makes a document with the size, the name and the type of the file.", pageMethod+"messages.uploadMedia", makesDocument),
		test("sendMedia", "sendMedia answers with the message and updateMessageID for its random_id.", send, sendsMedia),
		test("part missing", "A file that lacks part 1 is refused: FILE_PART_1_MISSING.", uploads, finalRefused("FILE_PART_1_MISSING", 3, bigPart(0, 3, kib), bigPart(2, 3, 5))),
		test("lowest missing part", "Where several parts are missing the lowest is named.", uploads, finalRefused("FILE_PART_1_MISSING", 4, bigPart(0, 4, kib), bigPart(3, 4, 5))),
		test("first part missing", "A file that lacks its first part is refused: FILE_PART_0_MISSING.", uploads, finalRefused(missing, 2, bigPart(1, 2, 5))),
		test("missing part sent later", "After FILE_PART_X_MISSING that part can be sent and the file finalised.", uploads, missingThenSent),
		test("unknown file", "A file_id without parts is refused: FILE_PART_0_MISSING.", uploads, finalRefused(missing, 1)),
		test("inputFile of big parts", "inputFile does not find what saveBigFilePart has stored: FILE_PART_0_MISSING.", uploads, finalWrongKind(false, bigPart(0, 1, 10))),
		test("inputFileBig of small parts", "inputFileBig does not find what saveFilePart has stored: FILE_PART_0_MISSING.", uploads, finalWrongKind(true, smallPart(0, 10))),
		test("no parts", "A file of 0 parts is refused: FILE_PARTS_INVALID.", uploads, finalRefused("FILE_PARTS_INVALID", 0, bigPart(0, 1, 10))),
		test("negative number of parts", "A file of -1 parts is refused: FILE_PARTS_INVALID.", uploads, finalRefused("FILE_PARTS_INVALID", -1, bigPart(0, 1, 10))),
		test("8,001 parts", "A file of more parts than upload_max_fileparts is refused: FILE_PARTS_INVALID.", uploads, finalRefused("FILE_PARTS_INVALID", 8001, bigPart(0, -1, kib))),
		test("fewer parts than announced", "The number of parts has to be the one announced: FILE_PARTS_INVALID.", uploads, finalRefused("FILE_PARTS_INVALID", 1, bigPart(0, 2, kib), bigPart(1, 2, 5))),
	}
}

// finalRefused uploads parts and demands that finalising as n parts is refused.
func finalRefused(text string, n int32, parts ...part) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u := e.upload(ctx)
		demand(u.stores(ctx, parts...))
		_, err := u.finalise(ctx, u.inputFile(n))
		return isRefusal(err, text, fmt.Sprintf("finalising as %d parts", n))
	}
}

func finalWrongKind(asBig bool, p part) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u := e.upload(ctx)
		demand(u.stores(ctx, p))
		f := u.inputFile(1)
		f.Big = asBig
		_, err := u.finalise(ctx, f)
		return isRefusal(err, "FILE_PART_0_MISSING", "parts of the other method")
	}
}

func missingThenSent(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	parts := []part{bigPart(0, 3, kib), bigPart(1, 3, kib), bigPart(2, 3, 5)}
	demand(u.stores(ctx, parts[0], parts[2]))
	_, err := u.finalise(ctx, u.inputFile(3))
	demand(isRefusal(err, "FILE_PART_1_MISSING", "a file that lacks part 1"))
	demand(u.stores(ctx, parts[1]))
	return u.readsBack(ctx, u.inputFile(3), parts...)
}

func makesDocument(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	demand(u.stores(ctx, bigPart(0, 2, kib), bigPart(1, 2, 100)))
	d := must(u.finalise(ctx, u.inputFile(2)))
	return isDocument(d, kib+100)
}

func isDocument(d *rawclient.Document, size int64) error {
	if d.Size != size || d.FileName != "conformance.bin" || d.MimeType != "application/octet-stream" {
		return fmt.Errorf("expected a document of %d bytes, conformance.bin, application/octet-stream; got %d, %q, %q", size, d.Size, d.FileName, d.MimeType)
	}
	return nil
}

func sendsMedia(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	demand(u.stores(ctx, bigPart(0, 1, 333)))
	wait, cancel := e.patient(ctx)
	defer cancel()
	sent := must(u.SendMedia(wait, u.inputFile(1), "conformance", randomID()))
	if sent.MessageID <= 0 {
		return fmt.Errorf("expected a message id; got %d", sent.MessageID)
	}
	return isDocument(sent.Document, 333)
}

// assemble puts parts together by their numbers; of repeated ones the last counts.
func assemble(parts []part) []byte {
	byIndex := map[int32][]byte{}
	for _, p := range parts {
		byIndex[p.index] = p.data
	}
	var order []int32
	for i := range byIndex {
		order = append(order, i)
	}
	slices.SortFunc(order, cmp.Compare[int32])
	var all []byte
	for _, i := range order {
		all = append(all, byIndex[i]...)
	}
	return all
}

func highest(parts []part) (index int32) {
	for _, p := range parts {
		index = max(index, p.index)
	}
	return index
}

// readsBack makes a document of the file and compares it with the parts, byte for byte.
func (u *upload) readsBack(ctx context.Context, f rawclient.InputFile, parts ...part) error {
	want := assemble(parts)
	d, err := u.finalise(ctx, f)
	if err != nil {
		return fmt.Errorf("expected the file to be finalised; got %w", err)
	}
	if d.Size != int64(len(want)) {
		return fmt.Errorf("expected a document of %d bytes; got %d", len(want), d.Size)
	}
	got := must(u.download(ctx, d, len(want), 1<<20))
	if !bytes.Equal(got, want) {
		return errors.New("expected the bytes that were uploaded; the document has others")
	}
	return nil
}

// download reads a document of so many bytes in chunks of limit. It ends in the first
// chunk that is short, as the documentation has it, and not long after the last byte.
func (u *upload) download(ctx context.Context, d *rawclient.Document, size int, limit int32) (all []byte, err error) {
	for {
		wait, cancel := u.env.patient(ctx)
		b, err := u.GetFile(wait, d.Location, int64(len(all)), limit)
		cancel()
		if err != nil {
			return nil, fmt.Errorf("expected %d bytes from %d on; got %w", limit, len(all), err)
		}
		all = append(all, b...)
		if len(b) < int(limit) {
			return all, nil
		}
		if len(all) > size {
			return nil, fmt.Errorf("expected %d bytes and then no more; got %d, and there is no end", size, len(all))
		}
	}
}
