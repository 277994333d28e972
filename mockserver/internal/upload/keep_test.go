package upload

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// shelf is a disk: records, in the order of their keys, and files. What Later took is
// not among the records before the next commit.
type shelf struct {
	records []store.Change
	later   []store.Change
	files   map[uint64]*shelfFile
	fail    bool // the next commit is told to have failed, and has not
}

var errShelf = errors.New("the shelf failed")

func newShelf() *shelf { return &shelf{files: map[uint64]*shelfFile{}} }

func (s *shelf) Commit(do, undo []store.Change) error {
	s.write(append(s.later, do...))
	s.later = nil
	if s.fail {
		s.fail, s.later = false, undo
		return errShelf
	}
	return nil
}

func (s *shelf) Later(changes ...store.Change) { s.later = append(s.later, changes...) }

func (s *shelf) Room(int64) error { return nil }

func (s *shelf) Flush() error { return s.Commit(nil, nil) }

func (s *shelf) write(changes []store.Change) {
	for _, c := range changes {
		s.records = slices.DeleteFunc(s.records, func(r store.Change) bool {
			return r.Table == c.Table && (bytes.Equal(r.Key, c.Key) || c.All && bytes.HasPrefix(r.Key, c.Key))
		})
		if c.Value != nil {
			s.records = append(s.records, c)
		}
	}
	slices.SortFunc(s.records, func(a, b store.Change) int { return bytes.Compare(a.Key, b.Key) })
}

