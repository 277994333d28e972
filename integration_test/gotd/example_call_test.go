package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

// The call that examples of upload.saveBigFilePart show, as they show it: part 43
// of 43. Parts are numbered from 0, so the last of 43 is 42; it is a last part, so
// it may have 19 bytes. https://core.telegram.org/api/files#uploading-files
func exampleCall(t *testing.T, dc *mockserver.Server, api *tg.Client) {
	const fileID = -4156887774564
	bytes := []byte("arbitrary data here")
	require.Len(t, bytes, 19)
	ok, err := savePart(t, api, fileID, 43, 43, bytes)
	requireError(t, err, tgerr.New(400, "FILE_PART_INVALID"))
	require.False(t, ok)
	u := onlyUpload(t, dc)
	require.EqualValues(t, fileID, u.FileID)
	require.Contains(t, u.Report.Refused[0].Sentence, "42", "the report says which part is the last")
	require.Zero(t, u.Report.Stored)

	ok, err = savePart(t, api, fileID, 42, 43, bytes)
	require.NoError(t, err)
	require.True(t, ok)
	u = onlyUpload(t, dc)
	require.Equal(t, 1, u.Report.Stored)
	require.Equal(t, 42, u.Report.MissingCount)
}
