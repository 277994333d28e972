package gotd_test

import (
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

// everywhere points a client at all datacenters of a server, beginning with one.
// Each has a second entry for media only, as help.getConfig lists them.
func everywhere(t *testing.T, dc *mockserver.Server, first int) telegram.Options {
	t.Helper()
	o := options(t, dc)
	o.DC, o.DCList.Options = first, nil
	for _, id := range dc.DCs() {
		host, port, err := net.SplitHostPort(dc.AddrOf(id))
		require.NoError(t, err)
		number, err := strconv.Atoi(port)
		require.NoError(t, err)
		for _, media := range []bool{false, true} {
			o.DCList.Options = append(o.DCList.Options, tg.DCOption{ID: id, IPAddress: host, Port: number, MediaOnly: media})
		}
	}
	return o
}

// two is a server of datacenter 2, which is home, and 4.
func two(t *testing.T) *mockserver.Server {
	t.Helper()
	return serve(t, mockserver.Options{MoreDCs: []int{4}})
}

// A login in the wrong datacenter leads home: USER_MIGRATE_2, and gotd goes there.
func TestLoginMigrates(t *testing.T) {
	t.Parallel()
	dc := two(t)
	c := bot(t, everywhere(t, dc, 4))
	refused := events(dc, func(e mockserver.Event) bool { return e.Error == "303 USER_MIGRATE_2" })
	require.Len(t, refused, 1)
	require.Equal(t, 4, refused[0].DC)
	data := contents(oneMiB)
	u := finish(t, dc, c.API(), uploadBytes(t, c.API(), 1, data), 1, data)
	require.Equal(t, 2, u.DC)
	unharmed(t, dc)
}

// The parts that go to another datacenter stay there: at home they are missing,
// and who reads the document is sent on by FILE_MIGRATE_4.
// https://core.telegram.org/api/files#downloading-files
func TestUploadToAnotherDatacenter(t *testing.T) {
	for name, open := range map[string]func(*testing.T, *telegram.Client) telegram.CloseInvoker{
		"DC": func(t *testing.T, c *telegram.Client) telegram.CloseInvoker {
			pool, err := c.DC(deadline(t), 4, 3)
			require.NoError(t, err)
			return pool
		},
		"MediaOnly": func(t *testing.T, c *telegram.Client) telegram.CloseInvoker {
			pool, err := c.MediaOnly(deadline(t), 4, 3)
			require.NoError(t, err)
			return pool
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dc := two(t)
			c := bot(t, everywhere(t, dc, 2))
			pool := open(t, c)
			t.Cleanup(func() { _ = pool.Close() })
			there := tg.NewClient(pool)
			data := contents(12 * partSize)
			file := streamLive(t, there, threads, data)
			for _, e := range events(dc, stored) {
				require.Equal(t, 4, e.DC)
			}
			require.Len(t, events(dc, func(e mockserver.Event) bool {
				return e.Method == "auth.importAuthorization" && e.Kind == mockserver.EventLogin
			}), 1)
			_, err := send(deadline(t), c.API(), file)
			requireError(t, err, tgerr.New(400, "FILE_PART_0_MISSING"))

			doc, err := send(deadline(t), there, file)
			require.NoError(t, err)
			require.Equal(t, 4, doc.DCID)
			got, err := readBack(deadline(t), there, doc, 1)
			require.NoError(t, err)
			require.Equal(t, digest(data), digest(got), "read where it lies")
			got, err = readBack(deadline(t), c.API(), doc, 1)
			require.NoError(t, err)
			require.Equal(t, digest(data), digest(got), "read from home: gotd follows")
			require.NotEmpty(t, events(dc, func(e mockserver.Event) bool { return e.Error == "303 FILE_MIGRATE_4" && e.DC == 2 }))
			unharmed(t, dc)
		})
	}
}

// At home gotd's MediaOnly does not work: before it connects, it has its account
// exported to the datacenter where it is, which is refused.
// https://core.telegram.org/method/auth.exportAuthorization
func TestMediaOnlyAtHome(t *testing.T) {
	t.Parallel()
	dc := two(t)
	c := bot(t, everywhere(t, dc, 2))
	_, err := c.MediaOnly(deadline(t), 2, 2)
	requireError(t, err, tgerr.New(400, "DC_ID_INVALID"))
	unharmed(t, dc)
}
