package link

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// onDisk are the ids of the accounts that are kept.
func onDisk(t *testing.T, c *cupboard) (ids []int64) {
	t.Helper()
	require.NoError(t, c.Flush())
	require.NoError(t, c.Each(store.TableAccounts, func(key, _ []byte) error {
		ids = append(ids, int64(binary.BigEndian.Uint64(key)))
		return nil
	}))
	return ids
}

// logIn has a key logged in as an account, and kept.
func logIn(t *testing.T, keys *Keys, k *Key, a *rpc.Account) {
	t.Helper()
	k.Auth.LogIn(a)
	require.NoError(t, keys.Keep(k))
}

// However many log in once and never again, with a key each or one for all, there are no
// more accounts on disk than keys, and those that are left are whole after a restart.
func TestThrowAwayLoginsLeaveNoAccounts(t *testing.T) {
	c := newCupboard()
	keys, h := keptKeys(c, 3)
	for n := range 50 {
		k := keyOf(byte(n), start.Add(time.Duration(n)*time.Second))
		keys.Add(k)
		logIn(t, keys, k, h.Ready(n+1, false))
		require.LessOrEqual(t, len(onDisk(t, c)), 3)
	}
	one := keyOf(50, start.Add(time.Hour))
	keys.Add(one)
	for n := range 50 {
		logIn(t, keys, one, h.Ready(n+100, true))
		require.LessOrEqual(t, len(onDisk(t, c)), 3)
	}
	again := loaded(t, c)
	want := map[byte]int64{48: rpc.ReadyID(49, false), 49: rpc.ReadyID(50, false), 50: rpc.ReadyID(149, true)}
	require.Len(t, again.byID, len(want))
	for n, id := range want {
		require.Equal(t, id, accountOf(again.Get(start, keyOf(n, start).ID)))
	}
	require.Len(t, onDisk(t, c), 3)
}

// An account is on disk as long as a key on disk names it, of whatever datacenter: those
// that are not served now included.
func TestAccountsStayAsLongAsAKeyHasThem(t *testing.T) {
	c := newCupboard()
	h := rpc.New(rpc.Config{})
	accounts, err := LoadAccounts(c, c)
	require.NoError(t, err)
	home, other := NewKeys(10), NewKeys(10)
	home.KeepBy(c, 2, accounts)
	other.KeepBy(c, 4, accounts)
	a := h.Ready(1, false)
	k, elsewhere := keyOf(1, start), keyOf(2, start)
	home.Add(k)
	other.Add(elsewhere)
	logIn(t, home, k, a)
	logIn(t, other, elsewhere, a)

	home.Remove(k.ID)
	require.Equal(t, []int64{a.ID}, onDisk(t, c))
	one := keyOf(3, start)
	alone := keysOf(c, 2, 10)
	require.NoError(t, alone.Load(start, c, h))
	alone.Add(one)
	logIn(t, alone, one, a)
	alone.Clear()
	require.Equal(t, []int64{a.ID}, onDisk(t, c), "the other datacenter has it, which is not served")

	other.Remove(elsewhere.ID)
	require.Empty(t, onDisk(t, c))
}

// What left nobody an account, and a crash left there, is gone with the next start.
func TestAccountsArePruned(t *testing.T) {
	c := newCupboard()
	keys, h := keptKeys(c, 10)
	for n := range 2 {
		k := keyOf(byte(n), start)
		keys.Add(k)
		logIn(t, keys, k, h.Ready(n+1, false))
	}
	delete(c.records, string(store.TableKeys)+"\x00"+string(keyKey(2, keyOf(0, start).ID)))
	accounts, err := LoadAccounts(c, c)
	require.NoError(t, err)
	accounts.Prune()
	require.Equal(t, []int64{rpc.ReadyID(2, false)}, onDisk(t, c))
}

// Who logs out and in again has the same account, and it is on disk again.
func TestAccountComesBack(t *testing.T) {
	c := newCupboard()
	keys, h := keptKeys(c, 10)
	k, a := keyOf(1, start), h.Ready(1, false)
	keys.Add(k)
	logIn(t, keys, k, a)
	logIn(t, keys, k, nil)
	require.Empty(t, onDisk(t, c))
	logIn(t, keys, k, a)
	require.Equal(t, a.ID, accountOf(loaded(t, c).Get(start, k.ID)))
}

// A key that is written just when the last other key of its account is forgotten, or when
// it is forgotten itself, be it with the account that it had (3: another), names no account
// on disk that is not there: whether the commit succeeds, fails, or fails once everything
// is written.
func TestForgottenWhileItsAccountIsKept(t *testing.T) {
	for _, forgotten := range []byte{1, 2, 3} {
		for _, disk := range []struct{ fails, writes bool }{{}, {fails: true}, {fails: true, writes: true}} {
			c := newCupboard()
			keys, h := keptKeys(c, 10)
			a := h.Ready(1, false)
			for n := byte(1); n <= 2; n++ {
				keys.Add(keyOf(n, start))
			}
			first, second := keys.Get(start, keyOf(1, start).ID), keys.Get(start, keyOf(2, start).ID)
			logIn(t, keys, first, a)
			require.NoError(t, keys.Keep(second))
			second.Auth.LogIn(a)
			if forgotten > 1 {
				require.NoError(t, keys.Keep(second))
				keys.Remove(first.ID) // it alone has the account now
				second.Salts.Rotate(start)
			}
			if forgotten == 3 {
				second.Auth.LogIn(h.Ready(2, false))
			}
			c.meanwhile = func() {
				keys.Remove(keyOf(min(forgotten, 2), start).ID)
				c.apply(c.later) // a commit of somebody else's comes before this one
				c.later = nil
				c.fails, c.writes = disk.fails, disk.writes
			}
			require.Equal(t, disk.fails, keys.Keep(second) != nil)
			require.NoError(t, load(c))
			for _, one := range c.later { // whose commits a crash may come between
				c.apply([]store.Change{one})
				require.NoError(t, load(c))
			}
			if forgotten > 1 {
				require.Empty(t, c.records)
			}
		}
	}
}

// A key that was forgotten, or destroyed, before somebody destroys it is gone. If the disk
// fails then, nothing brings it back, least of all without the account that went with it.
func TestDestroyedWhenItIsGone(t *testing.T) {
	for name, before := range map[string]func(keys *Keys, k *Key){
		"forgotten": func(keys *Keys, k *Key) { keys.Remove(k.ID) },
		"destroyed": func(keys *Keys, k *Key) { require.NoError(t, keys.destroy(k)) },
	} {
		c := newCupboard()
		keys, h := keptKeys(c, 10)
		k := keyOf(1, start)
		keys.Add(k)
		logIn(t, keys, k, h.Ready(1, false))
		before(keys, k)
		c.fails = true
		require.NoError(t, keys.destroy(k), name)
		keys.Remove(k.ID)
		for _, one := range c.later { // whose commits a crash may come between
			c.apply([]store.Change{one})
			require.NoError(t, load(c), name)
		}
		require.Empty(t, c.records, name)
	}
}

// A ready key of a namespace is made again by every run, over the one that was kept: it
// counts once.
func TestReadyKeyOverTheKeptOne(t *testing.T) {
	c := newCupboard()
	keys, h := keptKeys(c, 10)
	for range 2 {
		k := keyOf(1, start)
		keys.Add(k)
		logIn(t, keys, k, h.Ready(1, false))
	}
	require.Len(t, onDisk(t, c), 1)
	keys.Remove(keyOf(1, start).ID)
	require.Empty(t, onDisk(t, c))
}
