package mockserver_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// What a test asks at the end.
func ExampleServer_RequireUploaded() {
	t := &exampleTB{} // in a test: its *testing.T
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	go func() { _ = send(dc.Addr(), dc.PublicKey()) }()

	ctx, cancel := patience()
	defer cancel()
	u, err := dc.WaitUpload(ctx)
	if err != nil {
		log.Fatal(err)
	}
	want := append(make([]byte, 1024), "the end"...)
	dc.RequireUploaded(t, u.FileID, bytes.NewReader(want))
	dc.RequireCalls(t, "upload.saveBigFilePart", 2)
	n, err := dc.Calls("help.*")
	fmt.Println(n, "calls of help.*", err)
	dc.RequireNoViolations(t)
	dc.RequireVerdict(t)
	fmt.Println(u.Parts[1].Size, "bytes in the last part")

	want[1030] = '!'
	dc.RequireUploaded(t, u.FileID, bytes.NewReader(want))
	// Output:
	// 1 calls of help.* <nil>
	// 7 bytes in the last part
	// FAIL: fakedc: file 7 is not what was to be sent: the first byte that differs is in part 1, at byte 1030 of the file
}

// A test that proves nothing fails by itself: here nobody met the fault.
func ExampleOptions_atEnd() {
	t := &exampleTB{}
	mockserver.Start(t, mockserver.Options{
		Scenario: &scenarios.Scenario{Rules: []scenarios.Rule{{Name: "wait", Reply: scenarios.NoReply()}}},
		AtEnd:    mockserver.AtEnd{AllowUnmet: true, AllowUnknown: true}, // but not AllowUnfired
	})
	t.end()
	// Output:
	// FAIL: fakedc: pending: rule never fired: wait
	// FAIL: fakedc:     the rule did not fire: the client made no call that it is about, or an earlier rule took them all
	// FAIL: fakedc: that is how it was at the end of the test; mockserver.Options.AtEnd can allow it
}

// Tests that run at once share a server: each has accounts, faults and a verdict of
// its own.
func ExampleServer_Namespace() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	for _, name := range []string{"refused", "fine"} {
		// In a test: t.Run(name, func(t *testing.T) { t.Parallel() ...
		var space *mockserver.Namespace = dc.Namespace(t)
		if name == "refused" {
			err := space.SetScenario(&scenarios.Scenario{Rules: []scenarios.Rule{{Times: 1, Reply: scenarios.ErrorReply("FILE_PART_INVALID")}}})
			if err != nil {
				log.Fatal(err)
			}
		}
		c := connected(dc, space.BotToken())
		ctx, cancel := patience()
		_, err := c.SaveBigFilePart(ctx, 7, 0, 1, []byte("all of it"))
		cancel()
		_ = c.Close()
		fmt.Println(name, err, len(space.Uploads()), "of", len(dc.Uploads()))
	}
	fmt.Println(errors.Is(dc.Reset(), mockserver.ErrNamespaces)) // not under their feet
	// Output:
	// refused rawclient: rpc error 400 FILE_PART_INVALID 1 of 1
	// fine <nil> 1 of 2
	// true
}

// A server that many tests use, one after another.
func ExampleServer_Reset() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	for range 2 {
		if err := send(dc.Addr(), dc.PublicKey()); err != nil {
			log.Fatal(err)
		}
		u, _ := dc.UploadNumber(1)
		fmt.Println(len(dc.Uploads()), u.FileID)
		if err := dc.Reset(); err != nil { // mockserver.ErrNamespaces while there are any
			log.Fatal(err)
		}
	}
	// Output:
	// 1 7
	// 1 7
}

// A name that is misspelt is an error, not a method that was never called.
func ExampleMethodError() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	_, err := dc.Calls("upload.saveBigFilePrat")
	var e *mockserver.MethodError
	fmt.Println(errors.As(err, &e), e.DidYouMean)

	dc.RequireCalls(t, "uplod.*", 0)
	_, err = dc.Hold(scenarios.Match{Method: "messages.sendReaction"})
	fmt.Println(err)
	// Output:
	// true upload.saveBigFilePart
	// FAIL: fakedc: no method is called uplod.* (did you mean "upload.*"?)
	// mockserver: holding calls: messages.sendReaction: calls of it are refused at once, before any rule or gate, as fakedc does not know their arguments
}
