package disk

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// records are all that a database holds.
func records(t *testing.T, path string) (map[string]string, error) {
	b, err := openBolt(path, os.OpenFile, true)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	all := map[string]string{}
	for _, table := range tables {
		if err := b.Each(table, func(k, v []byte) error {
			all[fmt.Sprintf("%s %x", table, k)] = string(v)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// reverseMagic has the numbers by which a database is known in the other byte order, as
// they are in one of a machine that has it.
func reverseMagic(t *testing.T, path string) {
	t.Helper()
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	ours := native.AppendUint32(nil, boltMagic)
	theirs := bytes.Clone(ours)
	slices.Reverse(theirs)
	require.Equal(t, 2, bytes.Count(whole, ours))
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(whole, ours, theirs), fileMode))
}

// The pages of a database are as long as those of the memory of the machine that made it.
func TestPagesOfOtherMachines(t *testing.T) {
	for _, size := range []int{1 << 10, 4 << 10, 16 << 10, 64 << 10} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), recordsFile)
			db, err := bbolt.Open(path, fileMode, &bbolt.Options{PageSize: size})
			require.NoError(t, err)
			b := &bolt{db: db}
			require.NoError(t, b.update(begin))
			require.NoError(t, b.Commit([]store.Change{{Table: store.TableKeys, Key: []byte("k"), Value: make([]byte, 100_000)}}))
			require.NoError(t, b.Close())
			all, err := records(t, path)
			require.NoError(t, err)
			require.Len(t, all, 1)
		})
	}
}

// Whatever is wrong with a page, the database is refused or is as it was, after the last
// commit or, where its first page is spoilt, before: nothing is read that was not written,
// nothing is missing, and the process does not die of it.
func TestDamagedPages(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, recordsFile)
	b, err := openBolt(path, os.OpenFile, true)
	require.NoError(t, err)
	var changes []store.Change
	for i := range 300 { // branches, leaves, and values of several pages
		size := 50
		if i%60 == 0 {
			size = 9000
		}
		changes = append(changes, store.Change{Table: tables[i%len(tables)], Key: fmt.Appendf(nil, "%08d", i), Value: bytes.Repeat([]byte{byte(i)}, size)})
	}
	require.NoError(t, b.Commit(changes))
	require.NoError(t, b.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	want, err := records(t, path)
	require.NoError(t, err)
	require.Len(t, want, 300)

	page, rounds := os.Getpagesize(), 600 // as bbolt has it
	if *long {
		rounds = 5_000
	}
	r := rand.New(rand.NewPCG(1, 1))
	refused, empty := 0, 0
	for range rounds {
		spoilt := bytes.Clone(whole)
		at := r.IntN(len(spoilt))
		if r.IntN(2) == 0 { // where the pages say what they are
			at = at/page*page + r.IntN(200)
		}
		switch r.IntN(4) {
		case 0:
			spoilt = spoilt[:at]
		case 1:
			for i := range min(512, len(spoilt)-at) {
				spoilt[at+i] = byte(r.Uint32())
			}
		case 2: // another page of the same file
			copy(spoilt[at/page*page:], whole[r.IntN(len(whole)/page)*page:][:page])
		default:
			spoilt[at] ^= 1 << r.IntN(8)
		}
		path := filepath.Join(dir, "spoilt.db")
		require.NoError(t, os.WriteFile(path, spoilt, 0o600))
		got, err := records(t, path)
		switch {
		case err != nil:
			refused++
		case len(got) == 0: // there was one commit
			empty++
		default:
			require.True(t, maps.Equal(want, got), "%d records of %d", len(got), len(want))
		}
	}
	require.Greater(t, refused, rounds/10)
	require.Less(t, empty, rounds/50)
	t.Logf("%d of %d were refused, %d as before the commit", refused, rounds, empty)
}
