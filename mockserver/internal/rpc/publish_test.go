package rpc

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func chatPhoto(f tl.Fields) *tl.Object {
	return tl.New("messages.editChatPhoto", tl.Fields{"chat_id": int64(7), "photo": tl.New("inputChatUploadedPhoto", f)})
}

// Every method that turns parts into something answers with the same documented
// errors: https://core.telegram.org/api/files#uploading-files
func TestEveryFinalisingMethodJudgesTheFile(t *testing.T) {
	methods := map[string]func(file *tl.Object) *tl.Object{
		"uploadMedia": func(f *tl.Object) *tl.Object { return uploadMedia(uploadedDocument(f)) },
		"sendMedia":   func(f *tl.Object) *tl.Object { return sendMedia(uploadedDocument(f)) },
		"editMessage": func(f *tl.Object) *tl.Object {
			return tl.New("messages.editMessage", tl.Fields{"peer": self(), "id": int32(1), "media": uploadedDocument(f)})
		},
		"sendStory": func(f *tl.Object) *tl.Object {
			return tl.New("stories.sendStory", tl.Fields{"peer": self(), "media": uploadedDocument(f), "privacy_rules": []any{}, "random_id": int64(6)})
		},
		"uploadProfilePhoto": func(f *tl.Object) *tl.Object { return tl.New("photos.uploadProfilePhoto", tl.Fields{"file": f}) },
		"editChatPhoto":      func(f *tl.Object) *tl.Object { return chatPhoto(tl.Fields{"file": f}) },
		"editPhoto": func(f *tl.Object) *tl.Object {
			return tl.New("channels.editPhoto", tl.Fields{
				"channel": tl.New("inputChannel", tl.Fields{"channel_id": int64(8), "access_hash": int64(1)}),
				"photo":   tl.New("inputChatUploadedPhoto", tl.Fields{"file": f}),
			})
		},
	}
	for name, method := range methods {
		t.Run(name, func(t *testing.T) {
			d := loggedIn(t, 228, nil)
			prepare(t, d)
			small := d.file(t, 50, false, contents(100), "a.jpg")
			for want, f := range map[string]*tl.Object{
				"400 FILE_PART_0_MISSING":  tl.New("inputFileBig", tl.Fields{"id": int64(99), "parts": int32(1), "name": "a.jpg"}),
				"400 FILE_PARTS_INVALID":   tl.New("inputFile", tl.Fields{"id": int64(50), "parts": int32(0), "name": "a.jpg", "md5_checksum": ""}),
				"400 FILE_PART_1_MISSING":  tl.New("inputFile", tl.Fields{"id": int64(50), "parts": int32(2), "name": "a.jpg", "md5_checksum": ""}),
				"400 MD5_CHECKSUM_INVALID": tl.New("inputFile", tl.Fields{"id": int64(50), "parts": int32(1), "name": "a.jpg", "md5_checksum": "00000000000000000000000000000000"}),
			} {
				require.Equal(t, want, d.ask(t, method(f)))
			}
			require.IsType(t, &tl.Object{}, d.ask(t, method(small)))
		})
	}
}

func TestPhotosNeedAnImage(t *testing.T) {
	d := loggedIn(t, 228, nil)
	text := d.file(t, 1, false, contents(10), "a.txt")
	image := d.file(t, 2, false, contents(10), "a.jpg")
	require.Equal(t, "400 PHOTO_EXT_INVALID", d.ask(t, chatPhoto(tl.Fields{"file": text})))
	require.Equal(t, "400 PHOTO_FILE_MISSING", d.ask(t, chatPhoto(nil)))
	require.Equal(t, "400 PHOTO_FILE_MISSING", d.ask(t, tl.New("photos.uploadProfilePhoto", nil)))
	// A video needs no image's name; with both, the photo is the still.
	require.IsType(t, &tl.Object{}, d.ask(t, chatPhoto(tl.Fields{"video": text})))
	got := d.object(t, chatPhoto(tl.Fields{"file": image, "video": text}))
	require.NotZero(t, got.Objects("chats")[0].Obj("photo").Long("photo_id"))
	known := tl.New("messages.editChatPhoto", tl.Fields{"chat_id": int64(7), "photo": tl.New("inputChatPhoto", tl.Fields{
		"id": tl.New("inputPhoto", tl.Fields{"id": int64(1), "access_hash": int64(1), "file_reference": []byte{}}),
	})})
	require.Equal(t, "400 PHOTO_INVALID", d.ask(t, known))
	require.Equal(t, "400 CHAT_ID_INVALID", d.ask(t, tl.New("messages.editChatPhoto", tl.Fields{"chat_id": int64(0), "photo": tl.New("inputChatPhotoEmpty", nil)})))
	require.Equal(t, "400 CHANNEL_INVALID", d.ask(t, tl.New("channels.editPhoto", tl.Fields{"channel": tl.New("inputChannelEmpty", nil), "photo": tl.New("inputChatPhotoEmpty", nil)})))
}

