package rpc

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func filename(name string) *tl.Object {
	return tl.New("documentAttributeFilename", tl.Fields{"file_name": name})
}

// What was uploaded comes back as a message with a document that keeps size, name,
// mime type and attributes. https://core.telegram.org/method/messages.sendMedia
func TestSendMedia(t *testing.T) {
	for _, isBig := range []bool{true, false} {
		t.Run(fmt.Sprintf("big %t", isBig), func(t *testing.T) {
			d := loggedIn(t, 228, nil)
			data := contents(10_000)
			file := d.file(t, 1, isBig, data, "input.txt")
			u := d.object(t, sendMedia(uploadedDocument(file, filename("given.txt"), attributes()[0])))

			updates := u.Objects("updates")
			require.Equal(t, []string{"updateMessageID", "updateNewMessage"}, []string{updates[0].Name, updates[1].Name})
			require.Equal(t, nextRandomID.Load(), updates[0].Long("random_id"))
			m := updates[1].Obj("message")
			require.Equal(t, updates[0].Int("id"), m.Int("id"))
			require.False(t, m.Bool("out"), "Saved Messages are not outgoing")
			require.Equal(t, "text", m.Str("message"))
			require.Equal(t, d.auth.Account().ID, m.Obj("peer_id").Long("user_id"))
			require.Equal(t, m.Obj("peer_id"), m.Obj("saved_peer_id"), "https://core.telegram.org/api/saved-messages")

			doc := m.Obj("media").Obj("document")
			require.EqualValues(t, len(data), doc.Long("size"))
			require.Equal(t, "text/plain", doc.Str("mime_type"))
			require.EqualValues(t, 2, doc.Int("dc_id"))
			require.Equal(t, "given.txt", doc.Objects("attributes")[0].Str("file_name"))
			require.EqualValues(t, 3, doc.Objects("attributes")[1].Double("duration"))
			require.Len(t, doc.Objects("attributes"), 2)
			require.True(t, bytes.Equal(data, d.read(t, doc)))
			event := d.eventsOf(journal.KindFile)[0]
			require.EqualValues(t, 1, event.FileID)
			require.Equal(t, len(data), event.Size)
			require.Equal(t, isBig, event.Big)
		})
	}
}

// eventsOf returns the events of a kind.
func (d *desk) eventsOf(k journal.Kind) (out []journal.Event) {
	for _, e := range d.Journal.Since(0) {
		if e.Kind == k {
			out = append(out, e)
		}
	}
	return out
}

// read downloads a document.
func (d *desk) read(t testing.TB, doc *tl.Object) (all []byte) {
	t.Helper()
	p := &prepared{document: doc}
	for {
		o := d.object(t, tl.New("upload.getFile", tl.Fields{"location": p.location(), "offset": int64(len(all)), "limit": int32(4096)}))
		all = append(all, o.Bytes("bytes")...)
		if len(o.Bytes("bytes")) < 4096 {
			return all
		}
	}
}

// A document without a name of its own has that of its InputFile.
func TestNameOfTheInputFile(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for name, want := range map[string]int{"input.txt": 1, "": 0} {
		media := d.object(t, uploadMedia(uploadedDocument(d.file(t, 1, true, contents(10), name))))
		got := media.Obj("document").Objects("attributes")
		require.Len(t, got, want)
		if want > 0 {
			require.Equal(t, name, got[0].Str("file_name"))
		}
	}
}

func TestSendToSomebodyElse(t *testing.T) {
	d := loggedIn(t, 228, nil)
	peer := tl.New("inputPeerUser", tl.Fields{"user_id": int64(42), "access_hash": int64(0)})
	query := sendMedia(uploadedDocument(d.file(t, 1, true, contents(10), "a")))
	query.Fields["peer"] = peer
	u := d.object(t, query)
	m := u.Objects("updates")[1].Obj("message")
	require.True(t, m.Bool("out"))
	require.EqualValues(t, 42, m.Obj("peer_id").Long("user_id"))
	require.Nil(t, m.Obj("saved_peer_id"))
	require.Equal(t, d.auth.Account().ID, m.Obj("from_id").Long("user_id"))
	require.Len(t, u.Objects("users"), 2)
}

