package gotd_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

// neverAnnounced is the rule that gotd breaks when a stream ends on a part
// boundary: its last part says -1 like the ones before, and no empty part
// follows. https://core.telegram.org/api/files#streamed-uploads
const neverAnnounced = "stream.total_never_announced"

// live is a source whose end comes late: the bytes after the last full part are
// there once all parts before them are confirmed.
//
// That is a stream as any other, and the only one that the race detector lets
// pass: gotd's reader writes Upload.totalParts at a short end of the stream while
// its workers, even a single one, may be reading it for the parts before
// (telegram/uploader/big.go of v0.161.0).
type live struct {
	full, tail io.Reader
	parts      int
	confirmed  chan struct{}
	ctx        context.Context
}

func newLive(ctx context.Context, data []byte) *live {
	parts := len(data) / partSize
	return &live{
		full: bytes.NewReader(data[:parts*partSize]), tail: bytes.NewReader(data[parts*partSize:]),
		parts: parts, confirmed: make(chan struct{}, parts+1), ctx: ctx,
	}
}

func (l *live) Read(p []byte) (int, error) {
	if n, err := l.full.Read(p); err != io.EOF {
		return n, err
	}
	for ; l.parts > 0; l.parts-- {
		select {
		case <-l.confirmed:
		case <-l.ctx.Done():
			return 0, l.ctx.Err()
		}
	}
	return l.tail.Read(p)
}

// Chunk is told of each confirmed part: uploader.Progress.
func (l *live) Chunk(context.Context, uploader.ProgressState) error {
	l.confirmed <- struct{}{}
	return nil
}

// streamLive uploads a stream whose length gotd is not told.
func streamLive(t *testing.T, api *tg.Client, threads int, data []byte) tg.InputFileClass {
	t.Helper()
	source := newLive(deadline(t), data)
	file, err := uploader.NewUploader(api).WithThreads(threads).WithProgress(source).FromReader(source.ctx, name, source)
	require.NoError(t, err)
	require.IsType(t, &tg.InputFileBig{}, file)
	return file
}

// Every stream arrives whole, by upload.saveBigFilePart however short it is.
func TestStream(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{})
	for _, v := range []struct{ size, threads int }{
		{1, 1}, {oneMiB, 1}, {oneMiB, threads}, {exact, threads}, {uneven, 1}, {oneMiB + 77, threads},
	} {
		t.Run(fmt.Sprintf("%d bytes, %d threads", v.size, v.threads), func(t *testing.T) {
			data := contents(v.size)
			u := finish(t, dc, c.API(), streamLive(t, c.API(), v.threads, data), v.threads, data)
			requireStream(t, u, v.size)
			unharmed(t, dc)
		})
	}
}

// requireStream holds a report to what gotd makes of a stream: the total comes
// with a short last part or never.
func requireStream(t *testing.T, u mockserver.Upload, size int) {
	t.Helper()
	require.Equal(t, validator.Big, u.Kind)
	require.Equal(t, partsOf(size), u.Report.Stored)
	require.Equal(t, size >= partSize, u.Report.Streamed, "a stream of one short part begins with its end")
	require.Zero(t, u.Report.RefusedCount)
	require.Empty(t, u.Report.Repeated)
	if size%partSize == 0 {
		require.EqualValues(t, -1, u.Report.Total)
		require.Equal(t, map[string]int{neverAnnounced: 1}, u.Report.Violations)
		return
	}
	require.EqualValues(t, partsOf(size), u.Report.Total)
	require.Empty(t, u.Report.Violations)
}

// By the letter of the documentation the server cannot know that a stream without
// a total has ended.
func TestStreamWithoutTotalIsRefusedByTheDocs(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{Profile: validator.ProfileDocs})
	file := streamLive(t, c.API(), 1, contents(2*partSize))
	_, err := send(deadline(t), c.API(), file)
	requireError(t, err, tgerr.New(400, "FILE_PARTS_INVALID"))
	require.Equal(t, 1, uploadOf(t, dc, file).Report.Violations[neverAnnounced])

	data := contents(2*partSize + 1)
	finish(t, dc, c.API(), streamLive(t, c.API(), 1, data), 1, data)
}
