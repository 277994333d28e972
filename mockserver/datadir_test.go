package mockserver_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// runs are servers with one data directory, one after the other.
func runs(t *testing.T, o mockserver.Options, each ...func(t *testing.T, b *bubble)) {
	t.Helper()
	if o.DataDir == "" {
		o.DataDir = filepath.Join(t.TempDir(), "data")
	}
	synctest.Test(t, func(t *testing.T) {
		for _, run := range each {
			dc, err := mockserver.New(o)
			require.NoError(t, err)
			b := &bubble{Server: dc, t: t}
			func() {
				defer b.wg.Wait()
				defer func() { require.NoError(t, dc.Close()) }()
				run(t, b)
			}()
			for _, e := range dc.Journal() {
				require.NotEqual(t, mockserver.EventPanic, e.Kind, e.Text)
			}
		}
	})
}

// again is a client with a key from before, in a session of its own.
func (b *bubble) again(key *rawclient.AuthKey) *rawclient.Client { return b.session(b.connect(), key) }

const chunk = 64 << 10

// What a client has stored is worth as much after a restart: its key with layer and
// account, and the parts that it was told are stored.
func TestRestart(t *testing.T) {
	for _, kind := range []mockserver.StoreKind{mockserver.StoreMemory, mockserver.StoreDigest} {
		t.Run(string(kind), func(t *testing.T) {
			data := contents(5*chunk + 100)
			at := func(i int) []byte { return data[i*chunk : min(len(data), (i+1)*chunk)] }
			var key *rawclient.AuthKey
			var id string
			var before mockserver.Upload
			runs(t, mockserver.Options{Store: kind}, func(t *testing.T, b *bubble) {
				c := b.client()
				key, id = c.Key(), b.RunID()
				for _, i := range []int{5, 0, 3, 3} {
					require.Equal(t, "true", part(t, c, 7, int32(i), 6, at(i)))
				}
				require.Equal(t, "FILE_PART_EMPTY", part(t, c, 7, 1, 6, nil))
				before, _ = b.Upload(7)
			}, func(t *testing.T, b *bubble) {
				require.NotEqual(t, id, b.RunID())
				require.Equal(t, [][]mockserver.KeptParts{{{First: 0, Last: 0, Size: chunk}, {First: 3, Last: 3, Size: chunk}, {First: 5, Last: 5, Size: 100}}}, b.kept())
				u, ok := b.Upload(7)
				require.True(t, ok)
				require.Equal(t, before.Report, u.Report)
				require.Equal(t, before.Parts, u.Parts)
				require.True(t, before.Started.Equal(u.Started))
				for _, i := range []int{0, 3, 5} {
					equal, stored := u.PartEqual(int32(i), at(i))
					require.True(t, stored)
					require.True(t, equal)
				}
				c := b.again(key)
				_, err := c.UploadMedia(t.Context(), input(7, 6)) // no initConnection, no login
				requireRPCError(t, err, 400, "FILE_PART_1_MISSING")
				require.Equal(t, "FILE_PART_SIZE_CHANGED", part(t, c, 7, 1, 6, at(1)[:1024]), "part_size is known still")
				for _, i := range []int{1, 2, 4} {
					require.Equal(t, "true", part(t, c, 7, int32(i), 6, at(i)))
				}
				doc, err := c.UploadMedia(t.Context(), input(7, 6))
				require.NoError(t, err)
				require.EqualValues(t, len(data), doc.Size)
				require.Len(t, c.NewSessions(), 1)
			})
		})
	}
}

