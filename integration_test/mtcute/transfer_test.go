package mtcute_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

const (
	// bigSize makes 97 parts of 128 KiB, the last of them short, for
	// upload.saveBigFilePart.
	bigSize, bigParts = 12_583_000, 97
	// smallSize makes 8 of them, for upload.saveFilePart.
	smallSize = 1_000_001
	// streamPart is the part size that mtcute takes where it knows no size.
	streamPart = 64 << 10
	// layer of @mtcute/node 0.30.3.
	layer = 227
)

// onTheWire is what the server calls the transports of mtcute.
var onTheWire = map[string]string{
	"intermediate": "intermediate", "padded": "padded intermediate",
	"obfuscated": "obfuscated intermediate", "obfuscated-padded": "obfuscated padded intermediate",
}

func TestForwarding(t *testing.T) { drivers.TestForwarding(t) }

func TestKeeping(t *testing.T) { drivers.TestKeeping(t) }

func TestTransfer(t *testing.T) {
	big := drivers.NewFile(t, bigSize)
	m := drivers.Only(t)
	require.Len(t, m.Transports, len(onTheWire))
	for i, transport := range m.Transports {
		as := []string{"bot", "user"}[i%2]
		t.Run(transport+" as "+as, func(t *testing.T) {
			t.Parallel()
			dc := mockserver.Start(t, mockserver.Options{})
			r := drivers.Only(t).Run(t, dc, big, drivers.Job{Transport: transport, As: as})
			u := drivers.RequireTransferred(t, dc, r, big)
			require.Equal(t, "mtcute "+m.Version, r.Library)
			require.Equal(t, layer, r.Layer)
			require.Equal(t, validator.Big, u.Kind)
			require.Len(t, u.Parts, bigParts)
			require.Empty(t, u.Report.Repeated)
			require.Empty(t, u.Report.Refused)
			requireOneLogin(t, dc, as)
			requireWire(t, dc, onTheWire[transport])
		})
	}
}

// requireOneLogin checks that one auth key was made, and logged in once.
func requireOneLogin(t *testing.T, dc *mockserver.Server, as string) {
	t.Helper()
	require.Len(t, drivers.Keys(dc), 1)
	login := drivers.Events(dc, mockserver.EventLogin)
	require.Len(t, login, 1)
	require.Contains(t, strings.ToLower(login[0].Text), as)
	require.Empty(t, drivers.Events(dc, mockserver.EventUnknown), "it calls nothing that is not answered")
	require.Empty(t, drivers.Events(dc, mockserver.EventRefused), "and sends nothing that is refused")
}

func requireWire(t *testing.T, dc *mockserver.Server, want string) {
	t.Helper()
	all := drivers.Events(dc, mockserver.EventTransport)
	require.Greater(t, len(all), 2, "the main connection, and others for files")
	for _, e := range all {
		require.Equal(t, want, e.Text)
	}
}

func TestSmallFiles(t *testing.T) {
	for name, size := range map[string]int{"one byte": 1, "the largest": 10 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dc, f := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, size)
			r := drivers.Only(t).Run(t, dc, f, drivers.Job{})
			u := drivers.RequireTransferred(t, dc, r, f)
			require.Equal(t, validator.Small, u.Kind)
		})
	}
}

// A stream of no known size: parts say that they are of -1, and the last one says
// how many there were. A stream that ends with a full part is told from one that
// goes on by an empty part at the end.
func TestStreams(t *testing.T) {
	for name, size := range map[string]int{"short last part": bigSize, "empty last part": 12_582_912, "less than a part": 1000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dc, f := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, size)
			r := drivers.Only(t).Run(t, dc, f, drivers.Job{Form: "stream"})
			u := drivers.RequireTransferred(t, dc, r, f)
			require.Equal(t, validator.Big, u.Kind, "whatever its size")
			require.Len(t, u.Parts, size/streamPart+1)
			require.Equal(t, (size+streamPart-1)/streamPart, int(u.Report.Total))
		})
	}
}
