package rpc

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// forward sends messages once more, each under a random_id of its own.
func forward(from, to *tl.Object, ids ...int32) *tl.Object {
	f := tl.Fields{"from_peer": from, "to_peer": to, "id": []any{}, "random_id": []any{}}
	for _, id := range ids {
		f["id"] = append(f["id"].([]any), id)
		f["random_id"] = append(f["random_id"].([]any), nextRandomID.Add(1))
	}
	return tl.New("messages.forwardMessages", f)
}

// Messages that are forwarded are new ones, with numbers of their own, in the order in which they were named.
// https://core.telegram.org/method/messages.forwardMessages
func TestForwardMessages(t *testing.T) {
	for _, layer := range layers {
		t.Run(fmt.Sprint(layer), func(t *testing.T) {
			d := loggedIn(t, layer, nil)
			sent := d.object(t, sendMedia(uploadedDocument(d.file(t, 1, false, contents(10), "a.txt"))))
			file := sent.Objects("updates")[1].Obj("message")
			text := d.say(t, self(), "words")

			answer := d.object(t, forward(self(), inputPeerChannel(8), text, 1000, file.Int("id")))
			updates := answer.Objects("updates")
			require.Len(t, updates, 4)
			require.Equal(t, "updateMessageID", updates[0].Name)
			require.Equal(t, "updateNewChannelMessage", updates[1].Name)
			require.Equal(t, "words", shown(updates[1].Obj("message")))
			again := updates[3].Obj("message")
			require.Equal(t, "text messageMediaDocument", shown(again))
			require.Equal(t, updates[2].Int("id"), again.Int("id"))
			require.Equal(t, file.Obj("media").Obj("document").Long("id"), again.Obj("media").Obj("document").Long("id"))
			require.Equal(t, d.auth.Account().ID, again.Obj("fwd_from").Obj("from_id").Long("user_id"))
			require.Equal(t, file.Int("date"), again.Obj("fwd_from").Int("date"))
			require.EqualValues(t, 8, answer.Objects("chats")[0].Long("id"))

			back := d.object(t, forward(inputPeerChannel(8), self(), again.Int("id"))).Objects("updates")[1].Obj("message")
			require.EqualValues(t, 8, back.Obj("fwd_from").Obj("saved_from_peer").Long("channel_id"))
			require.Equal(t, again.Int("id"), back.Obj("fwd_from").Int("saved_from_msg_id"))
			require.Equal(t, []string{"text messageMediaDocument"}, shownAll(d.object(t, getMessages(back.Int("id")))))
		})
	}
}

func TestForwardWithout(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.object(t, sendMedia(uploadedDocument(d.file(t, 1, false, contents(10), "a.txt"))))
	d.say(t, self(), "words")
	query := forward(self(), self(), 1, 2)
	query.Fields["drop_author"], query.Fields["drop_media_captions"] = true, true
	updates := d.object(t, query).Objects("updates")
	for i, want := range []string{" messageMediaDocument", "words"} {
		message := updates[2*i+1].Obj("message")
		require.Equal(t, want, shown(message))
		require.False(t, message.Has("fwd_from"))
	}
}

// An album stays one, and no album becomes part of another.
func TestForwardAnAlbum(t *testing.T) {
	d := loggedIn(t, 228, nil)
	p := prepare(t, d)
	item := func(id int64) *tl.Object {
		return tl.New("inputSingleMedia", tl.Fields{"media": p.media(), "random_id": id, "message": ""})
	}
	album := tl.New("messages.sendMultiMedia", tl.Fields{"peer": self(), "multi_media": tl.Vector(item(5), item(6))})
	first := d.object(t, album).Objects("updates")
	n := len(first) / 2
	require.Equal(t, 2, n)
	var ids []int32
	for i := range n {
		ids = append(ids, first[2*i].Int("id"))
	}
	group := first[1].Obj("message").Long("grouped_id")
	again := d.object(t, forward(self(), self(), append(ids, d.say(t, self(), "words"))...)).Objects("updates")
	for i := range n {
		require.Equal(t, again[1].Obj("message").Long("grouped_id"), again[2*i+1].Obj("message").Long("grouped_id"))
	}
	require.NotEqual(t, group, again[1].Obj("message").Long("grouped_id"))
	require.False(t, again[2*n+1].Obj("message").Has("grouped_id"))
}

func TestForwardOfWhatIsNot(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.say(t, self(), "words")
	once := forward(self(), self(), 1)
	d.object(t, once)
	many := make([]int32, MaxMessages+1)
	for i := range many {
		many[i] = 1
	}
	short := forward(self(), self(), 1)
	short.Fields["random_id"] = []any{}
	nobody := tl.New("inputPeerEmpty", nil)
	for name, c := range map[string]struct {
		query *tl.Object
		want  string
	}{
		"again, under the same random_id": {once, "500 RANDOM_ID_DUPLICATE"},
		"none is named":                   {forward(self(), self()), "400 MESSAGE_IDS_EMPTY"},
		"none is there":                   {forward(self(), self(), 1000), "400 MESSAGE_ID_INVALID"},
		"it is elsewhere":                 {forward(inputPeerChannel(8), self(), 1), "400 MESSAGE_ID_INVALID"},
		"too many":                        {forward(self(), self(), many...), "400 MESSAGE_ID_INVALID"},
		"a random_id is missing":          {short, "400 RANDOM_ID_INVALID"},
		"from nobody":                     {forward(nobody, self(), 1), "400 PEER_ID_INVALID"},
		"to nobody":                       {forward(self(), nobody, 1), "400 PEER_ID_INVALID"},
	} {
		t.Run(name, func(t *testing.T) { d.refused(t, c.query, c.want) })
	}
	require.Len(t, d.object(t, forward(self(), self(), many[1:]...)).Objects("updates"), 2*MaxMessages)
}
