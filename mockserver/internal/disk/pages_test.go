package disk

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

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

	rounds := 600
	if *long {
		rounds = 5_000
	}
	r := rand.New(rand.NewPCG(1, 1))
	refused, empty := 0, 0
	for range rounds {
		spoilt := bytes.Clone(whole)
		at := r.IntN(len(spoilt))
		if r.IntN(2) == 0 { // where the pages say what they are
			at = at/4096*4096 + r.IntN(200)
		}
		switch r.IntN(4) {
		case 0:
			spoilt = spoilt[:at]
		case 1:
			for i := range min(512, len(spoilt)-at) {
				spoilt[at+i] = byte(r.Uint32())
			}
		case 2: // another page of the same file
			copy(spoilt[at/4096*4096:], whole[r.IntN(len(whole)/4096)*4096:][:4096])
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