// A document can be read after any number of restarts, and when its upload is long
// forgotten; its name and attributes are its own.
func TestDocumentsSurvive(t *testing.T) {
	data := contents(3*chunk + 5)
	var key *rawclient.AuthKey
	var doc *rawclient.Document
	read := func(t *testing.T, b *bubble) {
		got, err := download(t.Context(), b.again(key), doc.Location)
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, got))
	}
	dir := filepath.Join(t.TempDir(), "data")
	runs(t, mockserver.Options{DataDir: dir, Limits: mockserver.Limits{PartTime: time.Hour}}, func(t *testing.T, b *bubble) {
		c := b.client()
		key = c.Key()
		n, err := upload(t.Context(), c, 7, data, chunk)
		require.NoError(t, err)
		sent, err := c.SendMedia(t.Context(), input(7, n), "", 1)
		require.NoError(t, err)
		require.EqualValues(t, 1, sent.MessageID)
		doc = sent.Document
	}, func(t *testing.T, b *bubble) {
		read(t, b)
		n, err := upload(t.Context(), b.again(key), 8, data[:10], chunk)
		require.NoError(t, err)
		_, err = b.again(key).SendMedia(t.Context(), input(8, n), "", 1)
		requireRPCError(t, err, 500, "RANDOM_ID_DUPLICATE")
		other, err := b.again(key).SendMedia(t.Context(), input(8, n), "", 2)
		require.NoError(t, err)
		require.Greater(t, other.Document.ID, doc.ID)
		require.EqualValues(t, 2, other.MessageID, "messages go on being counted")
		<-time.After(2 * time.Hour)
		read(t, b) // its connection sweeps
		require.Empty(t, b.Uploads())
	}, func(t *testing.T, b *bubble) {
		require.Empty(t, b.Uploads())
		read(t, b)
	})
}

// A temporary key goes on with what it is bound to, and no longer than it was for.
func TestTemporaryKeysSurvive(t *testing.T) {
	var perm, temp, brief *rawclient.AuthKey
	runs(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.login("123456:perm")
		perm = c.Key()
		temp = b.bound(perm, 24*time.Hour).Key()
		brief = b.bound(perm, time.Hour).Key()
	}, func(t *testing.T, b *bubble) {
		require.Equal(t, "true", part(t, b.again(temp), 1, 0, 2, contents(1024)))
		require.Equal(t, "true", part(t, b.again(perm), 1, 1, 2, contents(5)))
		require.Len(t, b.Uploads(), 1, "of one account")
		<-time.After(2 * time.Hour)
	}, func(t *testing.T, b *bubble) {
		requireUnknownKey(t, b.again(brief))
		require.Equal(t, "true", part(t, b.again(temp), 2, 0, 1, contents(5)))
	})
}

// requireUnknownKey says that the server knows nothing of a client's key.
func requireUnknownKey(t *testing.T, c *rawclient.Client) {
	t.Helper()
	var refused *rawclient.TransportError
	_, err := c.SaveBigFilePart(t.Context(), 1, 0, 1, contents(5))
	require.ErrorAs(t, err, &refused)
	require.EqualValues(t, -404, refused.Code)
}

// What is forgotten stays so: keys, logins, and everything by Reset.
func TestForgottenStaysForgotten(t *testing.T) {
	var kept, dropped, out *rawclient.AuthKey
	dir := filepath.Join(t.TempDir(), "data")
	runs(t, mockserver.Options{DataDir: dir}, func(t *testing.T, b *bubble) {
		kept, dropped = b.login("1:aaaa").Key(), b.login("2:aaaa").Key()
		c := b.login("3:aaaa")
		out = c.Key()
		_, err := call(t, c, "auth.logOut", nil)
		require.NoError(t, err)
		b.ForgetKey(dropped.ID)
		_, err = upload(t.Context(), b.again(kept), 7, contents(3*chunk), chunk)
		require.NoError(t, err)
	}, func(t *testing.T, b *bubble) {
		require.Equal(t, "true", part(t, b.again(kept), 8, 0, 1, contents(5)))
		require.Equal(t, "AUTH_KEY_UNREGISTERED", part(t, b.again(out), 8, 0, 1, contents(5)))
		requireUnknownKey(t, b.again(dropped))
		require.Len(t, files(t, dir), 2)
		require.NoError(t, b.Reset())
		require.Empty(t, files(t, dir))
	}, func(t *testing.T, b *bubble) {
		require.Empty(t, b.Uploads())
		requireUnknownKey(t, b.again(kept))
	})
}

