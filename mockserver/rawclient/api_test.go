package rawclient

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// apiServer answers by method name, in one layer, and keeps what it was asked.
type apiServer struct {
	t      *testing.T
	layer  int
	answer map[string]*tl.Object
	asked  []*tl.Object
}

func (s *apiServer) handle(r *rpcServer, q query) {
	if q.id() == mt.MsgsAckTypeID {
		return
	}
	o, rest, err := tl.Decode(q.body)
	if !assert.NoError(s.t, err) || !assert.Empty(s.t, rest) {
		return
	}
	s.asked = append(s.asked, o)
	body, err := tl.Append(nil, s.layer, s.answer[o.Name])
	assert.NoError(s.t, err, o.Name)
	r.answer(q, body)
}

// withAPI runs f with a client that speaks to a server of each layer.
func withAPI(t *testing.T, answers map[string]*tl.Object, f func(*testing.T, *Client, *apiServer)) {
	for _, layer := range []int{158, 195, 198, 214, NewestLayer} {
		t.Run(fmt.Sprintf("layer %d", layer), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &apiServer{t: t, layer: layer, answer: answers}
				c, _ := newClient(t, ClientOptions{Layer: layer, APIID: 17349, APIHash: "hash"}, s.handle)
				f(t, c, s)
				_ = c.Close()
			})
		})
	}
}

func configObject() *tl.Object {
	f := tl.Fields{
		"date": int32(1_700_000_000), "test_mode": true, "this_dc": int32(2),
		"dc_options": tl.Vector(tl.New("dcOption", tl.Fields{"id": int32(2), "ip_address": "127.0.0.1", "port": int32(443), "media_only": true})),
	}
	for name := range strings.FieldsSeq(`expires chat_size_max megagroup_size_max forwarded_count_max online_update_period_ms
		offline_blur_timeout_ms offline_idle_timeout_ms online_cloud_timeout_ms notify_cloud_delay_ms notify_default_delay_ms
		push_chat_period_ms push_chat_limit edit_time_limit revoke_time_limit revoke_pm_time_limit rating_e_decay
		stickers_recent_limit channels_read_media_period call_receive_timeout_ms call_ring_timeout_ms call_connect_timeout_ms
		call_packet_timeout_ms caption_length_max message_length_max webfile_dc_id`) {
		f[name] = int32(0)
	}
	f["dc_txt_domain_name"], f["me_url_prefix"] = "", ""
	return tl.New("config", f)
}

func TestConfig(t *testing.T) {
	answers := map[string]*tl.Object{"invokeWithLayer": configObject(), "help.getConfig": configObject()}
	want := &Config{ThisDC: 2, TestMode: true, Date: 1_700_000_000, DCOptions: []DCOption{{ID: 2, IPAddress: "127.0.0.1", Port: 443, MediaOnly: true}}}
	withAPI(t, answers, func(t *testing.T, c *Client, s *apiServer) {
		got, err := c.InitConnection(t.Context(), 0)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.EqualValues(t, s.layer, s.asked[0].Int("layer"))
		inner, _, err := tl.Decode(s.asked[0].Bytes("query"))
		require.NoError(t, err)
		assert.Equal(t, "initConnection", inner.Name)
		assert.EqualValues(t, 17349, inner.Int("api_id"))
		query, _, err := tl.Decode(inner.Bytes("query"))
		require.NoError(t, err)
		assert.Equal(t, "help.getConfig", query.Name)

		got, err = c.GetConfig(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}

// InitConnection's layer is the client's from then on: the same call is encoded
// anew.
func TestInitConnectionChangesTheLayer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &apiServer{t: t, layer: 158, answer: map[string]*tl.Object{"invokeWithLayer": configObject(), "messages.uploadMedia": documentMedia()}}
		c, _ := newClient(t, ClientOptions{}, s.handle)
		require.Equal(t, NewestLayer, c.Layer())
		_, err := c.InitConnection(t.Context(), 158)
		require.NoError(t, err)
		require.Equal(t, 158, c.Layer())
		_, err = c.UploadMedia(t.Context(), InputFile{})
		require.NoError(t, err)
		assert.EqualValues(t, 0x519bc2b1, s.asked[1].ID, "messages.uploadMedia of layers up to 176")
		_ = c.Close()
	})
}

