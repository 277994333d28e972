package validator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func big(parts int32) *FinalCall   { return &FinalCall{Kind: Big, Parts: parts} }
func small(parts int32) *FinalCall { return &FinalCall{Kind: Small, Parts: parts} }

// hashed is an inputFile whose stored bytes have the checksum actual.
func hashed(parts int32, md5, actual string) *FinalCall {
	return &FinalCall{Kind: Small, Parts: parts, MD5: md5, ActualMD5: func() (string, bool) { return actual, true }}
}

func photo(kind Kind, parts int32, name string) *FinalCall {
	return &FinalCall{Kind: kind, Parts: parts, Name: name, Photo: true}
}

func init() {
	whole := run(0, 43, 43, full)
	stream := run(0, 3, -1, full)
	table("final.parts_range",
		example{name: "0", before: whole, final: big(0), broken: true, message: "FILE_PARTS_INVALID", sentence: "parts is 0, not between 1 and 4000"},
		example{name: "-1, as MadelineProto", before: stream, final: big(-1), broken: true, message: "FILE_PARTS_INVALID", sentence: "-1"},
		example{name: "4001", before: run(0, 1, -1, full), final: big(4001), broken: true, message: "FILE_PARTS_INVALID", sentence: "4000", also: []string{"final.part_missing", "stream.total_never_announced"}},
		example{name: "4001 premium", before: run(0, 1, 2, full), final: &FinalCall{Parts: 4001, Premium: true}, message: "FILE_PARTS_INVALID", also: []string{"final.part_missing", "final.total_mismatch"}},
		example{name: "no parts at all", final: small(0), kind: Small, broken: true, message: "FILE_PARTS_INVALID", sentence: "parts is 0"},
		example{name: "all of them", before: whole, final: big(43)},
	)
	table("final.kind",
		example{name: "big as small", before: whole, final: small(43), broken: true, message: "FILE_PART_0_MISSING", sentence: "inputFile looks for parts of upload.saveFilePart, but the parts of this file_id were sent with upload.saveBigFilePart, which inputFileBig names"},
		example{name: "small as big", kind: Small, before: run(0, 2, 0, full), final: big(2), broken: true, message: "FILE_PART_0_MISSING", sentence: "which inputFile names"},
		example{name: "small as small", kind: Small, before: run(0, 2, 0, full), final: small(2)},
		example{name: "range comes first", before: whole, final: small(0), broken: true, message: "FILE_PARTS_INVALID", sentence: "inputFile", also: []string{"final.parts_range"}},
	)
	table("final.unknown",
		example{name: "nothing arrived", final: big(43), broken: true, message: "FILE_PART_0_MISSING", sentence: "no part of this file_id was ever stored with upload.saveBigFilePart"},
		example{name: "all is lost", before: run(0, 1, 1, 9), lose: []int32{0}, final: big(1), broken: true, message: "FILE_PART_0_MISSING", sentence: "it came, and the server has lost it"},
		example{name: "one part is left", before: run(0, 2, 2, full), lose: []int32{0}, final: big(2), message: "FILE_PART_0_MISSING", also: []string{"final.part_missing"}},
	)
	table("final.total_mismatch",
		example{name: "fewer", before: whole, final: big(42), broken: true, message: "FILE_PARTS_INVALID", sentence: "parts is 42, but the parts announced 43", also: []string{"final.extra_parts"}},
		example{name: "more", before: whole, final: big(44), broken: true, message: "FILE_PARTS_INVALID", sentence: "44", also: []string{"final.part_missing"}},
		example{name: "empty end counted", before: join(stream, run(3, 4, 3, 0)), final: big(4), broken: true, message: "FILE_PARTS_INVALID", sentence: "parts is 4, but the parts announced 3"},
		example{name: "never announced", before: stream, final: big(3), also: []string{"stream.total_never_announced"}},
		example{name: "last announced", before: []Part{part(0, 5, full), part(1, 2, full)}, final: big(2)},
	)
	table("final.extra_parts",
		example{name: "stream", before: stream, final: big(2), broken: true, message: "FILE_PARTS_INVALID", sentence: "the last is 1, but part 2 is stored", also: []string{"stream.total_never_announced"}},
		example{name: "small", kind: Small, before: run(0, 3, 0, full), final: small(2), broken: true, message: "FILE_PARTS_INVALID", sentence: "part 2 is stored"},
		example{name: "small, all", kind: Small, before: run(0, 3, 0, full), final: small(3)},
		example{name: "empty end is none", before: join(stream, run(3, 4, 3, 0)), final: big(3)},
	)
	table("final.part_missing",
		example{name: "the lowest", before: join(run(0, 5, 43, full), run(6, 9, 43, full), run(10, 43, 43, full)), final: big(43), broken: true, message: "FILE_PART_5_MISSING", sentence: "part 5 of 43 is not stored (it never arrived); 2 missing in all"},
		example{name: "the last", before: run(0, 42, 43, full), final: big(43), broken: true, message: "FILE_PART_42_MISSING", sentence: "1 missing in all"},
		example{name: "page border", before: join(run(0, 64, 130, full), run(65, 130, 130, full)), final: big(130), broken: true, message: "FILE_PART_64_MISSING", sentence: "64"},
		example{name: "whole page", before: join(run(0, 64, 200, full), run(128, 200, 200, full)), final: big(200), broken: true, message: "FILE_PART_64_MISSING", sentence: "64 missing in all"},
		example{name: "lost", before: whole, lose: []int32{7}, final: big(43), broken: true, message: "FILE_PART_7_MISSING", sentence: "it came, and the server has lost it"},
		example{name: "small", kind: Small, before: run(1, 3, 0, full), final: small(3), broken: true, message: "FILE_PART_0_MISSING", sentence: "part 0 of 3"},
		example{name: "none", before: whole, final: big(43)},
	)
	table("stream.total_never_announced",
		example{name: "observed", before: stream, final: big(3), broken: true, sentence: "ends with an empty part 3 of 3"},
		example{name: "docs", options: docs, before: stream, final: big(3), broken: true, message: "FILE_PARTS_INVALID", sentence: "no part of the stream carried file_total_parts 3"},
		example{name: "docs, empty end", options: Options{Profile: ProfileDocs, Overrides: map[string]Mode{"final.small_as_big": Off}}, before: join(stream, run(3, 4, 3, 0)), final: big(3)},
		example{name: "docs, short end", options: docs, before: join(stream, run(3, 4, 4, 9)), final: big(4)},
		example{name: "missing comes first", options: docs, before: stream, final: big(4), broken: true, message: "FILE_PART_3_MISSING", sentence: "4", also: []string{"final.part_missing"}},
		example{name: "small files announce nothing", options: docs, kind: Small, before: run(0, 3, -1, full), final: small(3)},
	)
	sum := "5d41402abc4b2a76b9719d911017c592"
	table("final.md5",
		example{name: "wrong", kind: Small, before: run(0, 1, 0, 5), final: hashed(1, strings.Repeat("0", 32), sum), broken: true, message: "MD5_CHECKSUM_INVALID", sentence: "the stored bytes have " + sum},
		example{name: "right", kind: Small, before: run(0, 1, 0, 5), final: hashed(1, sum, sum)},
		example{name: "capitals", kind: Small, before: run(0, 1, 0, 5), final: hashed(1, strings.ToUpper(sum), sum)},
		example{name: "empty", kind: Small, before: run(0, 1, 0, 5), final: hashed(1, "", sum)},
		example{name: "no hexadecimal", kind: Small, before: run(0, 1, 0, 5), final: hashed(1, "hello", sum), broken: true, message: "MD5_CHECKSUM_INVALID", sentence: `"hello"`},
		example{name: "very long", kind: Small, before: run(0, 1, 0, 5), final: hashed(1, strings.Repeat("x", 1<<20), sum), broken: true, message: "MD5_CHECKSUM_INVALID", sentence: `xxx..."`},
		example{name: "after missing", kind: Small, before: run(1, 2, 0, 5), final: hashed(2, "hello", sum), message: "FILE_PART_0_MISSING", also: []string{"final.part_missing"}},
		example{name: "big has none", before: run(0, 1, 1, 5), final: &FinalCall{Kind: Big, Parts: 1, MD5: "hello", ActualMD5: func() (string, bool) { return sum, true }}},
		example{name: "nobody can tell", kind: Small, before: run(0, 1, 0, 5), final: &FinalCall{Kind: Small, Parts: 1, MD5: "hello", ActualMD5: func() (string, bool) { return "", false }}},
		example{name: "nobody asked", kind: Small, before: run(0, 1, 0, 5), final: &FinalCall{Kind: Small, Parts: 1, MD5: "hello"}},
	)
	initPhotoExamples()
}