func (s *shelf) Each(t store.Table, f func(key, value []byte) error) error {
	for _, r := range s.records {
		if r.Table == t {
			if err := f(r.Key, r.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *shelf) Bytes(number uint64) Bytes {
	if s.files[number] == nil {
		s.files[number] = &shelfFile{}
	}
	return s.files[number]
}

type shelfFile struct {
	store.Sums
	data []byte
}

func (f *shelfFile) Done() {}

func (f *shelfFile) Put(data []byte, print store.Fingerprint) (store.Blob, error) {
	at := len(f.data)
	f.data = append(f.data, data...)
	return store.Placed(len(data), print, f, int64(at)), nil
}

func (f *shelfFile) Claim(size int, sum store.Fingerprint, at int64) (store.Blob, error) {
	return store.Placed(size, sum, f, at), nil
}

func (f *shelfFile) Read(b store.Blob) ([]byte, error) { return f.data[b.At:][:b.Size], nil }

// shelved is a service over what is on a shelf.
func shelved(t *testing.T, s *shelf) *room {
	t.Helper()
	r := newRoom(t, Limits{})
	r.store = store.Sums{}
	require.NoError(t, r.Load(start, s, true, s, func(b []byte) (any, error) { return nil, nil }))
	return r
}

// killed is what another process would find now.
func (s *shelf) killed(t *testing.T) *room {
	t.Helper()
	s.later = nil
	return shelved(t, s)
}

// A file that is forgotten while somebody looks for parts whose time has come does not
// come back to the disk: half of it would, and the next process refuse the directory.
func TestForgottenFileStaysForgotten(t *testing.T) {
	s := newShelf()
	r := shelved(t, s)
	r.save(t, start, big(1, 7), 1, -1, fill(1, kib))
	r.Save(start, r.Open(start, big(1, 7)), Part{Index: 0, Total: -1, Bytes: fill(2, kib)}, Fate{LoseAfter: time.Minute})
	found := r.Files() // by Lapse, while another sweeps
	later := start.Add(2 * time.Hour)
	require.NoError(t, r.Sweep(later))
	require.Empty(t, r.Files())
	r.lapse(later, found[0])
	require.NoError(t, r.Write())
	require.Empty(t, s.killed(t).Files())
}

// A clock that was set back between two runs keeps no upload for longer.
func TestClockSetBack(t *testing.T) {
	s := newShelf()
	r := shelved(t, s)
	tomorrow := start.Add(24 * time.Hour)
	r.save(t, tomorrow, big(1, 7), 0, 2, fill(1, kib))
	again := s.killed(t)
	require.NoError(t, again.Sweep(start.Add(time.Hour)))
	require.Len(t, again.Files(), 1)
	require.NoError(t, again.Sweep(start.Add(time.Hour+1)))
	require.Empty(t, again.Files())
}

// Nobody knows whether a commit that failed is on the disk. What makes up for it leaves
// nothing behind that does not fit to the rest, also of parts that were refused.
func TestFailedCommitLeavesNoRefusals(t *testing.T) {
	for name, fail := range map[string]func(*room) error{
		"of a part": func(r *room) error {
			return r.Save(start, r.Open(start, big(1, 7)), Part{Index: 1, Total: 2, Bytes: fill(2, 9)}, Fate{}).Err
		},
		"of a document": func(r *room) error {
			_, v := r.Finalise(start, Final{ID: big(1, 7), Parts: 1})
			return v.Error
		},
	} {
		for refused := range 2 { // before, which are on the disk
			t.Run(fmt.Sprint(name, " after ", refused), func(t *testing.T) {
				s := newShelf()
				r := shelved(t, s)
				refuse := func() {
					out := r.Save(start, r.Open(start, big(1, 7)), Part{Index: 5, Total: 1, Bytes: fill(1, 9)}, Fate{})
					require.NotNil(t, out.Verdict.Error)
				}
				for range refused {
					refuse()
				}
				r.save(t, start, big(1, 7), 0, -1, fill(1, kib))
				refuse()
				s.fail = true
				require.Error(t, fail(r))
				require.NoError(t, s.Flush()) // by another file
				found := s.killed(t).Files()
				require.Len(t, found, 1)
				require.Len(t, found[0].Snapshot().Report.Refused, refused)
			})
		}
	}
}

// Bytes that are there already need not be stored again, but what is new about a part
// that was answered true is on the disk as well.
func TestPartSentAgainIsKept(t *testing.T) {
	id := big(1, 7)
	t.Run("with the total", func(t *testing.T) {
		s := newShelf()
		r := shelved(t, s)
		for _, total := range []int32{-1, 1} {
			r.save(t, start, id, 0, total, fill(1, kib))
		}
		require.True(t, s.killed(t).Files()[0].Snapshot().Report.Complete)
	})
	t.Run("and is not to be lost any more", func(t *testing.T) {
		s := newShelf()
		r := shelved(t, s)
		p := Part{Index: 0, Total: 1, Bytes: fill(1, kib)}
		require.NoError(t, r.Save(start, r.Open(start, id), p, Fate{LoseAfter: time.Minute}).Err)
		r.save(t, start, id, 0, 1, p.Bytes)
		again := s.killed(t)
		again.Lapse(start.Add(2 * time.Minute))
		require.True(t, again.Files()[0].Snapshot().Report.Complete)
	})
	t.Run("after others failed", func(t *testing.T) {
		s := newShelf()
		r := shelved(t, s)
		r.save(t, start, id, 0, 1, fill(1, kib))
		s.fail = true
		require.Error(t, r.Save(start, r.Open(start, id), Part{Index: 0, Total: 1, Bytes: fill(2, kib)}, Fate{}).Err)
		r.save(t, start, id, 0, 1, fill(1, kib))
		data, _, err := s.killed(t).Files()[0].Part(0)
		require.NoError(t, err)
		require.True(t, bytes.Equal(fill(1, kib), data))
	})
	t.Run("and that fails", func(t *testing.T) {
		s := newShelf()
		r := shelved(t, s)
		r.save(t, start, id, 0, -1, fill(1, kib))
		s.fail = true
		require.Error(t, r.Save(start, r.Open(start, id), Part{Index: 0, Total: 1, Bytes: fill(1, kib)}, Fate{}).Err)
		f := r.Files()[0]
		require.False(t, f.Snapshot().Report.Complete)
		require.EqualValues(t, 1, f.blobs[0].refs.Load())
		r.save(t, start, id, 0, 1, fill(1, kib))
		require.EqualValues(t, 1, f.blobs[0].refs.Load())
		require.True(t, s.killed(t).Files()[0].Snapshot().Report.Complete)
	})
	t.Run("with nothing new", func(t *testing.T) {
		s := newShelf()
		r := shelved(t, s)
		for range 2 {
			r.save(t, start, id, 0, 1, fill(1, kib))
			s.fail = true // it is not asked
		}
		require.Equal(t, 2, r.Files()[0].Snapshot().Parts[0].Times)
	})
}

// A part that is to be lost later than a record can say is not lost sooner.
func TestPartLostLateIsKept(t *testing.T) {
	for _, after := range []time.Duration{time.Minute, 200 * 365 * 24 * time.Hour, 1<<63 - 1} {
		s := newShelf()
		r := shelved(t, s)
		p := Part{Index: 0, Total: 1, Bytes: fill(1, kib)}
		require.NoError(t, r.Save(start, r.Open(start, big(1, 7)), p, Fate{LoseAfter: after}).Err)
		again := s.killed(t)
		again.Lapse(start.Add(min(after, 100*365*24*time.Hour) - 1))
		require.True(t, again.Files()[0].Snapshot().Report.Complete, after)
		again.Lapse(start.Add(after))
		require.False(t, again.Files()[0].Snapshot().Report.Complete, after)
	}
}
