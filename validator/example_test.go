package validator_test

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/fakedc/fakedc/validator"
)

// The call that many pages of API documentation show as an example: part 43 of
// 43. Parts are numbered from 0, so it lies one past the end.
func ExampleFile_Judge() {
	file := validator.MustNew(validator.Options{}).NewFile(validator.Big)

	bytes := []byte("arbitrary data here")
	call := validator.Part{Index: 43, Total: 43, Size: len(bytes), Sum: sha256.Sum256(bytes)}
	verdict := file.Judge(call)
	fmt.Println(verdict.Error.Code, verdict.Error.Message)
	fmt.Println(verdict.Findings[0].Sentence)
	fmt.Println(verdict.Findings[0].Rule.Source)

	call.Index = 42
	fmt.Println("part 42 accepted:", file.Judge(call).Accepted())
	// Output:
	// 400 FILE_PART_INVALID
	// part 43 of 43: parts are numbered from 0, so the last of 43 is 42
	// https://core.telegram.org/method/upload.saveBigFilePart
	// part 42 accepted: true
}

// A part that never arrived is named by the finalising call.
func ExampleFile_Finalise() {
	file := validator.MustNew(validator.Options{}).NewFile(validator.Small)
	for _, index := range []int32{0, 2} {
		part := validator.Part{Index: index, Size: 1024}
		if verdict := file.Judge(part); verdict.Accepted() {
			file.Record(part)
		}
	}
	stored := md5.Sum(make([]byte, 2048))
	verdict := file.Finalise(validator.FinalCall{
		Kind: validator.Small, Parts: 3, Name: "notes.txt",
		ActualMD5: func() (string, bool) { return hex.EncodeToString(stored[:]), true },
	})
	fmt.Println(verdict.Error)
	fmt.Println(verdict.Findings[0].Sentence)
	// Output:
	// 400 FILE_PART_1_MISSING (rule final.part_missing)
	// part 1 of 3 is not stored (it never arrived); 1 missing in all: save it again and repeat this call
}

// Streams send -1 until the end is in sight. One that ends on a part boundary
// is closed by the only empty part that the rules allow.
func ExampleFile_Report() {
	file := validator.MustNew(validator.Options{Profile: validator.ProfileDocs}).NewFile(validator.Big)
	for _, part := range []validator.Part{
		{Index: 1, Total: -1, Size: 524288},
		{Index: 0, Total: -1, Size: 524288},
		{Index: 2, Total: 2, Size: 0},
	} {
		verdict := file.Judge(part)
		file.Note(verdict, part)
		if verdict.Accepted() {
			file.Record(part)
		}
	}
	report := file.Report()
	fmt.Println("total", report.Total, "stored", report.Stored, "bytes", report.Bytes)
	fmt.Println("complete", report.Complete, "out of order", report.OutOfOrder, "refused", report.Refused)
	// Output:
	// total 2 stored 3 bytes 1048576
	// complete true out of order [1] refused []
}

// One rule can be set apart from its profile.
func ExampleNew() {
	_, err := validator.New(validator.Options{
		Profile:   validator.ProfileDocs,
		Overrides: map[string]validator.Mode{"last.oversized": validator.Off},
	})
	fmt.Println(err)
	// Output:
	// validator: no rule "last.oversized" to override (did you mean "last.oversize"?)
}
