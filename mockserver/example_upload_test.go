package mockserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/fakedc/fakedc/mockserver"
)

// What is known of an upload, and its bytes.
func ExampleUpload() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	c := connected(dc, "1:any")
	defer c.Close()
	parts := [][]byte{make([]byte, 1024), []byte("the end")}
	for i, data := range parts {
		var u mockserver.Upload
		if i > 0 {
			u, _ = dc.Upload(7)
			_, err := u.Bytes()
			fmt.Println(errors.Is(err, mockserver.ErrIncomplete), u.Report.Missing)
		}
		if _, err := c.SaveBigFilePart(context.Background(), 7, int32(i), 2, data); err != nil {
			log.Fatal(err)
		}
	}
	ctx, cancel := patience()
	defer cancel()
	all, err := dc.WaitUploads(ctx, 1)
	if err != nil {
		log.Fatal(err)
	}
	var b bytes.Buffer
	n, err := all[0].WriteTo(&b)
	fmt.Println(n, err, bytes.HasSuffix(b.Bytes(), []byte("the end")))
	equal, _ := all[0].PartEqual(1, parts[1]) // with every store
	whole, _ := all[0].SHA256()
	fmt.Println(equal, whole[:8])
	for _, p := range all[0].Parts {
		var state mockserver.PartState = p
		fmt.Println("part", state.Index, "stored", state.Stored, "attempts", state.Attempts)
	}
	// A page with many parts asks for those alone that changed.
	for _, u := range dc.UploadParts(map[int][]int32{1: {1}}) {
		fmt.Println(u.Ordinal, len(u.Parts))
	}
	// Output:
	// true [1]
	// 1031 <nil> true
	// true 6424bcb6
	// part 0 stored true attempts 1
	// part 1 stored true attempts 1
	// 1 1
}
