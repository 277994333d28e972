package rpc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func deleteMessages(ids ...any) *tl.Object {
	return tl.New("messages.deleteMessages", tl.Fields{"revoke": true, "id": ids})
}

func deleteChannelMessages(channel int64, ids ...any) *tl.Object {
	return tl.New("channels.deleteMessages", tl.Fields{"channel": inputChannel(channel), "id": ids})
}

// ids are so many.
func ids(n int) (all []any) {
	for i := range n {
		all = append(all, int32(i))
	}
	return all
}

// Each message that was there is an update of its sequence, and what is sent next is the
// next one. https://core.telegram.org/api/updates#message-related-event-sequences
func TestDeleteMessages(t *testing.T) {
	d := loggedIn(t, 228, nil)
	known := boxes{}
	sent := map[string]int32{}
	send := func(name string, to *tl.Object) {
		answer := d.object(t, sendText(to))
		known.take(t, answer)
		sent[name] = answer.Objects("updates")[0].Int("id")
	}
	remove := func(channel int64, query *tl.Object, want int32) {
		t.Helper()
		answer := d.object(t, query)
		require.Equal(t, want, answer.Int("pts_count"))
		require.Equal(t, known[channel]+want, answer.Int("pts"))
		known[channel] += want
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		send(name, self())
	}
	remove(0, deleteMessages(sent["b"]), 1)
	remove(0, deleteMessages(sent["b"]), 0)
	remove(0, deleteMessages(sent["a"], sent["c"], sent["c"], sent["b"]), 2)
	remove(0, deleteMessages(), 0)
	remove(0, deleteMessages(int32(0), int32(-1), int32(1000)), 0)
	send("e", self())
	send("in 8", inputPeerChannel(8))
	remove(8, deleteChannelMessages(8, sent["e"], sent["in 8"]), 1)
	remove(0, deleteMessages(sent["in 8"]), 0)
	send("in 8", inputPeerChannel(8))
	send("f", self())
	require.Equal(t, known[0], d.object(t, tl.New("updates.getState", nil)).Int("pts"))

	d.refused(t, tl.New("channels.deleteMessages", tl.Fields{"channel": tl.New("inputChannelEmpty", nil), "id": ids(2)}), "400 CHANNEL_INVALID")
	d.object(t, deleteMessages(ids(MaxMessages)...))
	d.refused(t, deleteMessages(ids(MaxMessages+1)...), "400 MESSAGE_ID_INVALID")
}

// What an edit says nothing of stays as it is, and what is not there cannot be edited.
// https://core.telegram.org/method/messages.editMessage
func TestEditMessage(t *testing.T) {
	d := loggedIn(t, 228, nil)
	send := func(query *tl.Object) int32 { return d.object(t, query).Objects("updates")[0].Int("id") }
	text, photo := send(sendText(self())), send(sendMedia(uploadedPhoto(d.file(t, 1, false, contents(10), "a.jpg"))))
	media := uploadedDocument(d.file(t, 2, false, contents(10), "a.txt"))
	words, deleted := send(sendText(self())), send(sendText(self()))
	d.object(t, deleteMessages(deleted))
	for _, c := range []struct {
		name   string
		id     int32
		fields tl.Fields
		want   string
	}{
		{"another text", text, tl.Fields{"message": "other"}, "other"},
		{"a file besides", text, tl.Fields{"media": media}, "other messageMediaDocument"},
		{"the caption of a photo", photo, tl.Fields{"message": "other"}, "other messageMediaPhoto"},
		{"no caption", photo, tl.Fields{"message": ""}, " messageMediaPhoto"},
		{"a document for a photo", photo, tl.Fields{"media": media, "message": "c"}, "c messageMediaDocument"},
		{"nothing left", send(sendText(self())), tl.Fields{"message": ""}, "400 MESSAGE_EMPTY"},
		{"too long", words, tl.Fields{"message": long(MaxText + 1)}, "400 MESSAGE_TOO_LONG"},
		{"a caption that is", photo, tl.Fields{"message": long(maxCaption + 1)}, "400 MEDIA_CAPTION_TOO_LONG"},
		{"deleted", deleted, tl.Fields{"message": "other"}, "400 MESSAGE_ID_INVALID"},
		{"the number of a removal", deleted + 1, tl.Fields{"message": "other"}, "400 MESSAGE_ID_INVALID"},
		{"never sent", 1000, tl.Fields{"message": "other"}, "400 MESSAGE_ID_INVALID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.fields["peer"], c.fields["id"] = self(), c.id
			edit := tl.New("messages.editMessage", c.fields)
			if strings.HasPrefix(c.want, "400") {
				d.refused(t, edit, c.want)
				return
			}
			message := d.object(t, edit).Objects("updates")[0].Obj("message")
			require.Equal(t, c.want, shown(message))
			require.Positive(t, message.Int("edit_date"))
			again := d.object(t, getMessages(c.id)).Objects("messages")[0]
			require.Equal(t, message.Fields, again.Fields)
		})
	}
}

