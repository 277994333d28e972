package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// answerTo makes a call that sends answer a message: in layers before 159 by its number, in
// others by an InputReplyTo.
func answerTo(query *tl.Object, id int32, top int32) *tl.Object {
	to := tl.Fields{"reply_to_msg_id": id}
	if query.Fields["reply_to_msg_id"] = id; top != 0 {
		query.Fields["top_msg_id"], to["top_msg_id"] = top, top
	}
	query.Fields["reply_to"] = tl.New("inputReplyToMessage", to)
	return query
}

// A message says which one it answers, also when it is asked for again or edited; nobody has
// to know the one that it answers.
// https://core.telegram.org/constructor/messageReplyHeader
func TestAnswers(t *testing.T) {
	for _, layer := range layers {
		d := loggedIn(t, layer, nil)
		document := d.object(t, uploadMedia(uploadedDocument(d.file(t, 1, false, contents(10), "a.txt")))).Obj("document")
		again := tl.New("inputMediaDocument", tl.Fields{"id": inputOf(document, "inputDocument")})
		album := tl.New("messages.sendMultiMedia", tl.Fields{"peer": self(), "multi_media": tl.Vector(
			tl.New("inputSingleMedia", tl.Fields{"media": again, "random_id": nextRandomID.Add(1), "message": ""}),
		)})
		for _, query := range []*tl.Object{sendText(self()), sendMedia(again), album} {
			require.False(t, d.object(t, sendText(self())).Objects("updates")[1].Obj("message").Has("reply_to"))
			sent := d.object(t, answerTo(query, 1000, 0)).Objects("updates")[1].Obj("message")
			header := sent.Obj("reply_to")
			require.EqualValues(t, 1000, header.Int("reply_to_msg_id"), layer)
			require.False(t, header.Has("reply_to_top_id"))
			requireLayer(t, header, layer)
			id := sent.Int("id")
			require.Equal(t, sent.Fields, d.object(t, getMessages(id)).Objects("messages")[0].Fields)
			edited := d.object(t, tl.New("messages.editMessage", tl.Fields{"peer": self(), "id": id, "message": "other"}))
			require.Equal(t, header.Fields, edited.Objects("updates")[0].Obj("message").Obj("reply_to").Fields)
		}
	}
}

// In a channel an answer to an answer is in the thread of the first one.
// https://core.telegram.org/api/threads
func TestThreads(t *testing.T) {
	d := loggedIn(t, 228, nil)
	channel := inputPeerChannel(8)
	reply := func(in *tl.Object, id, top int32) (int32, *tl.Object) {
		m := d.object(t, answerTo(sendText(in), id, top)).Objects("updates")[1].Obj("message")
		return m.Int("id"), m.Obj("reply_to")
	}
	first := d.say(t, channel, "first")
	second, header := reply(channel, first, 0)
	require.False(t, header.Has("reply_to_top_id"))
	third, header := reply(channel, second, 0)
	require.Equal(t, first, header.Int("reply_to_top_id"))
	_, header = reply(channel, third, 0)
	require.Equal(t, first, header.Int("reply_to_top_id"))
	_, header = reply(channel, 1000, 77)
	require.EqualValues(t, 77, header.Int("reply_to_top_id"))
	require.Len(t, shownAll(d.object(t, search(channel, "", tl.Fields{"top_msg_id": first}))), 3)
	require.Len(t, shownAll(d.object(t, search(channel, "", tl.Fields{"top_msg_id": int32(77)}))), 1)

	first = d.say(t, self(), "first")
	second, _ = reply(self(), first, 0)
	_, header = reply(self(), second, 0)
	require.False(t, header.Has("reply_to_top_id"), "there are none elsewhere")
	for _, nothing := range []int32{0, -1} {
		_, header = reply(self(), nothing, 5)
		require.Nil(t, header)
	}
	story := sendText(self())
	story.Fields["reply_to"] = tl.New("inputReplyToStory", tl.Fields{"peer": self(), "story_id": int32(1)})
	require.False(t, d.object(t, story).Objects("updates")[1].Obj("message").Has("reply_to"))
}

// https://core.telegram.org/constructor/inputMessageReplyTo
func TestGetMessageThatIsAnswered(t *testing.T) {
	d := loggedIn(t, 228, nil)
	first := d.say(t, self(), "first")
	d.object(t, answerTo(sendText(self()), first, 0))
	ask := tl.New("messages.getMessages", tl.Fields{"id": tl.Vector(
		tl.New("inputMessageReplyTo", tl.Fields{"id": first + 1}), tl.New("inputMessageReplyTo", tl.Fields{"id": first}),
	)})
	require.Equal(t, []string{"first", "none 0"}, shownAll(d.object(t, ask)))
}