// Message numbers and pts go up by one, without a gap.
func TestMessagesAreNumbered(t *testing.T) {
	d := loggedIn(t, 228, nil)
	pts := d.object(t, tl.New("updates.getState", nil)).Int("pts")
	for i := range int32(3) {
		u := d.object(t, call(t, "messages.sendMessage", nil)).Objects("updates")
		require.Equal(t, i+1, u[0].Int("id"))
		pts += u[1].Int("pts_count")
		require.Equal(t, pts, u[1].Int("pts"))
	}
	require.Equal(t, pts, d.object(t, tl.New("updates.getState", nil)).Int("pts"))
	again := call(t, "messages.sendMessage", nil)
	d.object(t, again)
	d.refused(t, again, "500 RANDOM_ID_DUPLICATE")
	empty := call(t, "messages.sendMessage", nil)
	empty.Fields["message"] = ""
	d.refused(t, empty, "400 MESSAGE_EMPTY")
}

// A photo has one size, which is what was uploaded.
func TestPhoto(t *testing.T) {
	d := loggedIn(t, 228, nil)
	data := contents(9_000)
	photo := d.object(t, uploadMedia(tl.New("inputMediaUploadedPhoto", tl.Fields{"file": d.file(t, 1, false, data, "a.jpg")}))).Obj("photo")
	require.EqualValues(t, len(data), photo.Objects("sizes")[0].Int("size"))
	for thumb, want := range map[string]any{"": nil, "x": nil, "m": "400 LOCATION_INVALID"} {
		l := (&prepared{document: photo}).location()
		l.Name, l.Fields["thumb_size"] = "inputPhotoFileLocation", thumb
		got := d.ask(t, tl.New("upload.getFile", tl.Fields{"location": l, "offset": int64(0), "limit": int32(1 << 20)}))
		if want != nil {
			require.Equal(t, want, got)
			continue
		}
		require.True(t, bytes.Equal(data, got.(*tl.Object).Bytes("bytes")))
	}
	d.refused(t, uploadMedia(tl.New("inputMediaUploadedPhoto", tl.Fields{"file": d.file(t, 2, false, data, "a.txt")})), "400 PHOTO_EXT_INVALID")
	// It can be sent again by its id.
	again := d.object(t, sendMedia(tl.New("inputMediaPhoto", tl.Fields{"id": inputOf(photo, "inputPhoto")})))
	require.Equal(t, photo.Long("id"), again.Objects("updates")[1].Obj("message").Obj("media").Obj("photo").Long("id"))
}

// inputOf refers to a document or photo.
func inputOf(doc *tl.Object, name string) *tl.Object {
	return tl.New(name, tl.Fields{
		"id": doc.Long("id"), "access_hash": doc.Long("access_hash"), "file_reference": append([]byte{}, doc.Bytes("file_reference")...),
	})
}

func TestExistingDocument(t *testing.T) {
	d := loggedIn(t, 228, nil)
	doc := prepare(t, d).document
	send := func(change func(in *tl.Object)) *tl.Object {
		in := inputOf(doc, "inputDocument")
		change(in)
		return sendMedia(tl.New("inputMediaDocument", tl.Fields{"id": in}))
	}
	again := d.object(t, send(func(*tl.Object) {})).Objects("updates")[1].Obj("message").Obj("media").Obj("document")
	require.Equal(t, doc.Long("id"), again.Long("id"))
	require.Equal(t, doc.Objects("attributes"), again.Objects("attributes"))
	for want, change := range map[string]func(in *tl.Object){
		"400 MEDIA_EMPTY":            func(in *tl.Object) { in.Fields["access_hash"] = int64(1) },
		"400 FILE_REFERENCE_EMPTY":   func(in *tl.Object) { in.Fields["file_reference"] = []byte{} },
		"400 FILE_REFERENCE_INVALID": func(in *tl.Object) { in.Fields["file_reference"] = []byte("x") },
	} {
		d.refused(t, send(change), want)
	}
	d.refused(t, send(func(in *tl.Object) { in.Fields["id"] = int64(3) }), "400 MEDIA_EMPTY")
	d.refused(t, sendMedia(tl.New("inputMediaDocument", tl.Fields{"id": tl.New("inputDocumentEmpty", nil)})), "400 MEDIA_EMPTY")
}

