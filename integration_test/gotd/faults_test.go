package gotd_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// One client meets them in turn.
func TestFaults(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{})
	t.Run("false", func(t *testing.T) { answeredFalse(t, dc, c.API()) })
	t.Run("false for ever", func(t *testing.T) { answeredFalseForEver(t, dc, c.API()) })
	t.Run("lost", func(t *testing.T) { lostPart(t, dc, c.API()) })
	require.Len(t, events(dc, ofKind(mockserver.EventConnect)), 1)
}

// Told twice that the part was not saved, gotd sends it a third time.
func answeredFalse(t *testing.T, dc *mockserver.Server, api *tg.Client) {
	require.NoError(t, dc.SetScenario(builtin(t, "answer-false")))
	data := contents(8 * partSize)
	u := finish(t, dc, api, uploadBytes(t, api, 1, data), 1, data)
	require.Equal(t, 3, u.Parts[5].Attempts)
	require.Equal(t, 1, u.Parts[5].TimesStored)
}

// Told so without end, gotd repeats the part without a pause and without a limit:
// only its caller's context ends that. Each repetition is a new message that the
// server counts, and none of them is stored.
func answeredFalseForEver(t *testing.T, dc *mockserver.Server, api *tg.Client) {
	require.NoError(t, dc.SetScenario(&scenarios.Scenario{
		Rules: []scenarios.Rule{{Name: "never", Reply: scenarios.AnswerReply(false)}},
	}))
	ctx, cancel := context.WithCancel(deadline(t))
	ended := make(chan error, 1)
	go func() {
		_, err := uploader.NewUploader(api).FromBytes(ctx, name, contents(2*rawPart))
		ended <- err
	}()
	never := func(e mockserver.Event) bool { return e.Fault == "never" }
	await(t, dc, 50, never)
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)

	calls := events(dc, never)
	u, ok := dc.Upload(calls[0].FileID)
	require.True(t, ok)
	require.Len(t, u.Parts, 1, "gotd does not go on without the part")
	require.GreaterOrEqual(t, u.Parts[0].Attempts, 50)
	require.Zero(t, u.Report.Stored)
	t.Logf("50 calls took %v", calls[49].Time.Sub(calls[0].Time))
}

// A part that was confirmed and lost shows when the file is used. gotd hands the
// error with the number of the part to its caller, who can send that part again
// and repeat the call, as the documentation asks.
// https://core.telegram.org/api/files#uploading-files (FILE_PART_X_MISSING)
func lostPart(t *testing.T, dc *mockserver.Server, api *tg.Client) {
	require.NoError(t, dc.SetScenario(builtin(t, "part-lost")))
	data := contents(6 * rawPart)
	up := uploader.NewUploader(api).WithPartSize(rawPart)
	file, err := up.FromBytes(deadline(t), name, data)
	require.NoError(t, err)
	require.Equal(t, []int32{3}, uploadOf(t, dc, file).Report.Missing)

	_, err = send(deadline(t), api, file)
	requireError(t, err, &tgerr.Error{Code: 400, Message: "FILE_PART_3_MISSING", Type: "FILE_PART_MISSING", Argument: 3})

	ok, err := api.UploadSaveFilePart(deadline(t), &tg.UploadSaveFilePartRequest{
		FileID: uploadOf(t, dc, file).FileID, FilePart: 3, Bytes: data[3*rawPart : 4*rawPart],
	})
	require.NoError(t, err)
	require.True(t, ok)
	u := finish(t, dc, api, file, 1, data)
	require.Equal(t, 1, u.Report.RefusedCount, "the first use")
}
