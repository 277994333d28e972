package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func pin(in *tl.Object, id int32, f tl.Fields) *tl.Object {
	all := tl.Fields{"peer": in, "id": id}
	for name, value := range f {
		all[name] = value
	}
	return tl.New("messages.updatePinnedMessage", all)
}

func unpin(in *tl.Object, id int32) *tl.Object { return pin(in, id, tl.Fields{"unpin": true}) }

func unpinAll(in *tl.Object) *tl.Object {
	return tl.New("messages.unpinAllMessages", tl.Fields{"peer": in})
}

func somebody() *tl.Object {
	return tl.New("inputPeerUser", tl.Fields{"user_id": int64(42), "access_hash": int64(0)})
}

func inputPeerChat(id int64) *tl.Object { return tl.New("inputPeerChat", tl.Fields{"chat_id": id}) }

func init() {
	calls["messages.updatePinnedMessage"] = goodCall{func(*prepared) *tl.Object { return pin(self(), 1, nil) }, "updates"}
	calls["messages.unpinAllMessages"] = goodCall{func(*prepared) *tl.Object { return unpinAll(self()) }, "messages.affectedHistory"}
}

// names are those of the updates of an answer.
func names(answer *tl.Object) (all []string) {
	for _, u := range answer.Objects("updates") {
		all = append(all, u.Name)
	}
	return all
}

// Whoever pins tells the chat, where there is anybody to tell; the message says that it is
// pinned from then on, and so does all that asks for what is pinned.
func TestPin(t *testing.T) {
	for _, layer := range layers {
		for _, c := range []struct {
			in      *tl.Object
			updates []string
		}{
			{self(), []string{"updatePinnedMessages"}},
			{somebody(), []string{"updatePinnedMessages", "updateNewMessage"}},
			{inputPeerChat(7), []string{"updatePinnedMessages", "updateNewMessage"}},
			{inputPeerChannel(8), []string{"updatePinnedChannelMessages", "updateNewChannelMessage"}},
		} {
			d := loggedIn(t, layer, nil)
			first, second := d.say(t, c.in, "first"), d.say(t, c.in, "second")
			pts := d.object(t, pin(c.in, second, nil)).Objects("updates")[0].Int("pts")
			answer := d.object(t, pin(c.in, first, nil))
			requireLayer(t, answer, layer)
			updates := answer.Objects("updates")
			require.Equal(t, c.updates, names(answer))
			require.Equal(t, []any{first}, updates[0].Vector("messages"))
			require.True(t, updates[0].Bool("pinned"))
			require.Equal(t, pts+int32(len(c.updates)), updates[0].Int("pts"))
			if len(updates) > 1 {
				told := updates[1].Obj("message")
				require.Equal(t, pts+3, updates[1].Int("pts"))
				require.Equal(t, "messageService", told.Name)
				require.Equal(t, "messageActionPinMessage", told.Obj("action").Name)
				require.Equal(t, first, told.Obj("reply_to").Int("reply_to_msg_id"))
				require.Equal(t, told.Fields, d.object(t, getHistory(c.in, nil)).Objects("messages")[0].Fields)
			}
			require.Equal(t, []string{"second", "first"}, shownAll(d.object(t, search(c.in, "", only("inputMessagesFilterPinned")))))
			require.Empty(t, names(d.object(t, pin(c.in, first, nil))), "it is pinned")
			edit := tl.New("messages.editMessage", tl.Fields{"peer": c.in, "id": second, "message": "other"})
			require.True(t, d.object(t, edit).Objects("updates")[0].Obj("message").Bool("pinned"))

			answer = d.object(t, unpin(c.in, second))
			require.Equal(t, c.updates[:1], names(answer))
			require.False(t, answer.Objects("updates")[0].Bool("pinned"))
			require.Equal(t, []string{"first"}, shownAll(d.object(t, search(c.in, "", only("inputMessagesFilterPinned")))))
			require.Empty(t, names(d.object(t, unpin(c.in, second))), "it is not")

			require.EqualValues(t, 1, d.object(t, unpinAll(c.in)).Int("pts_count"))
			require.Zero(t, d.object(t, unpinAll(c.in)).Int("pts_count"))
			require.Empty(t, shownAll(d.object(t, search(c.in, "", only("inputMessagesFilterPinned")))))
		}
	}
}

