package rpc

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// prepared is what the calls below refer to: a file, a document, a code.
type prepared struct {
	file     *tl.Object
	document *tl.Object
	hash     string
	account  int64
	exported []byte
	channel  func() int64 // makes one
}

func prepare(t *testing.T, d *desk) *prepared {
	t.Helper()
	p := &prepared{
		file: d.file(t, 1, true, contents(10_000), "a.txt"),
		hash: d.object(t, sendCode("15550100")).Str("phone_code_hash"),
	}
	p.account = d.auth.Account().ID
	p.exported = d.accounts.token(p.account, int32(d.DC))
	p.document = d.object(t, uploadMedia(uploadedDocument(p.file))).Obj("document")
	d.object(t, tl.New("messages.sendMessage", tl.Fields{"peer": tl.New("inputPeerSelf", nil), "message": "number 1", "random_id": int64(1)}))
	p.channel = func() int64 { return d.made(t, "Channel", nil) }
	return p
}

// image is the file under the name of a photo.
func (p *prepared) image() *tl.Object {
	return tl.New("inputFileBig", tl.Fields{"id": p.file.Long("id"), "parts": p.file.Int("parts"), "name": "a.jpg"})
}

// media is the document as it is sent again.
func (p *prepared) media() *tl.Object {
	return tl.New("inputMediaDocument", tl.Fields{"id": inputOf(p.document, "inputDocument")})
}

func (p *prepared) sticker() *tl.Object {
	return tl.New("inputStickerSetItem", tl.Fields{"emoji": "x", "document": tl.New("inputDocument", tl.Fields{
		"id": p.document.Long("id"), "access_hash": p.document.Long("access_hash"),
		"file_reference": append([]byte{}, p.document.Bytes("file_reference")...),
	})})
}

func (p *prepared) location() *tl.Object {
	return tl.New("inputDocumentFileLocation", tl.Fields{
		"id": p.document.Long("id"), "access_hash": p.document.Long("access_hash"),
		"file_reference": append([]byte{}, p.document.Bytes("file_reference")...), "thumb_size": "",
	})
}

type goodCall struct {
	query  func(p *prepared) *tl.Object
	answer string
}

