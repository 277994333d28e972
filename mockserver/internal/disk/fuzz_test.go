package disk

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// someRecords are records that need no database.
type someRecords []store.Change

func (someRecords) Commit([]store.Change) error { return nil }
func (someRecords) Size() int64                 { return 0 }
func (someRecords) Close() error                { return nil }

func (r someRecords) Each(t store.Table, f func(k, v []byte) error) error {
	for _, c := range r {
		if c.Table == t {
			if err := f(c.Key, c.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// taken are the records that a real upload and its document leave, and its file.
func taken(t testing.TB) (keep someRecords, file []byte) {
	t.Helper()
	rec := newRecorder()
	log := &logRecords{}
	d := New(rec, log, Options{Quota: 1 << 30})
	s, err := service(d)
	require.NoError(t, err)
	now := time.Unix(1e9, 0)
	for i, size := range []int{1024, 1024, 3} {
		out := s.Save(now, s.Open(now, id(7)), upload.Part{Index: int32(i), Total: 3, Bytes: bytes.Repeat([]byte{byte(i + 1)}, size)}, upload.Fate{})
		require.NoError(t, out.Err)
		require.True(t, out.Verdict.Accepted(), out.Verdict.Error)
	}
	_, v := s.Finalise(now, upload.Final{ID: id(7), Parts: 3, Record: []byte("meta")})
	require.Nil(t, v.Error)
	require.NoError(t, s.Write())
	return log.latest(), rec.files["0000000000000001"]
}

// What the fuzzer begins with is a disk that is taken: parts and a document.
func TestTakenIsTaken(t *testing.T) {
	records, file := unpack(pack(taken(t)))
	rec := newRecorder()
	rec.files["0000000000000001"] = file
	s, err := service(New(rec, records, Options{Quota: 1 << 30}))
	require.NoError(t, err)
	require.Len(t, s.Files(), 1)
	require.Len(t, s.Files()[0].Snapshot().Parts, 3)
	require.Len(t, s.Documents(), 1)
	data, err := s.Documents()[0].Read(0, 1<<20)
	require.NoError(t, err)
	require.Len(t, data, 1024+1024+3)
}

type logRecords struct {
	someRecords
	all someRecords
}

func (l *logRecords) Commit(c []store.Change) error {
	l.all = append(l.all, c...)
	return nil
}

// latest is what is left of them: the last of each key, in the order of a database.
func (l *logRecords) latest() (left someRecords) {
	for _, c := range l.all {
		same := func(o store.Change) bool { return o.Table == c.Table && bytes.Equal(o.Key, c.Key) }
		left = slices.DeleteFunc(left, same)
		if c.Value != nil {
			left = append(left, c)
		}
	}
	slices.SortFunc(left, func(a, b store.Change) int { return bytes.Compare(a.Key, b.Key) })
	return left
}

// pack and unpack write records as bytes that a fuzzer can work on.
func pack(records someRecords, file []byte) []byte {
	var b []byte
	for _, r := range records {
		b = append(b, r.Table[0], byte(len(r.Key)))
		b = append(b, r.Key...)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(r.Value)))
		b = append(b, r.Value...)
	}
	return append(append(b, 0), file...)
}

func unpack(b []byte) (records someRecords, file []byte) {
	for len(b) > 1 && b[0] != 0 {
		c := store.Change{Table: store.TableUploads}
		switch b[0] {
		case 'd':
			c.Table = store.TableDocuments
		case 'm':
			c.Table = store.TableMeta
		}
		n := min(int(b[1]), len(b)-2)
		c.Key, b = b[2:2+n], b[2+n:]
		if len(b) < 2 {
			break
		}
		n = min(int(binary.LittleEndian.Uint16(b)), len(b)-2)
		c.Value, b = b[2:2+n], b[2+n:]
		records = append(records, c)
	}
	if len(b) > 0 {
		file = b[1:]
	}
	return records, file
}

// Whatever is found on a disk: it is refused, or every part that it is said to have
// can be read and is what its record says, or is told to be damaged.
func FuzzRecovery(f *testing.F) {
	records, file := taken(f)
	f.Add(pack(records, file))
	f.Add(pack(records, file[:1]))
	f.Add(pack(records[:1], file))
	f.Add(pack(records[1:], nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		records, file := unpack(data)
		rec := newRecorder()
		rec.files["0000000000000001"] = file
		d := New(rec, records, Options{Quota: 1 << 30})
		s, err := service(d)
		if err != nil {
			return
		}
		for _, f := range s.Files() {
			for _, p := range f.Snapshot().Parts {
				bytes, stored, err := f.Part(p.Index)
				equal, known := f.PartEqual(p.Index, bytes)
				require.Equal(t, p.Stored, stored && known, "part %d", p.Index)
				require.True(t, equal || !stored || err != nil, "a phantom")
			}
		}
		for _, d := range s.Documents() {
			if got, err := d.Read(0, 1<<20); err == nil {
				require.LessOrEqual(t, int64(len(got)), d.Size)
			}
		}
		now := time.Unix(1e9, 0)
		out := s.Save(now, s.Open(now, id(1<<40)), upload.Part{Index: 0, Total: 1, Bytes: []byte("new")}, upload.Fate{})
		require.NoError(t, out.Err)
		require.Nil(t, out.Verdict.Error)
		require.NoError(t, s.Sweep(now.Add(1000*time.Hour)))
	})
}

// Whatever is found in place of the database: it is refused, or read, and takes new
// records; the process does not die of it.
func FuzzDatabase(f *testing.F) {
	path := filepath.Join(f.TempDir(), "seed.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: 1 << 10, NoFreelistSync: true, NoSync: true})
	require.NoError(f, err)
	b := &bolt{db: db}
	require.NoError(f, b.update(func(tx *bbolt.Tx) error {
		for _, t := range tables {
			if _, err := tx.CreateBucket([]byte(t)); err != nil {
				return err
			}
		}
		return nil
	}))
	records, _ := taken(f)
	for i := range 40 { // enough for branches
		records = append(records, store.Change{Table: store.TableKeys, Key: []byte{byte(i)}, Value: make([]byte, 60)})
	}
	require.NoError(f, b.Commit(records))
	require.NoError(f, b.Close())
	whole, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("no database"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "fuzz.db")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		b, err := openBolt(path, os.OpenFile, true)
		if err != nil {
			return
		}
		defer b.Close()
		for _, table := range tables {
			_ = b.Each(table, func(_, _ []byte) error { return nil })
		}
		_ = b.Commit([]store.Change{{Table: store.TableKeys, Key: []byte("new"), Value: []byte("value")}})
	})
}