func initPhotoExamples() {
	table("photo.ext",
		example{name: "none", kind: Small, before: run(0, 1, 0, 5), final: photo(Small, 1, "cat"), broken: true, message: "PHOTO_EXT_INVALID", sentence: `"cat"`},
		example{name: "document", kind: Small, before: run(0, 1, 0, 5), final: photo(Small, 1, "cat.pdf"), broken: true, message: "PHOTO_EXT_INVALID", sentence: `"cat.pdf"`},
		example{name: "capitals", kind: Small, before: run(0, 1, 0, 5), final: photo(Small, 1, "CAT.JPG")},
		example{name: "no photo", kind: Small, before: run(0, 1, 0, 5), final: &FinalCall{Kind: Small, Parts: 1, Name: "cat.pdf"}},
	)
	table("photo.too_big",
		example{name: "10 MiB", kind: Small, before: run(0, 20, 0, full), final: photo(Small, 20, "a.png")},
		example{name: "one byte more", kind: Small, before: join(run(0, 20, 0, full), run(20, 21, 0, 1)), final: photo(Small, 21, "a.png"), broken: true, message: "PHOTO_SAVE_FILE_INVALID", sentence: "10485761 bytes"},
		example{name: "no photo", before: run(0, 21, 21, full), final: big(21)},
	)
	ended := join(run(0, 2, -1, full), run(2, 3, 3, 7))
	table("photo.streamed",
		example{name: "observed", before: ended, final: photo(Big, 3, "a.png"), broken: true, sentence: "as a stream"},
		example{name: "docs", options: docs, before: ended, final: photo(Big, 3, "a.png"), broken: true, message: "PHOTO_SAVE_FILE_INVALID", sentence: "as a stream"},
		example{name: "no photo", options: docs, before: ended, final: big(3)},
		example{name: "no stream", before: run(0, 3, 3, full), final: photo(Big, 3, "a.png")},
	)
	table("final.small_as_big",
		example{name: "docs", options: docs, before: run(0, 20, 20, full), final: big(20), broken: true, sentence: "saveFilePart is the method to use"},
		example{name: "over 10 MiB", options: docs, before: join(run(0, 20, 21, full), run(20, 21, 21, 1)), final: big(21)},
		example{name: "stream", options: docs, before: ended, final: big(3)},
		example{name: "observed", before: run(0, 20, 20, full), final: big(20)},
	)
}