// https://core.telegram.org/api/files#resending-existing-files: inputMediaPhoto is for
// photos, inputMediaDocument for all else; their locations are apart as well.
func TestPhotoIsNoDocument(t *testing.T) {
	d := loggedIn(t, 228, nil)
	document := prepare(t, d).document
	image := tl.New("inputMediaUploadedPhoto", tl.Fields{"file": d.file(t, 5, false, contents(20), "a.jpg")})
	photo := d.object(t, uploadMedia(image)).Obj("photo")
	send := func(name, input string, of *tl.Object) *tl.Object {
		return sendMedia(tl.New(name, tl.Fields{"id": inputOf(of, input)}))
	}
	read := func(name string, of *tl.Object) *tl.Object {
		l := inputOf(of, name)
		l.Fields["thumb_size"] = ""
		return tl.New("upload.getFile", tl.Fields{"location": l, "offset": int64(0), "limit": int32(4096)})
	}
	chat := tl.New("inputChatPhoto", tl.Fields{"id": inputOf(document, "inputPhoto")})
	sticker := &prepared{document: photo}
	for _, c := range []struct {
		name  string
		query *tl.Object
		want  string
	}{
		{"a photo sent as one", send("inputMediaPhoto", "inputPhoto", photo), ""},
		{"a document sent as one", send("inputMediaDocument", "inputDocument", document), ""},
		{"a photo sent as a document", send("inputMediaDocument", "inputDocument", photo), "400 MEDIA_EMPTY"},
		{"a document sent as a photo", send("inputMediaPhoto", "inputPhoto", document), "400 MEDIA_EMPTY"},
		{"a photo read as one", read("inputPhotoFileLocation", photo), ""},
		{"a document read as one", read("inputDocumentFileLocation", document), ""},
		{"a photo read as a document", read("inputDocumentFileLocation", photo), "400 FILE_ID_INVALID"},
		{"a document read as a photo", read("inputPhotoFileLocation", document), "400 FILE_ID_INVALID"},
		{"a document as the photo of a chat", tl.New("messages.editChatPhoto", tl.Fields{"chat_id": int64(7), "photo": chat}), "400 PHOTO_INVALID"},
		{"a photo as a sticker", tl.New("stickers.addStickerToSet", tl.Fields{
			"stickerset": tl.New("inputStickerSetShortName", tl.Fields{"short_name": "t"}), "sticker": sticker.sticker(),
		}), "400 STICKER_FILE_INVALID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want == "" {
				d.object(t, c.query)
				return
			}
			d.refused(t, c.query, c.want)
		})
	}
}

// The thumbnail is an upload of its own, and is judged like one.
func TestThumbnail(t *testing.T) {
	d := loggedIn(t, 228, nil)
	file := d.file(t, 1, true, contents(10), "a.mp4")
	media := uploadedDocument(file)
	media.Fields["thumb"] = tl.New("inputFile", tl.Fields{"id": int64(5), "parts": int32(1), "name": "t.jpg", "md5_checksum": ""})
	d.refused(t, uploadMedia(media), "400 FILE_PART_0_MISSING")
	require.Equal(t, "the thumbnail: no part of this file_id was ever stored with upload.saveFilePart", d.eventsOf(journal.KindFile)[0].Text)
	media.Fields["thumb"] = d.file(t, 5, false, contents(20), "t.jpg")
	require.EqualValues(t, 10, d.object(t, uploadMedia(media)).Obj("document").Long("size"))
	require.Len(t, d.eventsOf(journal.KindFile), 3)
}

// An inputFile of nothing is no thumbnail, and one that says anything is.
func TestThumbnailOfNothing(t *testing.T) {
	for name, c := range map[string]struct {
		thumb *tl.Object
		want  string
	}{
		"nothing":         {tl.New("inputFile", tl.Fields{"id": int64(0), "parts": int32(0), "name": "", "md5_checksum": ""}), ""},
		"no parts":        {tl.New("inputFile", tl.Fields{"id": int64(5), "parts": int32(0), "name": "", "md5_checksum": ""}), "400 FILE_PARTS_INVALID"},
		"no number":       {tl.New("inputFile", tl.Fields{"id": int64(0), "parts": int32(1), "name": "", "md5_checksum": ""}), "400 FILE_PART_0_MISSING"},
		"a name":          {tl.New("inputFile", tl.Fields{"id": int64(0), "parts": int32(0), "name": "t.jpg", "md5_checksum": ""}), "400 FILE_PARTS_INVALID"},
		"a checksum":      {tl.New("inputFile", tl.Fields{"id": int64(0), "parts": int32(0), "name": "", "md5_checksum": "0"}), "400 FILE_PARTS_INVALID"},
		"nothing and big": {tl.New("inputFileBig", tl.Fields{"id": int64(0), "parts": int32(0), "name": ""}), "400 FILE_PARTS_INVALID"},
	} {
		t.Run(name, func(t *testing.T) {
			d := loggedIn(t, 228, nil)
			media := uploadedDocument(d.file(t, 1, true, contents(10), "a.mp4"))
			media.Fields["thumb"] = c.thumb
			if c.want != "" {
				d.refused(t, uploadMedia(media), c.want)
				return
			}
			require.EqualValues(t, 10, d.object(t, uploadMedia(media)).Obj("document").Long("size"))
			require.Len(t, d.eventsOf(journal.KindFile), 1)
		})
	}
}

