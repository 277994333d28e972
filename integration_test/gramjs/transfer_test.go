package gramjs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

const (
	// bigSize makes 97 parts of 128 KiB, the last of them short, for
	// upload.saveBigFilePart.
	bigSize = 12_583_000
	// smallSize makes 8 of them, for upload.saveFilePart.
	smallSize = 1_000_001
)

// onTheWire is what the server calls the transports of GramJS.
var onTheWire = map[string]string{
	"full": "full", "obfuscated": "obfuscated abridged", "websocket": "websocket obfuscated abridged",
}

// transferred is what scripts/transfer.js prints about a file.
type transferred struct {
	Handle  string `json:"handle"`
	Parts   int    `json:"parts"`
	Caption string `json:"caption"`
	Calls   int    `json:"calls"` // of the progress callback
	Size    int    `json:"size"`
	SHA256  string `json:"sha256"`
}

func TestTransfer(t *testing.T) {
	big, small := drivers.NewFile(t, bigSize), drivers.NewFile(t, smallSize)
	one, whole := drivers.NewFile(t, 1), drivers.NewFile(t, 10<<20) // the largest that GramJS sends as a small file
	// Plain abridged is left out: GramJS 2.26.22 takes the part of a frame that has
	// come so far for all of it (read in place of readExactly), and hangs when it
	// downloads. Obfuscated abridged, which the other two are, reads correctly.
	for transport, steps := range map[string][]step{
		"full": {
			{How: "uploadFile", Path: big.Path, Workers: 4}, {How: "sendFile", Path: big.Path, Workers: 1},
			{How: "uploadFile", Path: small.Path, Workers: 4}, {How: "sendFile", Path: small.Path, Workers: 1},
			{How: "sendFile", Path: one.Path, Workers: 1}, {How: "uploadFile", Path: whole.Path, Workers: 16, Keep: true},
		},
		"obfuscated": {
			{How: "uploadFile", Path: big.Path, Workers: 1}, {How: "sendFile", Path: big.Path, Workers: 4},
			{How: "sendFile", Path: small.Path, Workers: 4},
		},
		"websocket": {
			{How: "uploadFile", Path: big.Path, Workers: 4}, {How: "sendFile", Path: big.Path, Workers: 1},
			{How: "uploadFile", Path: small.Path, Workers: 1},
		},
	} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			dc := mockserver.Start(t, mockserver.Options{})
			got := run[[]answer[transferred]](t, "transfer.js", job{DC: drivers.AddressOf(t, dc), As: "user", Transport: transport, Steps: steps})
			require.Len(t, got, len(steps))
			uploads := dc.Uploads()
			require.Len(t, uploads, len(steps), "one upload for each file")
			for i, s := range steps {
				for _, f := range []drivers.File{big, small, one, whole} {
					if f.Path == s.Path {
						requireTransferred(t, s, f, got[i], uploads[i])
					}
				}
			}
			for _, e := range drivers.Events(dc, mockserver.EventTransport) {
				require.Equal(t, onTheWire[transport], e.Text)
			}
		})
	}
}

// requireTransferred compares what a file was, what the server has and what GramJS
// read back.
func requireTransferred(t *testing.T, s step, want drivers.File, got answer[transferred], u mockserver.Upload) {
	t.Helper()
	require.Nil(t, got.Error, "%+v", s)
	require.Equal(t, want.Size, got.Value.Size, "the document's size, %+v", s)
	require.Equal(t, want.SHA256, got.Value.SHA256, "read back, %+v", s)
	drivers.RequireStored(t, u, want)
	require.Empty(t, u.Report.Refused, "%+v", s)
	require.Empty(t, u.Report.Repeated, "%+v", s)
	require.Equal(t, len(u.Parts)+1, got.Value.Calls, "progress, %+v", s)
	if s.How == "sendFile" {
		require.Equal(t, "caption", got.Value.Caption)
		return
	}
	require.Equal(t, len(u.Parts), got.Value.Parts)
	require.Equal(t, map[bool]string{true: "InputFileBig", false: "InputFile"}[want.Size > 10<<20], got.Value.Handle)
}
