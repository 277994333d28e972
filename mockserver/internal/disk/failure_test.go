package disk

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// Whatever operation fails, and however often: parts that could not be kept are not
// acknowledged, memory and disk agree once the disk works again, and nothing is lost
// that was stored before.
func TestFailures(t *testing.T) {
	for _, op := range []string{"write", "sync", "commit", "committed", "truncate", "remove"} {
		t.Run(op, func(t *testing.T) {
			seeds := uint64(3)
			if *long {
				seeds = 40
			}
			failures := 0
			for seed := range seeds {
				rec := newRecorder()
				dir := t.TempDir()
				db := openDatabase(t, filepath.Join(dir, "run.db"), rec)
				told := 0
				d := New(rec, db, Options{Quota: 1 << 30, Failed: func(error) { told++ }})
				s, err := service(d)
				require.NoError(t, err)
				w := &workload{t: t, rec: rec, s: s, r: rand.New(rand.NewPCG(seed, 3)), now: time.Unix(1e9, 0), failing: true}
				r, failed := rand.New(rand.NewPCG(seed, 4)), 0
				rec.fail = func(kind, _ string) error {
					if kind == op && r.IntN(3) == 0 {
						failed++
						return syscall.EIO
					}
					return nil
				}
				for range 80 {
					w.act()
				}
				if op == "write" || op == "sync" || op == "commit" {
					require.Positive(t, failed)
				}
				failures += failed
				if op == "commit" || op == "committed" {
					require.Positive(t, told, "of commits that nobody waited for")
				}
				rec.fail = nil
				require.NoError(t, s.Write())

				k := newKnowledge()
				for _, at := range rec.steps {
					if at.note != nil {
						at.note(k)
					}
				}
				require.Empty(t, k.compare(s), "in memory, seed %d", seed)
				again := reopened(t, dir, rec, db)
				require.Empty(t, k.compare(again), "on disk, seed %d", seed)
				requireSame(t, s, again)
				require.NoError(t, db.Close())
			}
			require.Positive(t, failures)
		})
	}
}

// reopened is what another process would find now.
func reopened(t *testing.T, dir string, rec *recorder, db *database) *upload.Service {
	t.Helper()
	image, err := os.ReadFile(db.path)
	require.NoError(t, err)
	d, _, err := found(t, dir, maps.Clone(rec.files), image)
	require.NoError(t, err)
	s, err := service(d)
	require.NoError(t, err)
	return s
}

func requireSame(t *testing.T, a, b *upload.Service) {
	t.Helper()
	require.Len(t, b.Files(), len(a.Files()))
	for i, f := range a.Files() {
		x, y := f.Snapshot(), b.Files()[i].Snapshot()
		require.True(t, x.Started.Equal(y.Started) && x.Used.Equal(y.Used))
		x.Started, x.Used = y.Started, y.Used
		require.Equal(t, x, y)
	}
	require.Len(t, b.Documents(), len(a.Documents()))
	for i, d := range a.Documents() {
		require.Equal(t, d.ID, b.Documents()[i].ID)
	}
}

// A disk that is full, or has to stay free, says so in words, and takes parts again
// when there is room.
func TestFullDisk(t *testing.T) {
	rec := newRecorder()
	db := openDatabase(t, filepath.Join(t.TempDir(), "run.db"), rec)
	defer db.Close()
	d := New(rec, db, Options{Quota: 1 << 30, Floor: 1 << 20})
	s, err := service(d)
	require.NoError(t, err)
	now := time.Unix(1e9, 0)
	save := func(index int32) error {
		return s.Save(now, s.Open(now, id(1)), upload.Part{Index: index, Total: -1, Bytes: make([]byte, 4096)}, upload.Fate{}).Err
	}
	require.NoError(t, save(0))
	rec.free = 1<<20 + 1000
	err = save(1)
	require.ErrorIs(t, err, store.ErrFull)
	require.ErrorContains(t, err, "has 1.0 MiB free, and DiskFree keeps 1 MiB of them")
	rec.fail = func(op, name string) error {
		if op == "write" {
			return syscall.ENOSPC
		}
		return nil
	}
	rec.free = 1 << 40
	err = save(1)
	require.ErrorIs(t, err, ErrFailed)
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorContains(t, err, "writing 4096 bytes to uploads/0000000000000001")
	rec.fail = nil
	require.NoError(t, save(1))
	require.EqualValues(t, 8192, len(rec.files["0000000000000001"]), "what failed left no room behind")
}

