package link

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
)

func readyOf(n byte, used time.Time) *Key {
	k := keyOf(n, used)
	k.Pinned = true
	return k
}

// nextRun has ready keys with some numbers.
func nextRun(t *testing.T, c *cupboard, limit int, numbers ...byte) *Keys {
	t.Helper()
	require.NoError(t, c.Flush())
	keys := NewKeys(limit)
	for _, n := range numbers {
		keys.Add(readyOf(n, start))
	}
	accounts, err := LoadAccounts(c, c)
	require.NoError(t, err)
	keys.KeepBy(c, 2, accounts)
	require.NoError(t, keys.Load(start, c, rpc.New(rpc.Config{})))
	return keys
}

// Forgotten ready keys of another seed, or of namespaces that are not made yet, are bounded
// by what keys are: those that were used last stay. Those of this run always do.
func TestForgottenReadyKeysAreBounded(t *testing.T) {
	c := newCupboard()
	keys := nextRun(t, c, 2)
	for n := byte(1); n <= 5; n++ {
		k := readyOf(n, start.Add(time.Duration(n)*time.Second))
		keys.Add(k)
		keys.Remove(k.ID)
	}
	keys = nextRun(t, c, 2, 1)
	require.Equal(t, 1, keys.LeftOut())
	require.Empty(t, keys.byID)
	require.NoError(t, c.Flush())
	require.Len(t, c.records, 1+2)
	require.Equal(t, 3, nextRun(t, c, 2, 1, 2, 3, 4, 5).LeftOut())
	require.Equal(t, []byte{2, 3}, known(nextRun(t, c, 2, 1, 2, 3, 4, 5), 1, 2, 3, 4, 5))
}

func known(keys *Keys, numbers ...byte) (there []byte) {
	for _, n := range numbers {
		if keys.Has(keyOf(n, start).ID) {
			there = append(there, n)
		}
	}
	return there
}

// A ready key that is left out leaves no room for one more of the others.
func TestLeftOutKeyLeavesNoRoom(t *testing.T) {
	c := newCupboard()
	nextRun(t, c, 2, 1).Remove(keyOf(1, start).ID)
	keys := nextRun(t, c, 2, 1)
	require.Equal(t, 1, keys.LeftOut())
	for n := byte(2); n <= 5; n++ {
		keys.Add(keyOf(n, start.Add(time.Duration(n)*time.Second)))
	}
	require.Equal(t, []byte{4, 5}, known(keys, 1, 2, 3, 4, 5))
}

// Who makes a forgotten key again, as a namespace does in the next run, has it for good.
func TestForgottenReadyKeyIsMadeAgain(t *testing.T) {
	c := newCupboard()
	keys := nextRun(t, c, 2, 1)
	keys.Remove(keyOf(1, start).ID)
	keys = nextRun(t, c, 2)
	require.Zero(t, keys.LeftOut())
	keys.Add(readyOf(1, start))
	require.Len(t, nextRun(t, c, 2, 1).byID, 1)
	require.Empty(t, c.records)
}

// Clear, which makes a server as it was in the beginning, brings also those back that
// nobody has made yet.
func TestClearForgetsWhatWasForgotten(t *testing.T) {
	c := newCupboard()
	keys := nextRun(t, c, 2, 1)
	keys.Remove(keyOf(1, start).ID)
	nextRun(t, c, 2).Clear()
	require.Len(t, nextRun(t, c, 2, 1).byID, 1)
}

// A ready key that could not be destroyed is there, whatever the disk made of it.
func TestReadyKeyThatIsNotDestroyed(t *testing.T) {
	for _, writes := range []bool{false, true} {
		c := newCupboard()
		keys := nextRun(t, c, 2, 1)
		k := keys.Get(start, keyOf(1, start).ID)
		c.fails, c.writes = true, writes
		require.Error(t, keys.destroy(k))
		c.fails = false
		require.Len(t, nextRun(t, c, 2, 1).byID, 1)
		require.NoError(t, keys.destroy(k))
		require.Empty(t, c.later, "it is on disk before anybody is told")
		require.Empty(t, nextRun(t, c, 2, 1).byID)
	}
}
