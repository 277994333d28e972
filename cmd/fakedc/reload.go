package main

import (
	"crypto/sha256"
	"os"
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// reloadEvery is how often the scenario's files are looked at. Editors replace a
// file in many ways, and some file systems tell nobody: to look is always right.
const reloadEvery = 500 * time.Millisecond

// fileWatch notices when one of some files has other contents.
type fileWatch struct {
	seen map[string]fileState
}

// fileState is a file at one moment. The digest is only made anew when the rest
// has changed.
type fileState struct {
	modified time.Time
	size     int64
	sum      [sha256.Size]byte
}

// changed looks at the files and tells whether any is not what it was at the last
// look. What is no file counts as unchanged: it is being replaced, or a pipe.
func (w *fileWatch) changed(files []string) bool {
	changed := false
	now := map[string]fileState{}
	for _, name := range files {
		before, known := w.seen[name]
		state, ok := look(name, before)
		if !ok {
			state = before
		}
		now[name] = state
		changed = changed || known && state.sum != before.sum
	}
	w.seen = now
	return changed
}

func look(name string, before fileState) (fileState, bool) {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return before, false // a pipe would be waited for, and it is read only once
	}
	state := fileState{modified: info.ModTime(), size: info.Size(), sum: before.sum}
	if state == before {
		return before, true
	}
	data, err := scenarios.Source(name) // no more than a scenario may have
	if err != nil {
		return before, false
	}
	state.sum = sha256.Sum256(data)
	return state, true
}