// calls has one good call of every method that is answered, and the constructor
// of its answer; a name in brackets is that of a vector's elements.
var calls = map[string]goodCall{
	"upload.saveBigFilePart": {func(*prepared) *tl.Object {
		return tl.New("upload.saveBigFilePart", tl.Fields{"file_id": int64(9), "file_part": int32(0), "file_total_parts": int32(1), "bytes": []byte("part")})
	}, "boolTrue"},
	"upload.saveFilePart": {func(*prepared) *tl.Object {
		return tl.New("upload.saveFilePart", tl.Fields{"file_id": int64(9), "file_part": int32(0), "bytes": []byte("part")})
	}, "boolTrue"},
	"help.getConfig":    {bareCall("help.getConfig"), "config"},
	"help.getNearestDc": {bareCall("help.getNearestDc"), "nearestDc"},
	"help.getAppConfig": {func(*prepared) *tl.Object { return appConfig(0) }, "help.appConfig"},
	"auth.importBotAuthorization": {func(*prepared) *tl.Object {
		return importBot("123456:fake-token")
	}, "auth.authorization"},
	"auth.sendCode":     {func(*prepared) *tl.Object { return sendCode("15550100") }, "auth.sentCode"},
	"auth.signIn":       {func(p *prepared) *tl.Object { return signIn("15550100", p.hash, "12345") }, "auth.authorization"},
	"auth.logOut":       {bareCall("auth.logOut"), "auth.loggedOut"},
	"help.getCdnConfig": {bareCall("help.getCdnConfig"), "cdnConfig"},
	"messages.sendMultiMedia": {func(p *prepared) *tl.Object {
		item := tl.New("inputSingleMedia", tl.Fields{"media": p.media(), "random_id": int64(5), "message": "one"})
		return tl.New("messages.sendMultiMedia", tl.Fields{"peer": tl.New("inputPeerSelf", nil), "multi_media": tl.Vector(item)})
	}, "updates"},
	"messages.editMessage": {func(p *prepared) *tl.Object {
		return tl.New("messages.editMessage", tl.Fields{"peer": tl.New("inputPeerSelf", nil), "id": int32(1), "media": uploadedDocument(p.file)})
	}, "updates"},
	"messages.editChatPhoto": {func(p *prepared) *tl.Object {
		return tl.New("messages.editChatPhoto", tl.Fields{"chat_id": int64(7), "photo": tl.New("inputChatUploadedPhoto", tl.Fields{"file": p.image()})})
	}, "updates"},
	"channels.editPhoto": {func(p *prepared) *tl.Object {
		return tl.New("channels.editPhoto", tl.Fields{
			"channel": tl.New("inputChannel", tl.Fields{"channel_id": int64(8), "access_hash": int64(1)}),
			"photo":   tl.New("inputChatUploadedPhoto", tl.Fields{"file": p.image()}),
		})
	}, "updates"},
	"photos.uploadProfilePhoto": {func(p *prepared) *tl.Object {
		return tl.New("photos.uploadProfilePhoto", tl.Fields{"file": p.image()})
	}, "photos.photo"},
	"stories.sendStory": {func(p *prepared) *tl.Object {
		return tl.New("stories.sendStory", tl.Fields{
			"peer": tl.New("inputPeerSelf", nil), "media": uploadedDocument(p.file), "privacy_rules": []any{}, "random_id": int64(6),
		})
	}, "updates"},
	"stickers.createStickerSet": {func(p *prepared) *tl.Object {
		return tl.New("stickers.createStickerSet", tl.Fields{
			"user_id": tl.New("inputUserSelf", nil), "title": "T", "short_name": "t", "stickers": tl.Vector(p.sticker()),
		})
	}, "messages.stickerSet"},
	"stickers.addStickerToSet": {func(p *prepared) *tl.Object {
		return tl.New("stickers.addStickerToSet", tl.Fields{
			"stickerset": tl.New("inputStickerSetShortName", tl.Fields{"short_name": "t"}), "sticker": p.sticker(),
		})
	}, "messages.stickerSet"},
	"auth.bindTempAuthKey": {func(*prepared) *tl.Object {
		return tl.New("auth.bindTempAuthKey", tl.Fields{
			"perm_auth_key_id": int64(1), "nonce": int64(2), "expires_at": int32(3), "encrypted_message": []byte("m"),
		})
	}, "boolTrue"},
	"auth.exportAuthorization": {func(*prepared) *tl.Object {
		return tl.New("auth.exportAuthorization", tl.Fields{"dc_id": int32(4)})
	}, "auth.exportedAuthorization"},
	"auth.importAuthorization": {func(p *prepared) *tl.Object {
		return tl.New("auth.importAuthorization", tl.Fields{"id": p.account, "bytes": append([]byte{}, p.exported...)})
	}, "auth.authorization"},
	"users.getUsers": {func(*prepared) *tl.Object { return getUsers(tl.New("inputUserSelf", nil)) }, "[user]"},
	"users.getFullUser": {func(*prepared) *tl.Object {
		return tl.New("users.getFullUser", tl.Fields{"id": tl.New("inputUserSelf", nil)})
	}, "users.userFull"},
	"contacts.getBlocked": {func(*prepared) *tl.Object {
		return tl.New("contacts.getBlocked", tl.Fields{"offset": int32(0), "limit": int32(100)})
	}, "contacts.blocked"},
	"contacts.resolveUsername": {func(*prepared) *tl.Object {
		return resolveUsername("somechannel")
	}, "contacts.resolvedPeer"},
	"messages.checkChatInvite": {func(*prepared) *tl.Object { return checkChatInvite("AbCd_-1234567890") }, "chatInviteAlready"},
	"channels.getChannels":     {func(*prepared) *tl.Object { return getChannels(inputChannel(8)) }, "messages.chats"},
	"messages.setTyping": {func(*prepared) *tl.Object {
		return setTyping(tl.New("inputPeerSelf", nil), tl.New("sendMessageUploadDocumentAction", tl.Fields{"progress": int32(50)}))
	}, "boolTrue"},
	"messages.deleteMessages":    {func(*prepared) *tl.Object { return deleteMessages(int32(1)) }, "messages.affectedMessages"},
	"channels.deleteMessages":    {func(*prepared) *tl.Object { return deleteChannelMessages(8, int32(1)) }, "messages.affectedMessages"},
	"account.getChatThemes":      {hashed("account.getChatThemes", int64(0)), "account.themes"},
	"account.getContentSettings": {bareCall("account.getContentSettings"), "account.contentSettings"},
	"account.getNotifySettings": {func(*prepared) *tl.Object {
		return tl.New("account.getNotifySettings", tl.Fields{"peer": tl.New("inputNotifyUsers", nil)})
	}, "peerNotifySettings"},
	"account.getReactionsNotifySettings": {bareCall("account.getReactionsNotifySettings"), "reactionsNotifySettings"},
	"account.getWebBrowserSettings":      {hashed("account.getWebBrowserSettings", int64(0)), "account.webBrowserSettings"},
	"aicompose.getTones":                 {hashed("aicompose.getTones", int64(0)), "aicompose.tones"},
	"contacts.getBirthdays":              {bareCall("contacts.getBirthdays"), "contacts.contactBirthdays"},
	"contacts.getTopPeers": {func(*prepared) *tl.Object {
		return tl.New("contacts.getTopPeers", tl.Fields{"correspondents": true, "offset": int32(0), "limit": int32(10), "hash": int64(0)})
	}, "contacts.topPeersDisabled"},
	"help.getPeerColors":             {hashed("help.getPeerColors", int32(0)), "help.peerColors"},
	"help.getPeerProfileColors":      {hashed("help.getPeerProfileColors", int32(0)), "help.peerColors"},
	"help.getPromoData":              {bareCall("help.getPromoData"), "help.promoDataEmpty"},
	"help.getTermsOfServiceUpdate":   {bareCall("help.getTermsOfServiceUpdate"), "help.termsOfServiceUpdateEmpty"},
	"messages.getAttachMenuBots":     {hashed("messages.getAttachMenuBots", int64(0)), "attachMenuBots"},
	"messages.getAvailableEffects":   {hashed("messages.getAvailableEffects", int32(0)), "messages.availableEffects"},
	"messages.getAvailableReactions": {hashed("messages.getAvailableReactions", int32(0)), "messages.availableReactions"},
	"messages.getDialogFilters":      {bareCall("messages.getDialogFilters"), "messages.dialogFilters"},
	"messages.getPeerSettings":       {ofSelf("messages.getPeerSettings"), "messages.peerSettings"},
	"messages.getPinnedSavedDialogs": {bareCall("messages.getPinnedSavedDialogs"), "messages.savedDialogs"},
	"messages.getSavedHistory": {func(*prepared) *tl.Object {
		query := getHistory(self(), nil)
		query.Name = "messages.getSavedHistory"
		return query
	}, "messages.messages"},
	"messages.getStickerSet": {func(*prepared) *tl.Object {
		return tl.New("messages.getStickerSet", tl.Fields{"stickerset": tl.New("inputStickerSetShortName", tl.Fields{"short_name": "t"}), "hash": int32(0)})
	}, "406 STICKERSET_INVALID"},
	"stories.getPeerStories":   {ofSelf("stories.getPeerStories"), "stories.peerStories"},
	"channels.getFullChannel":  {func(*prepared) *tl.Object { return getFullChannel(8) }, "messages.chatFull"},
	"messages.getFullChat":     {func(*prepared) *tl.Object { return getFullChat(7) }, "messages.chatFull"},
	"messages.getMessages":     {func(*prepared) *tl.Object { return getMessages(1) }, "messages.messages"},
	"channels.getMessages":     {func(*prepared) *tl.Object { return getChannelMessages(8, 1) }, "messages.channelMessages"},
	"messages.getHistory":      {func(*prepared) *tl.Object { return getHistory(self(), nil) }, "messages.messages"},
	"messages.forwardMessages": {func(*prepared) *tl.Object { return forward(self(), inputPeerChannel(8), 1) }, "updates"},
	"messages.getChats":        {func(*prepared) *tl.Object { return getChats(int64(8)) }, "messages.chats"},
	"account.updateStatus": {func(*prepared) *tl.Object {
		return tl.New("account.updateStatus", tl.Fields{"offline": true})
	}, "boolTrue"},
	"updates.getState": {bareCall("updates.getState"), "updates.state"},
	"updates.getDifference": {func(*prepared) *tl.Object {
		return tl.New("updates.getDifference", tl.Fields{"pts": int32(1), "date": int32(1), "qts": int32(0)})
	}, "updates.difference"},
	"updates.getChannelDifference": {func(*prepared) *tl.Object { return channelDifference(inputChannel(8), 5) }, "updates.channelDifferenceEmpty"},
	"messages.getDialogs": {func(*prepared) *tl.Object {
		return tl.New("messages.getDialogs", tl.Fields{"offset_date": int32(0), "offset_id": int32(0), "offset_peer": self(), "limit": int32(100), "hash": int64(0)})
	}, "messages.dialogs"},
	"messages.getPeerDialogs": {func(*prepared) *tl.Object { return getPeerDialogs(self(), inputPeerChannel(8)) }, "messages.peerDialogs"},
	"messages.getPinnedDialogs": {func(*prepared) *tl.Object {
		return tl.New("messages.getPinnedDialogs", tl.Fields{"folder_id": int32(0)})
	}, "messages.peerDialogs"},
	"messages.uploadMedia": {func(p *prepared) *tl.Object { return uploadMedia(uploadedDocument(p.file, attributes()...)) }, "messageMediaDocument"},
	"messages.sendMedia":   {func(p *prepared) *tl.Object { return sendMedia(uploadedDocument(p.file, attributes()...)) }, "updates"},
	"messages.sendMessage": {func(*prepared) *tl.Object {
		return tl.New("messages.sendMessage", tl.Fields{"peer": self(), "message": "text", "random_id": nextRandomID.Add(1)})
	}, "updates"},
	"upload.getFile": {func(p *prepared) *tl.Object {
		return tl.New("upload.getFile", tl.Fields{"location": p.location(), "offset": int64(0), "limit": int32(4096)})
	}, "upload.file"},
	"upload.getFileHashes": {func(p *prepared) *tl.Object {
		return tl.New("upload.getFileHashes", tl.Fields{"location": p.location(), "offset": int64(0)})
	}, "[fileHash]"},
}

