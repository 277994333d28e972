package upload

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// slow is a shelf that keeps what is to be written waiting.
type slow struct {
	*shelf
	came, gate chan struct{}
}

func (s *slow) Commit(do, undo []store.Change) error {
	s.came <- struct{}{}
	<-s.gate
	return s.shelf.Commit(do, undo)
}

// What is on its way to the disk keeps nobody waiting who begins another upload: one that
// nobody uses now makes room.
func TestUploadOnItsWayToTheDiskMakesNoRoom(t *testing.T) {
	onItsWay := map[string]func(*room){
		"a part": func(r *room) {
			r.Save(start, r.Open(start, big(1, 1)), Part{Index: 1, Total: 2, Bytes: fill(1, kib)}, Fate{})
		},
		"a document": func(r *room) { r.Finalise(start, Final{ID: big(1, 1), Parts: 1}) },
	}
	for name, write := range onItsWay {
		t.Run(name, func(t *testing.T) {
			s := &slow{newShelf(), make(chan struct{}, 9), make(chan struct{}, 9)}
			r := newRoom(t, Limits{Uploads: 2})
			r.store = store.Sums{}
			require.NoError(t, r.Load(start, s, true, s, func([]byte) (any, error) { return nil, nil }))
			s.gate <- struct{}{}
			r.save(t, start, big(1, 1), 0, -1, fill(1, kib))
			<-s.came
			r.Open(start.Add(time.Second), big(1, 2)).Attempt(start.Add(time.Second), 0)
			written := make(chan struct{})
			go func() { defer close(written); write(r) }()
			<-s.came

			begun := make(chan struct{})
			go func() { defer close(begun); r.Open(start.Add(time.Minute), big(1, 3)) }()
			select {
			case <-begun:
			case <-time.After(10 * time.Second):
				t.Error("it waits for the disk, and so does everybody")
			}
			s.gate <- struct{}{}
			<-written
			<-begun
			require.Equal(t, []int{2}, r.forgotten)
		})
	}
}