// https://core.telegram.org/api/pin
func TestWhatIsPinned(t *testing.T) {
	d := loggedIn(t, 228, nil)
	pinned := tl.New("channels.getMessages", tl.Fields{"channel": inputChannel(8), "id": tl.Vector(tl.New("inputMessagePinned", nil))})
	full := map[*tl.Object]*tl.Object{
		inputPeerChannel(8): getFullChannel(8), inputPeerChat(7): getFullChat(7),
		self(): tl.New("users.getFullUser", tl.Fields{"id": tl.New("inputUserSelf", nil)}),
	}
	told := func(query *tl.Object) *tl.Object {
		answer := d.object(t, query)
		if user := answer.Obj("full_user"); user != nil {
			return user
		}
		return answer.Obj("full_chat")
	}
	require.Equal(t, []string{"none 0"}, shownAll(d.object(t, pinned)))
	for in, query := range full {
		require.False(t, told(query).Has("pinned_msg_id"))
		first, last := d.say(t, in, "first"), d.say(t, in, "last")
		d.object(t, pin(in, last, nil))
		d.object(t, pin(in, first, nil))
		require.Equal(t, last, told(query).Int("pinned_msg_id"), "the newest, whichever was pinned last")
	}
	require.Equal(t, []string{"last"}, shownAll(d.object(t, pinned)))
	d.object(t, unpinAll(inputPeerChannel(8)))
	require.Equal(t, []string{"none 0"}, shownAll(d.object(t, pinned)))
}

func TestPinForOneself(t *testing.T) {
	d := loggedIn(t, 228, nil)
	id := d.say(t, somebody(), "text")
	require.Equal(t, []string{"updatePinnedMessages"}, names(d.object(t, pin(somebody(), id, tl.Fields{"pm_oneside": true}))))
}

// What is not there cannot be pinned, and what the chat tells of is nobody's to edit or to
// send on.
func TestPinOfWhatIsNot(t *testing.T) {
	d := loggedIn(t, 228, nil)
	id := d.say(t, inputPeerChat(7), "text")
	d.refused(t, pin(inputPeerChat(7), 1000, nil), "400 MESSAGE_ID_INVALID")
	d.refused(t, pin(inputPeerChat(8), id, nil), "400 MESSAGE_ID_INVALID")
	d.refused(t, pin(inputPeerChannel(8), id, nil), "400 MESSAGE_ID_INVALID")
	d.refused(t, pin(inputPeerChat(0), id, nil), "400 PEER_ID_INVALID")
	d.refused(t, unpinAll(inputPeerChat(0)), "400 PEER_ID_INVALID")
	told := d.object(t, pin(inputPeerChat(7), id, nil)).Objects("updates")[1].Obj("message").Int("id")
	d.refused(t, tl.New("messages.editMessage", tl.Fields{"peer": inputPeerChat(7), "id": told, "message": "other"}), "400 MESSAGE_ID_INVALID")
	d.refused(t, forward(inputPeerChat(7), self(), told), "400 MESSAGE_ID_INVALID")
	require.Len(t, d.object(t, forward(inputPeerChat(7), self(), told, id)).Objects("updates"), 2)
	require.EqualValues(t, 1, d.object(t, deleteMessages(told)).Int("pts_count"))
}

// One that made room can be pinned as if it were there: the client cannot know.
func TestPinOfWhatMadeRoom(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.accounts.said.limit = saidBytes + 4
	id := d.say(t, self(), "text")
	d.say(t, self(), "text")
	require.Equal(t, []string{"updatePinnedMessages"}, names(d.object(t, pin(self(), id, nil))))
	require.Empty(t, shownAll(d.object(t, search(self(), "", only("inputMessagesFilterPinned")))))
}

func TestUndoOfPins(t *testing.T) {
	d := loggedIn(t, 228, nil)
	chat := inputPeerChat(7)
	id := d.say(t, chat, "text")
	undo := func(query *tl.Object, pinned ...string) {
		t.Helper()
		bytes := d.accounts.said.bytes
		r := d.send(d.encode(t, query))
		require.NotNil(t, r.Sent)
		require.True(t, r.Sent.Undo())
		require.Equal(t, pinned, shownAll(d.object(t, search(chat, "", only("inputMessagesFilterPinned")))))
		require.Equal(t, bytes, d.accounts.said.bytes)
	}
	undo(pin(chat, id, nil))
	d.object(t, pin(chat, id, nil))
	require.EqualValues(t, 3*saidBytes+4, d.accounts.said.bytes, "and what the chat tells of")
	undo(unpin(chat, id), "text")
	undo(unpinAll(chat), "text")
}