func bareCall(name string) func(*prepared) *tl.Object {
	return func(*prepared) *tl.Object { return tl.New(name, nil) }
}

// hashed asks for what changed since a hash.
func hashed(name string, hash any) func(*prepared) *tl.Object {
	return func(*prepared) *tl.Object { return tl.New(name, tl.Fields{"hash": hash}) }
}

func ofSelf(name string) func(*prepared) *tl.Object {
	return func(*prepared) *tl.Object { return tl.New(name, tl.Fields{"peer": self()}) }
}

func appConfig(hash int32) *tl.Object {
	return tl.New("help.getAppConfig", tl.Fields{"hash": hash})
}

func getUsers(users ...*tl.Object) *tl.Object {
	return tl.New("users.getUsers", tl.Fields{"id": tl.Vector(users...)})
}

// attributes are those that clients send with a video.
func attributes() []*tl.Object {
	return []*tl.Object{
		tl.New("documentAttributeVideo", tl.Fields{"duration": float64(3), "w": int32(10), "h": int32(20), "supports_streaming": true}),
		tl.New("documentAttributeAudio", tl.Fields{"duration": int32(3), "title": "t"}),
		tl.New("documentAttributeImageSize", tl.Fields{"w": int32(1), "h": int32(2)}),
		tl.New("documentAttributeAnimated", nil),
	}
}

