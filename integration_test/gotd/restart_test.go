package gotd_test

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/downloader"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

// serveAt runs a server at an address, or at any where it is empty, until stop is
// called.
func serveAt(t *testing.T, o mockserver.Options, address string) (dc *mockserver.Server, stop func()) {
	t.Helper()
	o.Limits.DetectTime, o.Limits.HandshakeTime = patience, patience
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	require.NoError(t, err)
	o.Strict = true
	dc, err = mockserver.New(o)
	require.NoError(t, err)
	require.NoError(t, dc.Announce(dc.DC(), l.Addr()))
	ended := make(chan error, 1)
	go func() { ended <- dc.Serve(l) }()
	stop = func() {
		t.Helper()
		require.NoError(t, dc.Close())
		if ended != nil {
			require.ErrorIs(t, <-ended, mockserver.ErrClosed)
			ended = nil
		}
	}
	t.Cleanup(stop)
	return dc, stop
}

// A client that was there before the server was stopped goes on with its upload when
// there is one again, and so does another that has nothing but its stored session:
// neither logs in again, and the parts of before are not sent again.
func TestUploadGoesOnAfterARestart(t *testing.T) {
	o := mockserver.Options{DataDir: filepath.Join(t.TempDir(), "data")}
	dc, stop := serveAt(t, o, "")
	address := dc.Addr()
	storage := &session.StorageMemory{}
	with := options(t, dc)
	with.SessionStorage = storage
	first, stopFirst := connect(t, with)
	ctx := deadline(t)
	_, err := first.Auth().Bot(ctx, botToken)
	require.NoError(t, err)

	const size, total = 64 << 10, 6
	data := bytes.Repeat([]byte("0123456789abcdef"), size/16*total)
	for i := range data {
		data[i] ^= byte(i / size)
	}
	send := func(c *telegram.Client, part int) {
		t.Helper()
		ok, err := c.API().UploadSaveBigFilePart(ctx, &tg.UploadSaveBigFilePartRequest{
			FileID: 7, FilePart: part, FileTotalParts: total, Bytes: data[part*size : (part+1)*size],
		})
		require.NoError(t, err)
		require.True(t, ok)
	}
	send(first, 0)
	send(first, 4)
	stop()

	dc, stop = serveAt(t, o, address)
	send(first, 1) // over a connection that it makes by itself
	stopFirst()
	stop()

	dc, _ = serveAt(t, o, address)
	with = options(t, dc)
	with.SessionStorage = storage
	second, _ := connect(t, with)
	status, err := second.Auth().Status(ctx)
	require.NoError(t, err)
	require.True(t, status.Authorized, "the session is a login still")
	_, err = uploadMedia(ctx, second, total)
	refused, ok := tgerr.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "FILE_PART_2_MISSING", refused.Message)
	for _, part := range []int{2, 3, 5} {
		send(second, part)
	}
	document, err := uploadMedia(ctx, second, total)
	require.NoError(t, err)
	var got bytes.Buffer
	_, err = downloader.NewDownloader().Download(second.API(), document.AsInputDocumentFileLocation("")).Stream(ctx, &got)
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, got.Bytes()))
	u, ok := dc.Upload(7)
	require.True(t, ok)
	require.Empty(t, u.Report.Repeated, "nothing was sent twice")
	for _, e := range dc.Journal() {
		require.NotEqual(t, mockserver.EventLogin, e.Kind)
		require.NotEqual(t, mockserver.EventAuthKey, e.Kind)
	}
}

// uploadMedia makes a document of the parts of file 7.
func uploadMedia(ctx context.Context, c *telegram.Client, parts int) (*tg.Document, error) {
	media, err := c.API().MessagesUploadMedia(ctx, &tg.MessagesUploadMediaRequest{
		Peer: &tg.InputPeerSelf{},
		Media: &tg.InputMediaUploadedDocument{
			File:     &tg.InputFileBig{ID: 7, Parts: parts, Name: "a.bin"},
			MimeType: "application/octet-stream", Attributes: []tg.DocumentAttributeClass{},
		},
	})
	if err != nil {
		return nil, err
	}
	return media.(*tg.MessageMediaDocument).Document.(*tg.Document), nil
}
