package link

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// cupboard is a keeper in memory that fails when it is told to: before it wrote
// anything, or after it wrote everything.
type cupboard struct {
	records       map[string][]byte
	later         []store.Change
	fails, writes bool
	meanwhile     func() // nil: nothing happens before a commit is asked for
}

func newCupboard() *cupboard { return &cupboard{records: map[string][]byte{}} }

func (c *cupboard) apply(changes []store.Change) {
	for _, x := range changes {
		if name := string(x.Table) + "\x00" + string(x.Key); x.Value != nil {
			c.records[name] = x.Value
		} else {
			delete(c.records, name)
		}
	}
}

func (c *cupboard) Commit(do, undo []store.Change) error {
	if f := c.meanwhile; f != nil {
		c.meanwhile = nil
		f()
	}
	if c.fails {
		if c.writes {
			c.apply(do)
		}
		c.later = append(c.later, undo...)
		return errors.New("broken")
	}
	c.apply(c.later)
	c.later = nil
	c.apply(do)
	return nil
}

func (c *cupboard) Later(changes ...store.Change) { c.later = append(c.later, changes...) }

func (c *cupboard) Flush() error { return c.Commit(nil, nil) }

func (c *cupboard) Each(t store.Table, f func(key, value []byte) error) error {
	for _, name := range slices.Sorted(maps.Keys(c.records)) {
		table, key, _ := strings.Cut(name, "\x00")
		if table == string(t) {
			if err := f([]byte(key), c.records[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// loaded is what another process makes of what is kept.
func loaded(t *testing.T, c *cupboard) *Keys {
	t.Helper()
	require.NoError(t, c.Flush())
	keys, h := keptKeys(c, 100)
	require.NoError(t, keys.Load(start, c, h))
	return keys
}

// keptKeys are those of datacenter 2.
func keptKeys(c *cupboard, limit int) (*Keys, *rpc.Handler) {
	return keysOf(c, 2, limit), rpc.New(rpc.Config{})
}

// keysOf are those of a datacenter that is alone.
func keysOf(c *cupboard, dc, limit int) *Keys {
	accounts, err := LoadAccounts(c, c)
	if err != nil {
		panic(err)
	}
	keys := NewKeys(limit)
	keys.KeepBy(c, dc, accounts)
	return keys
}

func accountOf(k *Key) int64 {
	if a := k.Auth.Account(); a != nil {
		return a.ID
	}
	return 0
}

// A key that is forgotten just when it is about to be written is not back after a
// restart.
func TestForgottenWhileItIsKept(t *testing.T) {
	c := newCupboard()
	keys, _ := keptKeys(c, 10)
	k := keyOf(1, start)
	keys.Add(k)
	c.meanwhile = func() { keys.Remove(k.ID) }
	require.NoError(t, keys.Keep(k))
	require.Nil(t, loaded(t, c).Get(start, k.ID))
}

// A login that cannot be kept has not happened: not in memory, not on disk, whatever the
// disk made of it, and it can be tried again.
func TestLoginThatIsNotKept(t *testing.T) {
	for _, writes := range []bool{false, true} {
		c := newCupboard()
		keys, h := keptKeys(c, 10)
		k := keyOf(1, start)
		keys.Add(k)
		require.NoError(t, keys.Keep(k))

		c.fails, c.writes = true, writes
		k.Auth.LogIn(h.Ready(1, true))
		require.Error(t, keys.Keep(k))
		require.Zero(t, accountOf(k))
		c.fails = false
		require.Zero(t, accountOf(loaded(t, c).Get(start, k.ID)))

		k.Auth.LogIn(h.Ready(1, true))
		require.NoError(t, keys.Keep(k))
		require.Equal(t, rpc.ReadyID(1, true), accountOf(loaded(t, c).Get(start, k.ID)))
	}
}

// The same of a binding: a temporary key is bound to nothing if that cannot be kept.
func TestBindingThatIsNotKept(t *testing.T) {
	c := newCupboard()
	keys, h := keptKeys(c, 10)
	perm := keyOf(1, start)
	perm.Auth.LogIn(h.Ready(1, false))
	temp := NewTemporaryKey([256]byte{2}, 5, start, time.Hour)
	for _, k := range []*Key{perm, temp} {
		keys.Add(k)
		require.NoError(t, keys.Keep(k))
	}
	bind := func() {
		require.True(t, temp.Auth.Bind(perm.Auth))
		temp.bound(perm, start.Add(30*time.Minute))
	}
	c.fails = true
	bind()
	require.Error(t, keys.Keep(temp))
	require.Zero(t, accountOf(temp))
	require.Nil(t, temp.permanent())
	require.False(t, temp.expired(start.Add(45*time.Minute)), "it ends when it did before")

	c.fails = false
	bind()
	require.NoError(t, keys.Keep(temp))
	again := loaded(t, c).Get(start, temp.ID)
	require.Equal(t, rpc.ReadyID(1, false), accountOf(again))
	require.Equal(t, perm.ID, again.permanent().ID)
	require.True(t, again.expired(start.Add(30*time.Minute)))
	require.EqualValues(t, 5, again.Salts.Current(start))
}

// Nothing is written for a query that changed nothing: most are parts.
func TestUnchangedKeysCostNoCommit(t *testing.T) {
	c := newCupboard()
	keys, h := keptKeys(c, 10)
	k := keyOf(1, start)
	k.Auth.LogIn(h.Ready(1, false))
	keys.Add(k)
	require.NoError(t, keys.Keep(k))
	c.fails = true
	require.NoError(t, keys.Keep(k))
	k.Salts.Rotate(start)
	require.Error(t, keys.Keep(k), "a salt is kept")
}

// A key that made room, expired or was forgotten is not on disk either.
func TestForgottenKeysAreNotKept(t *testing.T) {
	c := newCupboard()
	keys, _ := keptKeys(c, 2)
	for n := range byte(3) {
		k := keyOf(n, start.Add(time.Duration(n)*time.Second))
		keys.Add(k)
		require.NoError(t, keys.Keep(k))
	}
	require.Len(t, loaded(t, c).byID, 2)
	keys.Remove(keyOf(2, start).ID)
	require.Len(t, loaded(t, c).byID, 1)
	temp := NewTemporaryKey([256]byte{9}, 5, start.Add(-2*time.Hour), time.Hour)
	keys.Add(temp)
	require.NoError(t, keys.Keep(temp))
	require.Len(t, loaded(t, c).byID, 1, "it is over")
	keys.Clear()
	require.Empty(t, loaded(t, c).byID)
}

// What the client reads of destroy_auth_key is true after a restart: a key that is gone
// is not back, not even if another connection changed something of it meanwhile, and one
// that could not be taken off the disk is still there.
func TestDestroyedKeysAreNotKept(t *testing.T) {
	for _, writes := range []bool{false, true} {
		c := newCupboard()
		keys, _ := keptKeys(c, 10)
		k := keyOf(1, start)
		keys.Add(k)
		require.NoError(t, keys.Keep(k))

		c.fails, c.writes = true, writes
		require.Error(t, keys.destroy(k))
		c.fails = false
		require.NotNil(t, loaded(t, c).Get(start, k.ID))
		k.Salts.Rotate(start)
		require.NoError(t, keys.Keep(k), "it goes on")

		require.NoError(t, keys.destroy(k))
		require.Empty(t, c.later, "nothing is left to be written")
		k.Salts.Rotate(start)
		require.NoError(t, keys.Keep(k))
		require.Empty(t, c.records)
	}
}

// Two keys of one account are not written at once: the older state could be the one that
// is left.
func TestAccountIsWrittenByOneAtATime(t *testing.T) {
	c := newCupboard()
	keys, h := keptKeys(c, 10)
	k, account := keyOf(1, start), h.Ready(1, false)
	k.Auth.LogIn(account)
	keys.Add(k)
	asked := false
	c.meanwhile = func() {
		asked = true
		require.False(t, account.Keeping.TryLock())
	}
	require.NoError(t, keys.Keep(k))
	require.True(t, asked)
	require.True(t, account.Keeping.TryLock(), "it is not left locked")
}

func load(c *cupboard) error {
	accounts, err := LoadAccounts(c, c)
	if err != nil {
		return err
	}
	keys := NewKeys(10)
	keys.KeepBy(c, 2, accounts)
	return keys.Load(start, c, rpc.New(rpc.Config{}))
}

// What is no record of ours is refused, and nothing is made of it.
func TestLoadRefuses(t *testing.T) {
	good := func() (*cupboard, string) {
		c := newCupboard()
		keys, h := keptKeys(c, 10)
		k := keyOf(1, start)
		k.Auth.LogIn(h.Ready(1, false))
		keys.Add(k)
		require.NoError(t, keys.Keep(k))
		return c, string(store.TableKeys) + "\x00" + string(keyKey(2, k.ID))
	}
	account := string(store.TableAccounts) + "\x00" + string(accountKey(rpc.ReadyID(1, false)))
	for name, tt := range map[string]struct {
		spoil func(c *cupboard, key string)
		want  string
	}{
		"no JSON":                    {func(c *cupboard, key string) { c.records[key] = []byte("{") }, ": unexpected end of JSON input"},
		"a short key":                {func(c *cupboard, key string) { c.records[key] = []byte(`{"value":"AAAA"}`) }, ": it has 3 bytes"},
		"a name too short":           {func(c *cupboard, key string) { c.records[string(store.TableKeys)+"\x00abc"] = c.records[key] }, "the auth key 616263: its name has 3 bytes, not 12"},
		"an account that is no JSON": {func(c *cupboard, _ string) { c.records[account] = []byte("{") }, ": unexpected end of JSON input"},
		"an account's is too short":  {func(c *cupboard, _ string) { c.records[string(store.TableAccounts)+"\x00abc"] = c.records[account] }, "the account 616263: its name has 3 bytes, not 8"},
		"a lost account":             {func(c *cupboard, _ string) { delete(c.records, account) }, " is missing"},
	} {
		c, key := good()
		tt.spoil(c, key)
		err := load(c)
		require.ErrorIs(t, err, errRecord, name)
		require.ErrorContains(t, err, tt.want, name)
		require.NotContains(t, err.Error(), "%!", name)
	}
}