// Every method that makes a photo judges it as one, and the rules name all of them.
func TestPhotoRulesNameTheirMethods(t *testing.T) {
	d := loggedIn(t, 228, nil)
	text := d.file(t, 1, false, contents(10), "a.txt")
	chat := tl.New("inputChatUploadedPhoto", tl.Fields{"file": text})
	channel := tl.New("inputChannel", tl.Fields{"channel_id": int64(8), "access_hash": int64(1)})
	for _, c := range []struct {
		call *tl.Object
		want string
	}{
		{uploadMedia(tl.New("inputMediaUploadedPhoto", tl.Fields{"file": text})), "inputMediaUploadedPhoto"},
		{tl.New("photos.uploadProfilePhoto", tl.Fields{"file": text}), "photos.uploadProfilePhoto"},
		{tl.New("messages.editChatPhoto", tl.Fields{"chat_id": int64(7), "photo": chat}), "messages.editChatPhoto"},
		{tl.New("channels.editPhoto", tl.Fields{"channel": channel, "photo": chat}), "channels.editPhoto"},
	} {
		t.Run(c.call.Name, func(t *testing.T) {
			d.refused(t, c.call, "400 PHOTO_EXT_INVALID")
			for _, id := range []string{"photo.ext", "photo.too_big", "photo.streamed"} {
				rule, ok := d.Uploads.Rules().Rule(id)
				require.True(t, ok)
				require.Contains(t, rule.Method, c.want, id)
			}
		})
	}
}

// album is an album of media, numbered from randomID on unless that is 0.
func album(randomID int64, media ...*tl.Object) *tl.Object {
	items := make([]*tl.Object, len(media))
	for i, m := range media {
		items[i] = tl.New("inputSingleMedia", tl.Fields{"media": m, "random_id": randomID, "message": ""})
		if randomID != 0 {
			randomID++
		}
	}
	return tl.New("messages.sendMultiMedia", tl.Fields{"peer": self(), "multi_media": tl.Vector(items...)})
}

// https://core.telegram.org/method/messages.sendMultiMedia: raw inputMediaUploaded
// constructors are not supported, messages.uploadMedia has to come first.
func TestAlbumOfUploads(t *testing.T) {
	d := loggedIn(t, 228, nil)
	file := d.file(t, 1, false, contents(10), "a.jpg")
	for _, c := range []struct {
		name string
		item *tl.Object
		want string
	}{
		{"a document", uploadedDocument(file), "400 MEDIA_INVALID"},
		{"a photo", tl.New("inputMediaUploadedPhoto", tl.Fields{"file": file}), "400 MEDIA_INVALID"},
		{"parts that are not there", uploadedDocument(tl.New("inputFileBig", tl.Fields{"id": int64(99), "parts": int32(1), "name": "a"})), "400 MEDIA_INVALID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.refused(t, album(5, c.item), c.want)
			require.Contains(t, d.last().Text, "messages.uploadMedia")
			require.Empty(t, d.Uploads.Documents())
		})
	}
	photo := d.object(t, uploadMedia(tl.New("inputMediaUploadedPhoto", tl.Fields{"file": file}))).Obj("photo")
	got := d.object(t, album(5, tl.New("inputMediaPhoto", tl.Fields{"id": inputOf(photo, "inputPhoto")})))
	require.Equal(t, photo.Long("id"), got.Objects("updates")[1].Obj("message").Obj("media").Obj("photo").Long("id"))
}

// https://core.telegram.org/api/files#resending-existing-files: of an album the error
// says which of its files has the reference, counted from 0.
func TestAlbumFileReference(t *testing.T) {
	d := loggedIn(t, 228, nil)
	doc := prepare(t, d).document
	with := func(name string, value any) *tl.Object {
		in := inputOf(doc, "inputDocument")
		in.Fields[name] = value
		return tl.New("inputMediaDocument", tl.Fields{"id": in})
	}
	good := with("id", doc.Long("id"))
	for _, c := range []struct {
		name  string
		items []*tl.Object
		want  string
	}{
		{"the first is empty", []*tl.Object{with("file_reference", []byte{}), good}, "400 FILE_REFERENCE_0_EMPTY"},
		{"the third is wrong", []*tl.Object{good, good, with("file_reference", []byte("x"))}, "400 FILE_REFERENCE_2_INVALID"},
		{"the first of two counts", []*tl.Object{good, with("file_reference", []byte("x")), with("file_reference", []byte{})}, "400 FILE_REFERENCE_1_INVALID"},
		{"no such document", []*tl.Object{good, with("access_hash", int64(1))}, "400 MEDIA_EMPTY"},
	} {
		t.Run(c.name, func(t *testing.T) { d.refused(t, album(5, c.items...), c.want) })
	}
}