func authorization() *tl.Object {
	return tl.New("auth.authorization", tl.Fields{"user": tl.New("user", tl.Fields{
		"self": true, "id": int64(5), "access_hash": int64(6), "first_name": "Fake", "username": "fake_bot", "bot": true, "bot_info_version": int32(1), "premium": true,
	})})
}

func TestLogins(t *testing.T) {
	answers := map[string]*tl.Object{
		"auth.importBotAuthorization": authorization(),
		"auth.signIn":                 authorization(),
		"auth.sendCode": tl.New("auth.sentCode", tl.Fields{
			"type": tl.New("auth.sentCodeTypeApp", tl.Fields{"length": int32(5)}), "phone_code_hash": "h4sh",
		}),
	}
	want := &User{ID: 5, AccessHash: 6, FirstName: "Fake", Username: "fake_bot", Bot: true, Premium: true}
	withAPI(t, answers, func(t *testing.T, c *Client, s *apiServer) {
		got, err := c.LoginBot(t.Context(), "1:token")
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, []string{"1:token", "hash"}, []string{s.asked[0].Str("bot_auth_token"), s.asked[0].Str("api_hash")})

		hash, err := c.SendCode(t.Context(), "+10005550100")
		require.NoError(t, err)
		assert.Equal(t, "h4sh", hash)
		got, err = c.SignIn(t.Context(), "+10005550100", hash, "12345")
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, []string{"h4sh", "12345"}, []string{s.asked[2].Str("phone_code_hash"), s.asked[2].Str("phone_code")})
	})
}

func documentMedia() *tl.Object {
	return tl.New("messageMediaDocument", tl.Fields{"document": tl.New("document", tl.Fields{
		"id": int64(7), "access_hash": int64(8), "file_reference": []byte("ref"), "date": int32(0), "mime_type": "text/plain",
		"size": int64(5 << 30), "dc_id": int32(2),
		"attributes": tl.Vector(tl.New("documentAttributeFilename", tl.Fields{"file_name": "a.txt"})),
	})})
}

var wantDocument = &Document{
	Location: Location{ID: 7, AccessHash: 8, FileReference: []byte("ref")},
	Size:     5 << 30, MimeType: "text/plain", FileName: "a.txt", DC: 2,
}

func sentUpdates(randomID int64, id int32) *tl.Object {
	message := tl.New("message", tl.Fields{
		"id": int32(33), "peer_id": tl.New("peerUser", tl.Fields{"user_id": int64(5)}),
		"date": int32(0), "message": "hi", "media": documentMedia(),
	})
	return tl.New("updates", tl.Fields{"updates": tl.Vector(
		tl.New("updateMessageID", tl.Fields{"id": int32(1), "random_id": int64(1)}),
		tl.New("updateMessageID", tl.Fields{"id": id, "random_id": randomID}),
		tl.New("updateNewMessage", tl.Fields{"message": message, "pts": int32(1), "pts_count": int32(1)}),
	), "users": tl.Vector(), "chats": tl.Vector(), "date": int32(0), "seq": int32(0)})
}

