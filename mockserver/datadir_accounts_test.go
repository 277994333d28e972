package mockserver_test

import (
	"fmt"
	"path/filepath"
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