// files are those that hold the bytes of uploads.
func files(t testing.TB, dir string) map[string]int64 {
	t.Helper()
	all, err := os.ReadDir(filepath.Join(dir, "uploads"))
	require.NoError(t, err)
	sizes := map[string]int64{}
	for _, e := range all {
		info, err := e.Info()
		require.NoError(t, err)
		if runtime.GOOS != "windows" { // where modes do not say who may look
			require.EqualValues(t, 0o600, info.Mode().Perm())
		}
		sizes[e.Name()] = info.Size()
	}
	return sizes
}

// Parts belong to a datacenter, and so do keys.
func TestDatacentersSurvive(t *testing.T) {
	var home, other *rawclient.AuthKey
	dir := filepath.Join(t.TempDir(), "data")
	both := mockserver.Options{DataDir: dir, MoreDCs: []int{4}}
	runs(t, both, func(t *testing.T, b *bubble) {
		s, err := b.Session(mockserver.SessionOptions{DC: 4})
		require.NoError(t, err)
		other = rawclient.NewAuthKey(s.AuthKey, 0)
		c := b.session(b.connectDC(4), other)
		_, err = c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		require.Equal(t, "true", part(t, c, 1, 0, 2, contents(1024)))
		home = b.client().Key()
		require.Equal(t, "true", part(t, b.again(home), 1, 0, 2, contents(1024)))
	}, func(t *testing.T, b *bubble) {
		c := b.session(b.connectDC(4), other)
		require.Equal(t, "true", part(t, c, 1, 1, 2, contents(5)), "a ready session knows its layer still")
		_, err := c.UploadMedia(t.Context(), input(1, 2))
		require.NoError(t, err)
		_, err = b.again(home).UploadMedia(t.Context(), input(1, 2))
		requireRPCError(t, err, 400, "FILE_PART_1_MISSING")
	})
	runs(t, mockserver.Options{DataDir: dir}, func(t *testing.T, b *bubble) { // without the other one
		require.Contains(t, b.Journal()[0].Text, " has 2 auth keys, ")
		require.Equal(t, "the data directory "+dir+" is also of datacenter 4 (1 auth key), not served now: clients with such a key are answered -404; see --dc and --dcs, or Options.DC and MoreDCs", b.Journal()[1].Text)
		require.Equal(t, "true", part(t, b.again(home), 1, 1, 2, contents(5)))
	})
	runs(t, both, func(t *testing.T, b *bubble) {
		require.Equal(t, mockserver.EventKept, b.Journal()[1].Kind, "there is nothing to warn of")
		require.Equal(t, "true", part(t, b.session(b.connectDC(4), other), 2, 0, 1, contents(5)), "what it had was left alone")
	})
}

// The bytes that a part took are given back when it is replaced, and all of a file
// when it expires.
func TestRoomIsGivenBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	o := mockserver.Options{DataDir: dir, Limits: mockserver.Limits{Uploads: 2, DiskBytes: 4 << 20}}
	runs(t, o, func(t *testing.T, b *bubble) {
		c := b.client()
		for i := range 40 { // of one part, each time other bytes
			require.Equal(t, "true", part(t, c, 1, 0, 2, bytes.Repeat([]byte{byte(i)}, 512<<10)))
		}
		require.Len(t, files(t, dir), 1)
		for _, size := range files(t, dir) {
			require.LessOrEqual(t, size, int64(3*512<<10), "the new one, and two that are not known to be free before the next commit")
		}
		for i := range int64(20) { // two are open at once
			require.Equal(t, "true", part(t, c, 10+i, 0, 2, contents(512<<10)))
		}
		require.LessOrEqual(t, len(files(t, dir)), 3)
		<-time.After(2 * time.Hour)
		require.NoError(t, b.client().Ping(t.Context(), 1)) // who connects sweeps
		require.Empty(t, files(t, dir))
	})
}

