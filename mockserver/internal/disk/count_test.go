package disk

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// The number of records is kept with them, whatever is done to them, and a record that is
// missing is missed.
func TestRecordsAreCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), recordsFile)
	key := func(n int) []byte { return fmt.Appendf(nil, "%02d", n) }
	put := func(n int, value string) store.Change {
		return store.Change{Table: store.TableUploads, Key: key(n), Value: []byte(value)}
	}
	gone := func(prefix string, all bool) store.Change {
		return store.Change{Table: store.TableUploads, Key: []byte(prefix), All: all}
	}
	for _, step := range []struct {
		name    string
		changes []store.Change
		want    int
	}{
		{"nothing", nil, 0},
		{"new", []store.Change{put(10, "a"), put(11, "b"), put(20, "c")}, 3},
		{"replaced", []store.Change{put(10, "d"), put(10, "e")}, 3},
		{"deleted, one of them twice", []store.Change{gone("10", false), gone("10", false), gone("99", false)}, 2},
		{"back and gone again", []store.Change{put(10, "f"), gone("10", false), put(12, "g")}, 3},
		{"all of a beginning", []store.Change{gone("1", true), gone("1", true)}, 1},
		{"all", []store.Change{put(30, "h"), gone("", true)}, 0},
		{"new again", []store.Change{put(10, "a"), put(11, "b")}, 2},
	} {
		b, err := openBolt(path, os.OpenFile, true)
		require.NoError(t, err, step.name)
		require.NoError(t, b.Commit(step.changes), step.name)
		require.NoError(t, b.Close())
		got, err := records(t, path)
		require.NoError(t, err, step.name)
		require.Len(t, got, step.want, step.name)
	}

	spoil := func(f func(in *bbolt.Bucket) error) {
		db, err := openRaw(path, os.OpenFile, true)
		require.NoError(t, err)
		require.NoError(t, db.Update(func(tx *bbolt.Tx) error { return f(tx.Bucket([]byte(store.TableUploads))) }))
		require.NoError(t, db.Close())
	}
	spoil(func(in *bbolt.Bucket) error { return in.SetSequence(0) })
	got, err := records(t, path)
	require.NoError(t, err, "written before records were counted")
	require.Len(t, got, 2)
	spoil(func(in *bbolt.Bucket) error { return in.Delete(key(11)) })
	_, err = records(t, path)
	require.ErrorContains(t, err, "the records are not what was written: uploads has 1 records, and 2 were written")

	db, err := openRaw(path, os.OpenFile, true)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(store.TableUploads)) }))
	require.NoError(t, db.Close())
	_, err = records(t, path)
	require.ErrorContains(t, err, "the records are not what was written: 1 of 5 tables are missing")
}