// call is the good call of a method. Without p it refers to nothing that exists.
func call(t testing.TB, name string, p *prepared) *tl.Object {
	t.Helper()
	c, ok := calls[name]
	require.True(t, ok, "%s has no case in calls", name)
	if p == nil {
		p = &prepared{
			file:    tl.New("inputFile", tl.Fields{"id": int64(0), "parts": int32(1), "name": "", "md5_checksum": ""}),
			channel: func() int64 { return 8 },
		}
	}
	return c.query(p)
}

// Every method that is answered is answered in the layer of the client: query and
// answer carry that layer's ids, all the way down, or a client cannot read them.
func TestEveryMethodInEveryLayer(t *testing.T) {
	names := Methods()
	slices.Sort(names)
	for name := range calls {
		require.Contains(t, names, name, "a case of a method that is not answered")
	}
	for _, layer := range layers {
		for _, name := range names {
			t.Run(fmt.Sprintf("%d/%s", layer, name), func(t *testing.T) {
				d := loggedIn(t, layer, nil)
				query := call(t, name, prepare(t, d))
				switch got := d.ask(t, query).(type) {
				case *tl.Object:
					want := calls[name].answer
					if name == "help.getAppConfig" && layer < appConfigLayer {
						want = "jsonObject"
					}
					require.Equal(t, want, got.Name)
					requireLayer(t, got, layer)
				case []*tl.Object:
					require.Equal(t, name == "messages.getDialogFilters" || name == "contacts.getStatuses", len(got) == 0, "of these there are none")
					for _, o := range got {
						require.Equal(t, calls[name].answer, "["+o.Name+"]")
						requireLayer(t, o, layer)
					}
				default: // what is never there
					require.Equal(t, calls[name].answer, got, d.last().Text)
					require.Equal(t, "messages.getStickerSet", name)
					return
				}
				require.Empty(t, d.last().Error)
				require.Equal(t, name, d.last().Method)
			})
		}
	}
}