// The quota is of all files: beyond it a part is refused, those before are there, and
// what is given back is room again.
func TestDiskBytes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	var key *rawclient.AuthKey
	o := mockserver.Options{DataDir: dir, Limits: mockserver.Limits{DiskBytes: 2 << 20}}
	var fit int32
	runs(t, o, func(t *testing.T, b *bubble) {
		c := b.client()
		key = c.Key()
		for ; ; fit++ {
			if said := part(t, c, 1, fit, 100, contents(512<<10)); said != "true" {
				require.Equal(t, "STORE_FULL", said)
				break
			}
		}
		require.EqualValues(t, 3, fit)
		events := b.Journal()
		last := events[len(events)-2:]
		require.Equal(t, "500 STORE_FULL", last[0].Error)
		require.Contains(t, last[0].Text, "the limit DiskBytes is 2 MiB")
		require.Equal(t, mockserver.EventLimit, last[1].Kind)
		require.Contains(t, last[1].Text, "DiskBytes: file 1: ")
	}, func(t *testing.T, b *bubble) {
		u, _ := b.Upload(1)
		require.EqualValues(t, fit, u.Report.Stored)
		require.Equal(t, "STORE_FULL", part(t, b.again(key), 1, fit, 100, contents(512<<10)))
		<-time.After(2 * time.Hour)
		require.Equal(t, "true", part(t, b.again(key), 2, 0, 100, contents(512<<10)))
	})
}

// Who made the directory, and not for this, is told that others cannot look any more.
func TestEmptyDirectoryIsClosedToOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes do not say who may look")
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o755))
	o := mockserver.Options{DataDir: dir}
	runs(t, o, func(t *testing.T, b *bubble) {
		require.Equal(t, "the data directory "+dir+" was empty, and others could read it (mode 0755); it holds auth keys, so its mode is 0700 now", b.Journal()[1].Text)
	}, func(t *testing.T, b *bubble) {
		require.Len(t, b.Journal(), 1)
	})
}

// A bound of what is not there would bound nothing.
func TestLimitsOfStoresThatAreNotUsed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for name, c := range map[string]struct {
		options mockserver.Options
		want    string
	}{
		"memory beside a directory":     {mockserver.Options{DataDir: dir, Limits: mockserver.Limits{StoreBytes: 1 << 20}}, "mockserver: Options.Limits.StoreBytes is set beside DataDir: "},
		"memory beside digests":         {mockserver.Options{Store: mockserver.StoreDigest, Limits: mockserver.Limits{StoreBytes: 1 << 20}}, "mockserver: Options.Limits.StoreBytes is set beside StoreDigest: "},
		"a quota without a directory":   {mockserver.Options{Limits: mockserver.Limits{DiskBytes: 1 << 20}}, "mockserver: Options.Limits.DiskBytes or DiskFree is set without DataDir: "},
		"free room without a directory": {mockserver.Options{Store: mockserver.StoreDigest, Limits: mockserver.Limits{DiskFree: 1}}, "mockserver: Options.Limits.DiskBytes or DiskFree is set without DataDir: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := mockserver.New(c.options)
			require.ErrorContains(t, err, c.want)
			require.NoDirExists(t, dir)
		})
	}
}

// What has to stay free on the disk stays free.
func TestDiskFree(t *testing.T) {
	o := mockserver.Options{Limits: mockserver.Limits{DiskFree: 1 << 60}}
	runs(t, o, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "STORE_FULL", part(t, c, 1, 0, 100, contents(512<<10)))
		events := b.Journal()
		require.Contains(t, events[len(events)-1].Text, "DiskFree keeps")
		require.Zero(t, b.Uploads()[0].Report.Stored)
	})
}

// A server that was away over lunch has not lost what nobody could go on with.
func TestTimeWithoutAServerDoesNotCount(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	data := contents(2 * chunk)
	synctest.Test(t, func(t *testing.T) {
		var key *rawclient.AuthKey
		for i := range 2 {
			dc, err := mockserver.New(mockserver.Options{DataDir: dir, Limits: mockserver.Limits{PartTime: time.Hour}, Strict: true})
			require.NoError(t, err)
			b := &bubble{Server: dc, t: t}
			if key == nil {
				key = b.client().Key()
			}
			c := b.again(key)
			require.Equal(t, "true", part(t, c, 7, int32(i), 2, data[i*chunk:(i+1)*chunk]))
			u, _ := b.Upload(7)
			require.Equal(t, i+1, u.Report.Stored)
			require.NoError(t, dc.Close())
			b.wg.Wait()
			<-time.After(2 * time.Hour)
		}
	})
}
