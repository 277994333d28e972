package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// rawPart is the part size of what is sent call by call, in bytes.
const rawPart = 1024

// savePart sends one part as it is, without an uploader that knows better.
func savePart(t *testing.T, api *tg.Client, fileID int64, part, total int, b []byte) (bool, error) {
	t.Helper()
	return api.UploadSaveBigFilePart(deadline(t), &tg.UploadSaveBigFilePartRequest{
		FileID: fileID, FilePart: part, FileTotalParts: total, Bytes: b,
	})
}

// saveParts sends the parts of a file that have these numbers.
func saveParts(t *testing.T, api *tg.Client, fileID int64, data []byte, parts ...int) {
	t.Helper()
	total := (len(data) + rawPart - 1) / rawPart
	for _, part := range parts {
		ok, err := savePart(t, api, fileID, part, total, data[part*rawPart:min(len(data), (part+1)*rawPart)])
		require.NoError(t, err, "part %d", part)
		require.True(t, ok, "part %d", part)
	}
}

// requireError holds an error to be the wanted one of the server's, as gotd tells
// it: code, type and number.
func requireError(t *testing.T, err error, want *tgerr.Error) {
	t.Helper()
	require.Error(t, err)
	got, ok := tgerr.As(err)
	require.True(t, ok, "not an error of the server's: %v", err)
	require.Equal(t, want, got)
}