// https://core.telegram.org/method/messages.uploadMedia: the peer can be inputPeerEmpty
// for bots and inputPeerSelf for users.
func TestUploadMediaForNobody(t *testing.T) {
	const nobody, refused = "inputPeerEmpty", "400 PEER_ID_INVALID"
	for _, c := range []struct {
		name string
		bot  bool
		call func(media *tl.Object) *tl.Object
		peer string
		want string
	}{
		{"a bot", true, uploadMedia, nobody, ""},
		{"a bot, for itself", true, uploadMedia, "inputPeerSelf", ""},
		{"a user", false, uploadMedia, nobody, refused},
		{"a user, for itself", false, uploadMedia, "inputPeerSelf", ""},
		{"a bot that sends", true, sendMedia, nobody, refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := loggedIn(t, 228, nil)
			if c.bot {
				d.object(t, importBot("123456:fake-token"))
			}
			query := c.call(uploadedDocument(d.file(t, 1, true, contents(10), "a")))
			query.Fields["peer"] = tl.New(c.peer, nil)
			if c.want == "" {
				require.Equal(t, "messageMediaDocument", d.object(t, query).Name)
				return
			}
			d.refused(t, query, c.want)
		})
	}
}

func TestMediaRefused(t *testing.T) {
	d := loggedIn(t, 228, nil)
	nobody := tl.New("inputPeerEmpty", nil)
	zero := tl.New("inputPeerChat", tl.Fields{"chat_id": int64(0)})
	file := d.file(t, 1, true, contents(10), "a")
	for _, peer := range []*tl.Object{nobody, zero} {
		for _, query := range []*tl.Object{uploadMedia(uploadedDocument(file)), sendMedia(uploadedDocument(file)), call(t, "messages.sendMessage", nil)} {
			query.Fields["peer"] = peer
			d.refused(t, query, "400 PEER_ID_INVALID")
		}
	}
	d.refused(t, sendMedia(tl.New("inputMediaEmpty", nil)), "400 MEDIA_INVALID")
	d.refused(t, sendMedia(uploadedDocument(tl.New("inputFileStoryDocument", tl.Fields{"id": tl.New("inputDocumentEmpty", nil)}))), "400 INPUT_FILE_INVALID")
	wrongKind := tl.New("inputFile", tl.Fields{"id": int64(1), "parts": int32(1), "name": "a", "md5_checksum": ""})
	d.refused(t, sendMedia(uploadedDocument(wrongKind)), "400 FILE_PART_0_MISSING")
	require.Contains(t, d.last().Text, "saveBigFilePart", "it says which of the two stores has the parts")
	require.Empty(t, d.Uploads.Documents())
}

// A document keeps what its call said for as long as it lives: that is bounded, in bytes and in
// attributes, each of which takes a hundred times its four bytes.
func TestDocumentWordsAreBounded(t *testing.T) {
	d := loggedIn(t, 228, nil)
	long := strings.Repeat("x", maxMeta)
	file := d.file(t, 1, true, contents(10), "a")
	many := make([]*tl.Object, maxAttributes) // and the name of the file
	for i := range many {
		many[i] = tl.New("documentAttributeAnimated", nil)
	}
	mime := uploadedDocument(file)
	mime.Fields["mime_type"] = long
	named := tl.New("inputFileBig", tl.Fields{"id": int64(1), "parts": int32(1), "name": long})
	for _, media := range []*tl.Object{
		mime, uploadedDocument(named), uploadedDocument(file, filename(long)), uploadedDocument(file, many...),
		tl.New("inputMediaUploadedPhoto", tl.Fields{"file": named}),
	} {
		d.refused(t, uploadMedia(media), "400 MEDIA_INVALID")
	}
	require.Empty(t, d.Uploads.Documents())
	got := d.object(t, uploadMedia(uploadedDocument(file, many[1:]...)))
	require.Len(t, got.Obj("document").Objects("attributes"), maxAttributes)
}