func TestAlbum(t *testing.T) {
	d := loggedIn(t, 228, nil)
	one := prepare(t, d).media()
	album := func(n int, randomID int64) *tl.Object { return album(randomID, slices.Repeat([]*tl.Object{one}, n)...) }
	require.Equal(t, "400 MEDIA_EMPTY", d.ask(t, album(0, 1)))
	require.Equal(t, "400 MULTI_MEDIA_TOO_LONG", d.ask(t, album(11, 1)))
	require.Equal(t, "400 RANDOM_ID_EMPTY", d.ask(t, album(1, 0)))
	updates := d.object(t, album(10, 100)).Objects("updates")
	require.Len(t, updates, 20)
	for i := range 10 {
		id, message := updates[2*i], updates[2*i+1].Obj("message")
		require.EqualValues(t, 100+i, id.Long("random_id"))
		require.Equal(t, id.Int("id"), message.Int("id"))
		require.EqualValues(t, 100, message.Long("grouped_id"), "one album")
		require.Equal(t, updates[2*i+1].Int("pts"), message.Int("id")+1)
	}
}

func TestEditingNeedsAMessage(t *testing.T) {
	d := loggedIn(t, 228, nil)
	edit := func(id int32) *tl.Object {
		return tl.New("messages.editMessage", tl.Fields{"peer": self(), "id": id, "message": "other"})
	}
	require.Equal(t, "400 MESSAGE_ID_INVALID", d.ask(t, edit(1)))
	d.object(t, call(t, "messages.sendMessage", nil))
	require.Equal(t, "updateEditMessage", d.object(t, edit(1)).Objects("updates")[0].Name)
	require.Equal(t, "400 MESSAGE_ID_INVALID", d.ask(t, edit(0)))
	require.Equal(t, "400 MESSAGE_ID_INVALID", d.ask(t, edit(99)))
}

// mtcute, kurigram and Pyrofork take the story that was posted from the answer.
// https://core.telegram.org/constructor/updateStory
func TestSendStoryTellsOfTheStory(t *testing.T) {
	for _, layer := range []int{160, 164, 165, 228} {
		d := loggedIn(t, layer, nil)
		query := call(t, "stories.sendStory", prepare(t, d))
		query.Fields["caption"], query.Fields["period"] = "text", int32(3600)
		updates := d.object(t, query).Objects("updates")
		require.Len(t, updates, 2)
		id, posted := updates[0], updates[1]
		require.Equal(t, []string{"updateStoryID", "updateStory"}, []string{id.Name, posted.Name})
		require.Equal(t, d.auth.Account().ID, posted.Long("user_id")+posted.Obj("peer").Long("user_id"))
		story := posted.Obj("story")
		require.Equal(t, id.Int("id"), story.Int("id"))
		require.Equal(t, "text", story.Str("caption"))
		require.EqualValues(t, 3600, story.Int("expire_date")-story.Int("date"))
		require.Equal(t, "messageMediaDocument", story.Obj("media").Name)

		delete(query.Fields, "period")
		delete(query.Fields, "caption")
		story = d.object(t, query).Objects("updates")[1].Obj("story")
		require.EqualValues(t, 86400, story.Int("expire_date")-story.Int("date"))
		require.False(t, story.Has("caption"))
	}
}

func TestPeers(t *testing.T) {
	d := loggedIn(t, 228, nil)
	file := d.file(t, 1, true, contents(10), "a")
	for update, in := range map[string]*tl.Object{
		"updateNewMessage":        tl.New("inputPeerChat", tl.Fields{"chat_id": int64(5)}),
		"updateNewChannelMessage": tl.New("inputPeerChannel", tl.Fields{"channel_id": int64(6), "access_hash": int64(1)}),
	} {
		query := sendMedia(uploadedDocument(file))
		query.Fields["peer"] = in
		got := d.object(t, query)
		require.Equal(t, update, got.Objects("updates")[1].Name)
		require.True(t, got.Objects("updates")[1].Obj("message").Bool("out"))
		require.Len(t, got.Objects("chats"), 1, "whom the message names is in the answer")
	}
	require.Equal(t, "400 STICKERS_EMPTY", d.ask(t, tl.New("stickers.createStickerSet", tl.Fields{
		"user_id": tl.New("inputUserSelf", nil), "title": "", "short_name": "", "stickers": []any{},
	})))
	nothing := tl.New("inputStickerSetItem", tl.Fields{"emoji": "x", "document": tl.New("inputDocumentEmpty", nil)})
	require.Equal(t, "400 STICKER_FILE_INVALID", d.ask(t, tl.New("stickers.createStickerSet", tl.Fields{
		"user_id": tl.New("inputUserSelf", nil), "title": "", "short_name": "", "stickers": tl.Vector(nothing),
	})))
}

// A set names each of its documents whole: one that may be named ever again would be an answer
// of any length for a few bytes. https://core.telegram.org/bots/api#addstickertoset
func TestStickerSetIsBounded(t *testing.T) {
	d := loggedIn(t, 228, nil)
	one := prepare(t, d).sticker()
	set := func(n int) *tl.Object {
		return tl.New("stickers.createStickerSet", tl.Fields{
			"user_id": tl.New("inputUserSelf", nil), "title": "t", "short_name": "s", "stickers": slices.Repeat([]any{one}, n),
		})
	}
	d.refused(t, set(maxStickers+1), "400 STICKERS_TOO_MUCH")
	require.Len(t, d.object(t, set(maxStickers)).Objects("documents"), maxStickers)
}
