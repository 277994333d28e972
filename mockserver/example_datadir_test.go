package mockserver_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fakedc/fakedc/mockserver"
)

// A server that is made with the directory of another goes on where that one was: the
// sessions of clients are good, and uploads continue. One server has it at a time.
func Example_restart() {
	dir, err := os.MkdirTemp("", "fakedc")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	o := mockserver.Options{DataDir: filepath.Join(dir, "data")}
	first, err := mockserver.New(o)
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = mockserver.New(o)
	var inUse *mockserver.DataDirError
	fmt.Println("two at once:", errors.As(err, &inUse) && inUse.Unwrap() != nil)

	// ... clients log in and upload, though not to the end ...
	if err := first.Close(); err != nil {
		fmt.Println(err)
	}
	second, err := mockserver.New(o)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer second.Close()
	fmt.Println("a run of its own:", first.RunID() != second.RunID())
	var parts []mockserver.KeptParts // that the first has stored
	for _, e := range second.Journal() {
		if e.Kind == mockserver.EventKept {
			parts = append(parts, e.Kept...)
		}
	}
	fmt.Println("kept:", len(parts))
	// Output:
	// two at once: true
	// a run of its own: true
	// kept: 0
}