func TestMedia(t *testing.T) {
	answers := map[string]*tl.Object{"messages.uploadMedia": documentMedia(), "messages.sendMedia": sentUpdates(99, 33)}
	withAPI(t, answers, func(t *testing.T, c *Client, s *apiServer) {
		doc, err := c.UploadMedia(t.Context(), InputFile{ID: 1, Parts: 2, Name: "a.txt", MD5: "m"})
		require.NoError(t, err)
		assert.Equal(t, wantDocument, doc)
		file := s.asked[0].Obj("media").Obj("file")
		assert.Equal(t, "inputFile", file.Name)
		assert.Equal(t, "m", file.Str("md5_checksum"))

		sent, err := c.SendMedia(t.Context(), InputFile{ID: 1, Parts: 2, Name: "a.txt", Big: true}, "hi", 99)
		require.NoError(t, err)
		assert.Equal(t, &SentMedia{MessageID: 33, Document: wantDocument}, sent)
		assert.Equal(t, "inputFileBig", s.asked[1].Obj("media").Obj("file").Name)
		assert.EqualValues(t, 99, s.asked[1].Long("random_id"))

		_, err = c.SendMedia(t.Context(), InputFile{}, "", 98)
		require.ErrorContains(t, err, "no updateMessageID for random_id 98")
		s.answer["messages.sendMedia"] = sentUpdates(97, 34)
		_, err = c.SendMedia(t.Context(), InputFile{}, "", 97)
		require.ErrorContains(t, err, "no updateNewMessage with id 34")
		s.answer["messages.sendMedia"] = sentUpdates(99, 33)
	})
}

func TestParts(t *testing.T) {
	answers := map[string]*tl.Object{
		"upload.saveFilePart": tl.Bool(true), "upload.saveBigFilePart": tl.Bool(false),
		"upload.getFile": tl.New("upload.file", tl.Fields{"type": tl.New("storage.fileUnknown", nil), "mtime": int32(0), "bytes": []byte("data")}),
	}
	withAPI(t, answers, func(t *testing.T, c *Client, s *apiServer) {
		ok, err := c.SaveFilePart(t.Context(), -1, 0, []byte("abc"))
		require.NoError(t, err)
		assert.True(t, ok)
		ok, err = c.SaveBigFilePart(t.Context(), -1, 2, -1, nil)
		require.NoError(t, err)
		assert.False(t, ok)
		assert.Equal(t, []int32{2, -1}, []int32{s.asked[1].Int("file_part"), s.asked[1].Int("file_total_parts")})

		data, err := c.GetFile(t.Context(), wantDocument.Location, 4096, 4096)
		require.NoError(t, err)
		assert.Equal(t, "data", string(data))
		assert.EqualValues(t, 4096, s.asked[2].Long("offset"))
		assert.Equal(t, "ref", string(s.asked[2].Obj("location").Bytes("file_reference")))
		_, err = c.GetFile(t.Context(), wantDocument.Location, 0, 3)
		require.ErrorContains(t, err, "returned 4 bytes, asked for 3")
	})
}

// An answer of another kind, or none at all, is an error that names it.
func TestUnexpectedAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answer []byte
		c, _ := newClient(t, ClientOptions{}, func(s *rpcServer, q query) { s.answer(q, answer) })
		for name, tt := range map[string]struct {
			answer []byte
			want   string
		}{
			"another kind": {binary.LittleEndian.AppendUint32(nil, 0x3dbb5986), "decoding"},
			"other bool":   {mustEncode(t, tl.New("storage.fileUnknown", nil)), "answered with storage.fileUnknown"},
			"trailing":     {append(mustEncode(t, tl.Bool(true)), 0, 0, 0, 0), "4 bytes after boolTrue"},
		} {
			answer = tt.answer
			_, err := c.SaveFilePart(t.Context(), 1, 0, nil)
			require.ErrorContains(t, err, tt.want, name)
		}
		_, err := c.GetConfig(t.Context())
		require.ErrorContains(t, err, "help.getConfig")
		_, err = c.Call(t.Context(), NewObject("no.suchMethod", nil))
		require.ErrorContains(t, err, "no.suchMethod")
		_ = c.Close()
	})
}

func mustEncode(t *testing.T, o *tl.Object) []byte {
	b, err := Encode(0, o)
	require.NoError(t, err)
	return b
}
