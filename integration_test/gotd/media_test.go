package gotd_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

// What a client is told of a file it uploaded, beside its bytes. It is a client
// that handles updates, so it does not wrap its calls in invokeWithoutUpdates and
// asks for itself as soon as it is connected.
func TestDocument(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	o := options(t, dc)
	o.UpdateHandler = telegram.UpdateHandlerFunc(func(context.Context, tg.UpdatesClass) error { return nil })
	api, ctx := bot(t, o).API(), deadline(t)
	data := contents(5000)

	uploaded, err := api.MessagesUploadMedia(ctx, &tg.MessagesUploadMediaRequest{
		Peer: &tg.InputPeerSelf{},
		Media: &tg.InputMediaUploadedDocument{
			File: uploadBytes(t, api, 1, data), MimeType: "text/x-go",
			Attributes: []tg.DocumentAttributeClass{&tg.DocumentAttributeFilename{FileName: "a.go"}},
		},
	})
	require.NoError(t, err)
	media, ok := uploaded.(*tg.MessageMediaDocument)
	require.True(t, ok, "%T", uploaded)
	doc, ok := media.Document.AsNotEmpty()
	require.True(t, ok)
	require.Equal(t, "text/x-go", doc.MimeType)
	require.EqualValues(t, len(data), doc.Size)
	require.Equal(t, dc.DC(), doc.DCID)
	require.Equal(t, []tg.DocumentAttributeClass{&tg.DocumentAttributeFilename{FileName: "a.go"}}, doc.Attributes)

	// The same document is sent without another upload, and only with what the
	// server said of it.
	_, err = api.MessagesSendMedia(ctx, &tg.MessagesSendMediaRequest{
		Peer: &tg.InputPeerSelf{}, Media: &tg.InputMediaDocument{ID: doc.AsInput()}, RandomID: 1,
	})
	require.NoError(t, err)
	foreign := doc.AsInput()
	foreign.AccessHash++
	_, err = api.MessagesSendMedia(ctx, &tg.MessagesSendMediaRequest{
		Peer: &tg.InputPeerSelf{}, Media: &tg.InputMediaDocument{ID: foreign}, RandomID: 2,
	})
	requireError(t, err, tgerr.New(400, "MEDIA_EMPTY"))
	got, err := readBack(ctx, api, doc, 1)
	require.NoError(t, err)
	require.Equal(t, data, got)
	unharmed(t, dc)
}

// A method that has nothing to do with uploads is refused by name, and the
// journal says so.
func TestMethodThatIsNotThere(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnknown: true}})
	_, err := c.API().AccountGetAutoDownloadSettings(deadline(t))
	require.True(t, tgerr.IsCode(err, 400), "%v", err)
	require.ErrorContains(t, err, "account.getAutoDownloadSettings")
	require.Len(t, events(dc, ofKind(mockserver.EventUnknown)), 1)
	_, err = c.Self(deadline(t))
	require.NoError(t, err, "it is the call that is refused")
}