func TestFinaliseUnknown(t *testing.T) {
	book := MustNew(Options{})
	verdict := book.FinaliseUnknown(FinalCall{Kind: Small, Parts: 3})
	assert.Equal(t, "FILE_PART_0_MISSING", message(verdict))
	assert.Contains(t, sentences(verdict)[0], "upload.saveFilePart")
	verdict = book.FinaliseUnknown(FinalCall{Kind: Big, Parts: 0})
	assert.Equal(t, "FILE_PARTS_INVALID", message(verdict))
}

// The checksum of a file is expensive: it must not be asked for when parts are
// missing anyway.
func TestFinaliseAsksForTheChecksumLast(t *testing.T) {
	f := MustNew(Options{}).NewFile(Small)
	accept(t, f, part(1, 0, 5))
	f.Finalise(FinalCall{Kind: Small, Parts: 2, MD5: "x", ActualMD5: func() (string, bool) {
		require.Fail(t, "hashed a file with a missing part")
		return "", false
	}})
}

// The sentence about a missing part says what became of it, which is what the author of
// the client has to know. Not every answer that a scenario gives is an error.
func TestFinaliseSaysWhatBecameOfAMissingPart(t *testing.T) {
	rule := func(p Part) Verdict { return MustNew(Options{}).NewFile(Big).Judge(p) }
	scenario := func(message string) func(Part) Verdict {
		return func(Part) Verdict { return Verdict{Error: &Error{Message: message}} }
	}
	for _, tt := range []struct {
		judge func(Part) Verdict
		want  string
	}{
		{rule, "(it was refused: FILE_PART_EMPTY)"},
		{scenario("boolFalse"), "(it was refused: boolFalse)"},
		{scenario("answered with bad_msg_notification 32"), "(it was refused: answered with bad_msg_notification 32)"},
	} {
		f := MustNew(Options{}).NewFile(Big)
		accept(t, f, part(0, 2, full))
		empty := part(1, 2, 0)
		f.Note(tt.judge(empty), empty)
		verdict := f.Finalise(*big(2))
		assert.Equal(t, "FILE_PART_1_MISSING", message(verdict))
		assert.Contains(t, verdict.Findings[0].Sentence, tt.want)
	}
}

// Parts that were forgotten did arrive, and whoever made the client has to know why they are
// not there: it is no mistake of the client's to have waited for less than it was told.
func TestForgottenPartsDidArrive(t *testing.T) {
	const why = "nothing was sent for 1h"
	unknown, missing := *big(2), *big(2)
	unknown.Forgotten, missing.Forgotten = why, why
	f := MustNew(Options{}).NewFile(Big)
	accept(t, f, part(1, 2, 5))
	for _, c := range []struct {
		verdict Verdict
		want    string
	}{
		{MustNew(Options{}).FinaliseUnknown(unknown), "no part of this file_id is stored any more: nothing was sent for 1h"},
		{f.Finalise(missing), "part 0 of 2 is not stored (it has not come since all parts were forgotten: nothing was sent for 1h); 1 missing in all: save it again and repeat this call"},
	} {
		require.Equal(t, "FILE_PART_0_MISSING", message(c.verdict))
		require.Equal(t, c.want, c.verdict.Findings[0].Sentence)
	}
}
