package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"

	"github.com/fakedc/fakedc/mockserver"
)

// Two clients, each with an auth key of its own, are logged in to one account.
func TestTwoClients(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	one, other := bot(t, options(t, dc)).API(), bot(t, options(t, dc)).API()
	require.Len(t, events(dc, ofKind(mockserver.EventAuthKey)), 2)
	t.Run("at once", func(t *testing.T) { uploadAtOnce(t, dc, one, other) })
	t.Run("one file", func(t *testing.T) { shareFile(t, dc, one, other) })
	unharmed(t, dc)
}

// Both upload at once, and neither finds the other's bytes in its file.
func uploadAtOnce(t *testing.T, dc *mockserver.Server, clients ...*tg.Client) {
	files := make([]tg.InputFileClass, len(clients))
	data := [][]byte{contents(oneMiB), contents(oneMiB + 1)}
	ctx := deadline(t)
	var g errgroup.Group
	for i, api := range clients {
		g.Go(func() (err error) {
			files[i], err = uploader.NewUploader(api).FromBytes(ctx, name, data[i])
			return err
		})
	}
	require.NoError(t, g.Wait())
	for i, api := range clients {
		u := finish(t, dc, api, files[i], 1, data[i])
		require.EqualValues(t, 123456, u.Account)
		requireClean(t, u, partsOf(len(data[i])))
	}
}

// Parts belong to the account: one client sends the even ones of a file, another
// the odd ones, and either can use it.
func shareFile(t *testing.T, dc *mockserver.Server, one, other *tg.Client) {
	data := contents(6*rawPart + 5)
	before := len(dc.Uploads())
	saveParts(t, one, 7, data, 6, 0, 2, 4)
	saveParts(t, other, 7, data, 5, 3, 1)
	require.Len(t, dc.Uploads(), before+1)
	finish(t, dc, other, &tg.InputFileBig{ID: 7, Parts: 7, Name: name}, 1, data)
}

// A pool uploads over several connections, each a session of the one auth key:
// layer and account need not be said again on any of them.
// https://core.telegram.org/api/files#uploading-files ("parallel call queues")
func TestPoolOfConnections(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{})
	pool, err := c.Pool(4)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	data := contents(24 * partSize)
	u := finish(t, dc, c.API(), streamLive(t, tg.NewClient(pool), threads, data), 1, data)
	requireStream(t, u, len(data))
	senders := map[int64]bool{}
	for _, e := range events(dc, stored) {
		senders[e.Conn] = true
	}
	require.Greater(t, len(senders), 1, "parts come over several connections")
	require.Len(t, events(dc, ofKind(mockserver.EventLogin)), 1)
	unharmed(t, dc)
}
