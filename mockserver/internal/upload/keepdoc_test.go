package upload

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// overtaken is a shelf on which the first document is written after the second.
type overtaken struct {
	*shelf
	came   int
	second chan struct{} // closed once that is written
}

func (s *overtaken) Commit(do, undo []store.Change) error {
	if do[len(do)-1].Table == store.TableDocuments {
		s.came++
		switch s.came {
		case 1:
			<-s.second
		case 2:
			defer close(s.second)
		}
	}
	return s.shelf.Commit(do, undo)
}

// An id that was given away is not given again by the next process, whatever made room in
// between: of all documents the newest is forgotten last. Only Clear begins anew.
func TestDocumentIDsAfterARestart(t *testing.T) {
	for name, tc := range map[string]struct {
		then func(*room)
		want int64 // the number of the next one
	}{
		"two at once":                {func(*room) {}, 3},
		"two at once and a third":    {func(r *room) { r.finalise(t, start, big(1, 1), 1) }, 4},
		"two at once, all forgotten": {func(r *room) { r.Clear() }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &overtaken{shelf: newShelf(), second: make(chan struct{})}
				r := newRoom(t, Limits{Documents: 1})
				r.store = store.Sums{}
				require.NoError(t, r.Load(start, s, true, s, func([]byte) (any, error) { return nil, nil }))
				for file := range int64(2) {
					r.save(t, start, big(1, 1+file), 0, 1, fill(1, kib))
					go r.Finalise(start, Final{ID: big(1, 1+file), Parts: 1})
					synctest.Wait()
				}
				tc.then(r)
				require.NoError(t, s.shelf.Flush())
				again := s.killed(t)
				again.save(t, start, big(1, 9), 0, 1, fill(1, kib))
				require.Equal(t, firstDocument+tc.want-1, again.finalise(t, start, big(1, 9), 1).ID)
			})
		})
	}
}
