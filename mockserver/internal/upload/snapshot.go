package upload

import (
	"sort"
	"time"

	"github.com/fakedc/fakedc/validator"
)

// PartState is what happened to one part number.
type PartState struct {
	Index    int32
	Size     int  // bytes, if stored
	Stored   bool // now
	Attempts int  // calls, without repetitions of the same msg_id
	Times    int  // stored so often
	Refused  int
	Error    string // of the last call, "" if it was stored
}

// Snapshot is a file at one moment.
type Snapshot struct {
	ID      ID
	Ordinal int
	Started time.Time
	Used    time.Time
	Report  validator.Report
	Parts   []PartState // those that were called, by index
}

// Snapshot copies the state of a file.
func (f *File) Snapshot() Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := Snapshot{ID: f.ID, Ordinal: f.Ordinal, Started: f.started, Used: f.lastUsed(), Report: f.state.Report()}
	for index, c := range f.calls {
		s.Parts = append(s.Parts, f.partState(index, c))
	}
	sort.Slice(s.Parts, func(i, j int) bool { return s.Parts[i].Index < s.Parts[j].Index })
	return s
}

// SnapshotOf copies the state of a file with no parts but those that are asked
// for and were called, in that order.
func (f *File) SnapshotOf(indexes []int32) Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := Snapshot{ID: f.ID, Ordinal: f.Ordinal, Started: f.started, Used: f.lastUsed(), Report: f.state.Report()}
	for _, index := range indexes {
		if c, ok := f.calls[index]; ok {
			s.Parts = append(s.Parts, f.partState(index, c))
		}
	}
	return s
}

func (f *File) partState(index int32, c *call) PartState {
	size, stored := f.state.PartSizeOf(index)
	return PartState{
		Index: index, Size: size, Stored: stored,
		Attempts: c.attempts, Times: c.stored, Refused: c.refused, Error: c.last,
	}
}

// Part returns the bytes of a stored part; the error is store.ErrNotKept if only
// its digest was kept.
func (f *File) Part(index int32) (data []byte, stored bool, err error) {
	f.mu.Lock()
	h := f.blobs[index]
	if h != nil {
		h.share() // its room must not be used again while it is read
	}
	f.mu.Unlock()
	if h == nil {
		return nil, false, nil
	}
	defer h.release()
	data, err = h.Bytes()
	return data, true, err
}

// PartEqual tells whether a stored part has these bytes, also where only a digest of
// them was kept.
func (f *File) PartEqual(index int32, data []byte) (equal, stored bool) {
	f.mu.Lock()
	h := f.blobs[index]
	if h != nil {
		h.share()
	}
	f.mu.Unlock()
	if h == nil {
		return false, false
	}
	defer h.release()
	return h.Equal(h.home, data), true
}