// A bot that says "50 %" twice learns of it in the field.
// https://core.telegram.org/method/messages.editMessage
func TestMessageNotModified(t *testing.T) {
	bold := tl.Vector(tl.New("messageEntityBold", tl.Fields{"offset": int32(0), "length": int32(1)}))
	link := tl.Vector(tl.New("messageEntityTextUrl", tl.Fields{"offset": int32(0), "length": int32(4), "url": "https://a.de"}))
	button := func(text string) *tl.Object {
		return tl.New("replyKeyboardForceReply", tl.Fields{"placeholder": text}) // the same in all layers
	}
	for _, layer := range layers {
		d := loggedIn(t, layer, nil)
		file := func(id int64) *tl.Object { return uploadedDocument(d.file(t, id, false, contents(10), "a.txt")) }
		d.object(t, tl.New("messages.sendMessage", tl.Fields{"peer": self(), "message": "50 %", "random_id": nextRandomID.Add(1), "reply_markup": button("Stop")}))
		for i, c := range []struct {
			fields tl.Fields
			same   bool
		}{
			{tl.Fields{"message": "50 %", "reply_markup": button("Stop")}, true},
			{tl.Fields{"reply_markup": button("Stop")}, true},
			{tl.Fields{"message": "50 %"}, false}, // which takes the button away
			{tl.Fields{"message": "50 %"}, true},
			{tl.Fields{"message": "50 %", "no_webpage": true}, true}, // there is none
			{tl.Fields{"message": "a.de"}, false},
			{tl.Fields{"message": "a.de", "no_webpage": true}, false},
			{tl.Fields{"message": "a.de", "no_webpage": true}, true},
			{tl.Fields{"message": "here", "entities": link}, false},
			{tl.Fields{"message": "here", "entities": link, "no_webpage": true}, false},
			{tl.Fields{"message": "50 %", "entities": bold}, false},
			{tl.Fields{"message": "50 %", "entities": bold}, true},
			{tl.Fields{"reply_markup": button("Stop")}, false},
			{tl.Fields{"reply_markup": button("Stop")}, true},
			{tl.Fields{"reply_markup": button("Halt")}, false},
			{tl.Fields{"message": "51 %", "entities": bold, "reply_markup": button("Halt")}, false},
			{tl.Fields{"message": "a file", "media": file(1)}, false},
			{tl.Fields{"message": "a file", "media": file(2)}, false},
			{tl.Fields{"message": "a file"}, true},
		} {
			c.fields["peer"], c.fields["id"] = self(), int32(1)
			_, edited := d.ask(t, tl.New("messages.editMessage", c.fields)).(*tl.Object)
			require.Equal(t, !c.same, edited, "layer %d, edit %d", layer, i)
			if c.same {
				require.Equal(t, "400 MESSAGE_NOT_MODIFIED", d.last().Error)
			}
		}
	}
}
