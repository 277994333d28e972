package browser_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

const (
	// bigSize makes 97 parts of 128 KiB, the last of them short.
	bigSize, bigParts = 12_583_000, 97
	// streamPart is the part size that mtcute takes where it knows no size.
	streamPart = 64 << 10
	// layer of @mtcute/web 0.27.8.
	layer = 221
	// onTheWire is what the server calls the transport of mtcute in a browser.
	onTheWire = "websocket obfuscated intermediate"
)

// A page uploads a File and reads it back, every connection being a websocket.
func TestUpload(t *testing.T) {
	t.Parallel()
	dc, f := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{As: "user"})
	u := drivers.RequireTransferred(t, dc, r, f)
	require.Equal(t, "mtcute "+drivers.Only(t).Version, r.Library)
	require.Equal(t, layer, r.Layer)
	require.Equal(t, validator.Big, u.Kind)
	require.Len(t, u.Parts, bigParts)
	require.Empty(t, u.Report.Repeated)
	require.Empty(t, drivers.Events(dc, mockserver.EventUnknown), "it calls nothing that is not answered")
	require.Empty(t, drivers.Events(dc, mockserver.EventRefused), "and sends nothing that is refused")
	connections := drivers.Events(dc, mockserver.EventTransport)
	require.Greater(t, len(connections), 2, "the main connection, and others for files")
	for _, e := range connections {
		require.Equal(t, onTheWire, e.Text)
	}
}

// A ReadableStream has no size that a page could know.
func TestStream(t *testing.T) {
	t.Parallel()
	dc, f := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{As: "bot", Form: "stream"})
	u := drivers.RequireTransferred(t, dc, r, f)
	require.True(t, u.Report.Streamed)
	require.Len(t, u.Parts, bigSize/streamPart+1)
}

// The page gets the library's error, with its code and name.
func TestRefusal(t *testing.T) {
	t.Parallel()
	dc, f := drivers.Builtin(t, "file-part-invalid"), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{Action: "upload"})
	require.False(t, r.OK)
	require.Equal(t, "RpcError", r.Error.Class)
	require.Equal(t, 400, r.Error.Code)
	require.Contains(t, r.Error.Message, "FILE_PART_INVALID")
	require.Equal(t, 1, drivers.Part(t, drivers.Upload(t, dc), 2).Attempts, "a refused part is not tried again")
	require.False(t, drivers.Upload(t, dc).Report.Finalised)
}

// A part that was answered with true and lost shows when the file is used.
func TestPartLost(t *testing.T) {
	t.Parallel()
	dc, f := drivers.Builtin(t, "part-lost"), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{Action: "upload"})
	require.False(t, r.OK)
	require.Equal(t, "RpcError", r.Error.Class)
	require.Contains(t, r.Error.Message, "FILE_PART_3_MISSING")
	require.Equal(t, []int32{3}, drivers.Upload(t, dc).Report.Missing)
}

// A websocket that breaks with an answer in flight: the library opens another one
// with the same session, asks what became of its queries, and sends nothing twice.
func TestConnectionBreaks(t *testing.T) {
	t.Parallel()
	dc, f := drivers.Builtin(t, "drop-after-store"), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{})
	u := drivers.RequireTransferred(t, dc, r, f)
	require.True(t, slices.ContainsFunc(drivers.Events(dc, mockserver.EventDisconnect), func(e mockserver.Event) bool {
		return e.Text == "dropped by the scenario"
	}))
	require.Equal(t, 1, drivers.Part(t, u, 4).Attempts)
	require.Empty(t, u.Report.Repeated)
}

// With perfect forward secrecy each websocket has a temporary key of its own.
// https://core.telegram.org/api/pfs
func TestPerfectForwardSecrecy(t *testing.T) {
	t.Parallel()
	dc, f := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, 1<<20)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{PFS: true})
	drivers.RequireTransferred(t, dc, r, f)
	bound := map[int64]bool{}
	for _, e := range drivers.Events(dc, mockserver.EventCall) {
		if e.Method == "auth.bindTempAuthKey" {
			require.Empty(t, e.Error)
			bound[e.Key] = true
		}
	}
	require.Greater(t, len(bound), 1)
	for _, e := range drivers.Events(dc, mockserver.EventPart) {
		require.True(t, bound[e.Key], "part %d came with key %x, which was not bound", *e.Part, e.Key)
	}
}
