package mockserver_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/internal/disk"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// records counts those of a table in the data directory of a server that was closed.
func records(t *testing.T, dir string, table store.Table) (n int) {
	t.Helper()
	d, err := disk.Open(dir, disk.Options{})
	require.NoError(t, err)
	require.NoError(t, d.Each(table, func(_, _ []byte) error { n++; return nil }))
	require.NoError(t, d.Abandon())
	return n
}

// A server that runs long meets many who log in once: on disk there are no more accounts
// than keys, without a restart, and who has a key still has its account.
func TestThrowAwayAccounts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	const keys, logins = 4, 12
	o := mockserver.Options{DataDir: dir, Limits: mockserver.Limits{AuthKeys: keys}}
	var left []*rawclient.AuthKey
	runs(t, o, func(t *testing.T, b *bubble) {
		for n := 1; n <= logins; n++ {
			left = append(left, b.login(fmt.Sprintf("%d:throwaway", n)).Key())
			<-time.After(time.Second) // the bubble's clock: which key was used least recently is no accident
		}
		last := b.again(left[logins-1])
		for n := logins + 1; n <= 3*logins; n++ { // and one of them as many
			_, err := last.LoginBot(t.Context(), fmt.Sprintf("%d:throwaway", n))
			require.NoError(t, err)
		}
	})
	require.Equal(t, keys, records(t, dir, store.TableKeys))
	require.Equal(t, keys, records(t, dir, store.TableAccounts))
	runs(t, o, func(t *testing.T, b *bubble) {
		for _, key := range left[logins-keys:] {
			require.Equal(t, "true", part(t, b.again(key), 1, 0, 2, contents(1024)))
		}
		requireUnknownKey(t, b.again(left[0]))
		require.Len(t, b.Uploads(), keys, "of an account each")
	})
}

// A ready key that its client destroyed, or that ForgetKey made unknown, is not known to
// the next run either; other ready keys are, and Reset brings all of them back for good.
func TestForgottenReadyKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	o := mockserver.Options{DataDir: dir, ReadyAccounts: 3}
	client := func(t *testing.T, b *bubble, account int) *rawclient.Client {
		s, err := b.Session(mockserver.SessionOptions{Account: account})
		require.NoError(t, err)
		c := b.again(rawclient.NewAuthKey(s.AuthKey, 0))
		return c
	}
	works := func(t *testing.T, c *rawclient.Client) {
		_, err := c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
	}
	note := "the data directory " + dir + " says that 2 ready sessions were forgotten in an earlier run, by ForgetKey or destroy_auth_key: clients with one are answered -404; take another account or another directory (in Go, Server.Reset brings them back)"
	told := func(b *bubble) bool {
		return slices.ContainsFunc(b.Journal(), func(e mockserver.Event) bool { return e.Text == note })
	}
	forgotten := func(t *testing.T, b *bubble) {
		require.True(t, told(b))
		require.Contains(t, b.Journal()[0].Text, " has 1 auth key, ", "what was forgotten is none")
		requireUnknownKey(t, client(t, b, 1))
		requireUnknownKey(t, client(t, b, 2))
		works(t, client(t, b, 3))
	}
	runs(t, o, func(t *testing.T, b *bubble) {
		require.False(t, told(b))
		c := client(t, b, 1)
		works(t, c)
		destroyKey(t, c)
		c = client(t, b, 2) // never used: there is nothing of it on disk
		require.Equal(t, 1, b.ForgetKey(c.Key().ID))
		works(t, client(t, b, 3))
	}, forgotten, forgotten, func(t *testing.T, b *bubble) {
		require.NoError(t, b.Reset())
		works(t, client(t, b, 1))
	}, func(t *testing.T, b *bubble) {
		require.False(t, told(b))
		works(t, client(t, b, 1))
		works(t, client(t, b, 2))
	})
}
