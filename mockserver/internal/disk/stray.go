package disk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// strayError is what is in the way among the files of uploads. We delete nothing that
// we did not make, and do not go on beside it: what else was done to the directory?
type strayError struct {
	names []string
	what  string
}

func (e *strayError) Error() string {
	const most = 3
	named := make([]string, 0, most)
	for _, name := range e.names[:min(most, len(e.names))] {
		named = append(named, strconv.Quote(uploadsDir+"/"+name))
	}
	text := strings.Join(named, ", ")
	if n := len(e.names) - most; n > 0 {
		text += " and " + words.Count(n, "further file")
	}
	return text + ", " + e.what
}

// word says it to the user of the directory.
func (e *strayError) word(dir string) error {
	return &DirError{Dir: dir, What: "holds " + e.Error(), Do: "move that out of " + uploadsDir + ", where nothing but fakedc's own may be, and start again"}
}

// numberOf is the number that a file of an upload is named by.
func numberOf(name string) (number uint64, ours bool) {
	number, err := strconv.ParseUint(name, 16, 64)
	return number, err == nil && nameOf(number) == name
}

// strays finds the files that are not named as ours are; nil is none.
func strays(sizes map[string]int64) error {
	e := &strayError{what: fmt.Sprintf("which fakedc did not put there (its files are named like %s)", nameOf(1))}
	for name := range sizes {
		if _, ours := numberOf(name); !ours {
			e.names = append(e.names, name)
		}
	}
	if len(e.names) == 0 {
		return nil
	}
	slices.Sort(e.names)
	return e
}
