package mockserver_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// BenchmarkKeptPart is what a client waits for the answer to a part of 512 KiB, one in
// flight, where parts are in memory, on disk, and on disk without syncing.
func BenchmarkKeptPart(b *testing.B) {
	for name, o := range map[string]mockserver.Options{
		"memory":  {Limits: mockserver.Limits{StoreBytes: 1 << 40}},
		"disk":    {DataDir: "data"},
		"no sync": {DataDir: "data", NoSync: true},
	} {
		b.Run(name, func(b *testing.B) {
			if o.DataDir != "" {
				o.DataDir = filepath.Join(b.TempDir(), "data")
			}
			o.Limits.Uploads = 2
			dc, err := mockserver.New(o)
			require.NoError(b, err)
			defer dc.Close()
			l, err := mockserver.Listen()
			require.NoError(b, err)
			go func() { _ = dc.Serve(l) }() // ends with the server
			ready, err := dc.Session(mockserver.SessionOptions{})
			require.NoError(b, err)
			c, err := rawclient.ConnectWithKey(b.Context(), l.Addr().String(), rawclient.Options{}, rawclient.NewAuthKey(ready.AuthKey, 0), rawclient.ClientOptions{})
			require.NoError(b, err)
			defer c.Close()
			_, err = c.InitConnection(b.Context(), 228)
			require.NoError(b, err)
			data := contents(512 << 10)
			b.SetBytes(int64(len(data)))
			n := int32(0)
			for b.Loop() {
				ok, err := c.SaveBigFilePart(b.Context(), int64(n/200), n%200, 200, data)
				if err != nil || !ok {
					b.Fatal(ok, err)
				}
				n++
			}
		})
	}
}