// While the disk fails, whoever tries again and again has nothing pile up, and what is
// written in the end is the last.
func TestTryingAgainPilesNothingUp(t *testing.T) {
	rec := newRecorder()
	db := openDatabase(t, filepath.Join(t.TempDir(), "run.db"), rec)
	d := New(rec, db, Options{Quota: 1 << 30})
	rec.fail = func(string, string) error { return syscall.EIO }
	change := func(key string, value byte) []store.Change {
		return []store.Change{{Table: store.TableKeys, Key: []byte(key), Value: []byte{value}}}
	}
	all := store.Change{Table: store.TableKeys, Key: []byte("f"), All: true}
	for n := range byte(200) {
		d.Later(change("forgotten", n)...)
		d.Later(all)
		d.Later(change("found", n)...)
		require.ErrorIs(t, d.Commit(change("told", 255), change("told", n)), ErrFailed)
	}
	changes := 0
	for _, e := range d.next.entries {
		changes += len(e.do)
	}
	require.Equal(t, 4, changes)

	rec.fail = nil
	require.NoError(t, d.Flush())
	found := map[string]byte{}
	require.NoError(t, d.Each(store.TableKeys, func(key, value []byte) error {
		found[string(key)] = value[0]
		return nil
	}))
	require.Equal(t, map[string]byte{"found": 199, "told": 199}, found)
	require.NoError(t, db.Close())
}

// The same of the bytes that were put for nothing, in whatever files.
func TestTryingAgainPilesNoRoomUp(t *testing.T) {
	rec := newRecorder()
	db := openDatabase(t, filepath.Join(t.TempDir(), "run.db"), rec)
	d := New(rec, db, Options{Quota: 1 << 30})
	s, err := service(d)
	require.NoError(t, err)
	now := time.Unix(1e9, 0)
	try := func(n int) {
		file := int64(n % 3)
		data := make([]byte, 1+n%5)
		out := s.Save(now, s.Open(now, id(file)), upload.Part{Index: 0, Total: 1, Bytes: data}, upload.Fate{})
		require.Equal(t, rec.fail != nil, out.Err != nil)
	}
	for n := range 3 {
		try(n)
	}
	rec.fail = func(op, _ string) error {
		if op == "commit" {
			return syscall.EIO
		}
		return nil
	}
	for n := range 200 {
		try(3 + n)
	}
	require.LessOrEqual(t, len(d.next.freed), 6)
	rec.fail = nil
	require.NoError(t, s.Write())
	for n := range int64(3) {
		b := d.Bytes(uint64(n + 1))
		require.Equal(t, 1, b.live)
		require.EqualValues(t, n+1, b.room.end)
	}
	require.NoError(t, db.Close())
}

// Those who commit at once share a commit, and each learns what became of it.
func TestCommitsAreShared(t *testing.T) {
	r := &slowRecords{gate: make(chan struct{}), began: make(chan struct{}, 100)}
	d := New(newRecorder(), r, Options{Quota: 1 << 30})
	var all sync.WaitGroup
	var failures atomic.Int64
	commit := func(key string) {
		all.Go(func() {
			if d.Commit([]store.Change{{Table: store.TableKeys, Key: []byte(key), Value: []byte{1}}}, nil) != nil {
				failures.Add(1)
			}
		})
	}
	commit("first")
	<-r.began
	for range 20 {
		commit("more")
	}
	for { // until all of them wait for the first
		d.mu.Lock()
		n := len(d.next.entries)
		d.mu.Unlock()
		if n == 20 {
			break
		}
	}
	r.err = errors.New("broken")
	close(r.gate)
	all.Wait()
	require.EqualValues(t, 2, r.commits.Load(), "one for the first and one for all the others")
	require.EqualValues(t, 20, failures.Load())
}

type slowRecords struct {
	gate    chan struct{}
	began   chan struct{}
	commits atomic.Int64
	err     error
}

func (r *slowRecords) Commit([]store.Change) error {
	first := r.commits.Add(1) == 1
	r.began <- struct{}{}
	<-r.gate
	if first {
		return nil
	}
	return r.err
}
func (*slowRecords) Each(store.Table, func(_, _ []byte) error) error { return nil }
func (*slowRecords) Size() int64                                     { return 0 }
func (*slowRecords) Close() error                                    { return nil }