// requireLayer looks at an object and all in it.
func requireLayer(t testing.TB, o *tl.Object, layer int) {
	t.Helper()
	want, ok := tl.ID(o.Name, layer)
	require.True(t, ok, o.Name)
	require.Equal(t, want, o.ID, "%s in layer %d", o.Name, layer)
	for _, v := range o.Fields {
		switch v := v.(type) {
		case *tl.Object:
			requireLayer(t, v, layer)
		case []any:
			for _, item := range v {
				if inner, ok := item.(*tl.Object); ok {
					requireLayer(t, inner, layer)
				}
			}
		}
	}
}

// A method that is not answered is named in the error and in the journal, also
// one that no schema here has.
func TestUnknownMethods(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for _, c := range []struct {
		body []byte
		want string
	}{
		{[]byte{0x6b, 0x18, 0xf9, 0xc4}, ""}, // help.getConfig, to see that the case can fail
		{[]byte{0x04, 0x03, 0x02, 0x01, 0, 0, 0, 0}, "400 METHOD_NOT_SUPPORTED: #01020304"},
		{d.encode(t, tl.New("inputPeerSelf", nil)), "400 METHOD_NOT_SUPPORTED: inputPeerSelf"},
		{[]byte{0x57, 0x19, 0x49, 0xa4}, "400 METHOD_NOT_SUPPORTED: " + tl.MethodName(0xa4491957)},
	} {
		got := answer(t, d.send(c.body))
		if c.want == "" {
			require.IsType(t, &tl.Object{}, got)
			continue
		}
		require.Equal(t, c.want, got)
		require.EqualValues(t, "unknown", d.last().Kind)
	}
}

// A query whose inside cannot be read says which part of it.
func TestUndecodable(t *testing.T) {
	d := loggedIn(t, 228, nil)
	whole := d.encode(t, getUsers(tl.New("inputUserSelf", nil)))
	strange := append(append([]byte{}, whole[:len(whole)-4]...), 1, 2, 3, 4)
	part := tl.AppendSavePart(nil, tl.SavePart{Big: true, FileID: 1, Total: 1, Bytes: []byte("12345678")})
	for name, c := range map[string]struct {
		body         []byte
		want, method string
	}{
		"cut":              {whole[:len(whole)-2], "400 INPUT_FETCH_ERROR", "users.getUsers"},
		"strange object":   {strange, "400 INPUT_CONSTRUCTOR_INVALID", "users.getUsers"},
		"vector that lies": {append(append([]byte{}, whole[:8]...), 0xff, 0xff, 0xff, 0x7f), "400 INPUT_FETCH_ERROR", "users.getUsers"},
		"cut part":         {part[:len(part)-4], "400 INPUT_FETCH_ERROR", "upload.saveBigFilePart"},
		"part's id alone":  {part[:4], "400 INPUT_FETCH_ERROR", "upload.saveBigFilePart"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, answer(t, d.send(c.body)))
			require.Equal(t, c.method, d.last().Method)
		})
	}
	require.Empty(t, d.Uploads.Files(), "nothing was begun")
}
