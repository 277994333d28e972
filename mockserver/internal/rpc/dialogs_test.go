package rpc

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func getPeerDialogs(peers ...*tl.Object) *tl.Object {
	var all []any
	for _, p := range peers {
		all = append(all, tl.New("inputDialogPeer", tl.Fields{"peer": p}))
	}
	return tl.New("messages.getPeerDialogs", tl.Fields{"peers": all})
}

func inputPeerChannel(id int64) *tl.Object {
	return tl.New("inputPeerChannel", tl.Fields{"channel_id": id, "access_hash": int64(0)})
}

func channelDifference(channel *tl.Object, pts int32) *tl.Object {
	return tl.New("updates.getChannelDifference", tl.Fields{
		"channel": channel, "filter": tl.New("channelMessagesFilterEmpty", nil), "pts": pts, "limit": int32(100),
	})
}

// A client that is to send to somebody asks for the dialog, and for who that is.
// https://core.telegram.org/method/messages.getPeerDialogs
func TestPeerDialogs(t *testing.T) {
	d := loggedIn(t, 228, nil)
	user := tl.New("inputPeerUser", tl.Fields{"user_id": int64(42), "access_hash": int64(0)})
	chat := tl.New("inputPeerChat", tl.Fields{"chat_id": int64(7)})
	got := d.object(t, getPeerDialogs(user, chat, inputPeerChannel(8)))
	dialogs := got.Objects("dialogs")
	require.Len(t, dialogs, 3)
	require.EqualValues(t, 42, dialogs[0].Obj("peer").Long("user_id"))
	require.EqualValues(t, 7, dialogs[1].Obj("peer").Long("chat_id"))
	require.EqualValues(t, 8, dialogs[2].Obj("peer").Long("channel_id"))
	require.Equal(t, []int32{0, 0, 1}, []int32{dialogs[0].Int("pts"), dialogs[1].Int("pts"), dialogs[2].Int("pts")}, "channels count for themselves")
	require.EqualValues(t, 42, got.Objects("users")[1].Long("id"))
	require.Equal(t, []string{"chat", "channel"}, []string{got.Objects("chats")[0].Name, got.Objects("chats")[1].Name})
	require.EqualValues(t, 1, got.Obj("state").Int("pts"))

	folder := tl.New("messages.getPeerDialogs", tl.Fields{"peers": tl.Vector(tl.New("inputDialogPeerFolder", tl.Fields{"folder_id": int32(1)}))})
	require.Empty(t, d.object(t, folder).Objects("dialogs"), "there are no folders")
	require.Equal(t, "400 PEER_ID_INVALID", d.ask(t, getPeerDialogs(inputPeerChannel(0))))
	many := slices.Repeat([]*tl.Object{self()}, maxUsers+1)
	require.Equal(t, "400 PEER_ID_INVALID", d.ask(t, getPeerDialogs(many...)), "of which each is answered whole")
	require.Len(t, d.object(t, getPeerDialogs(many[1:]...)).Objects("dialogs"), maxUsers)
}

// There is no news, whatever the client has.
// https://core.telegram.org/api/updates#recovering-gaps
func TestChannelDifference(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for asked, want := range map[int32]int32{0: 1, 1: 1, 9: 9} {
		got := d.object(t, channelDifference(inputChannel(8), asked))
		require.Equal(t, want, got.Int("pts"))
		require.True(t, got.Bool("final"), "or it asks again at once")
	}
	require.Equal(t, "400 CHANNEL_INVALID", d.ask(t, channelDifference(tl.New("inputChannelEmpty", nil), 1)))
}

// Whoever was written to is there, with what was said last, and nobody else.
// https://core.telegram.org/method/messages.getDialogs
func TestDialogs(t *testing.T) {
	for _, layer := range layers {
		d := loggedIn(t, layer, nil)
		list := func(offset, limit, folder int32) *tl.Object {
			return d.object(t, tl.New("messages.getDialogs", tl.Fields{
				"offset_date": int32(0), "offset_id": offset, "offset_peer": tl.New("inputPeerEmpty", nil), "limit": limit, "hash": int64(0), "folder_id": folder,
			}))
		}
		require.Empty(t, list(0, 100, 0).Objects("dialogs"))
		d.say(t, self(), "to myself")
		d.say(t, inputPeerChannel(8), "first")
		d.say(t, tl.New("inputPeerChat", tl.Fields{"chat_id": int64(7)}), "to a chat")
		d.say(t, inputPeerChannel(8), "second")
		d.say(t, inputPeerChannel(9), "deleted")
		d.object(t, deleteChannelMessages(9, int32(5)))

		all := list(0, 100, 0)
		require.Equal(t, "messages.dialogs", all.Name)
		require.Equal(t, []string{"second", "to a chat", "to myself"}, shownAll(all))
		var tops []int32
		for _, dialog := range all.Objects("dialogs") {
			tops = append(tops, dialog.Int("top_message"))
		}
		require.Equal(t, []int32{4, 3, 1}, tops)
		require.Equal(t, []int64{8, 7}, []int64{all.Objects("chats")[0].Long("id"), all.Objects("chats")[1].Long("id")})

		part := list(4, 1, 0)
		require.Equal(t, "messages.dialogsSlice", part.Name)
		require.EqualValues(t, 3, part.Int("count"))
		require.Equal(t, []string{"to a chat"}, shownAll(part))
		require.Empty(t, list(0, 100, 1).Objects("dialogs"), "there are no folders")
		require.Equal(t, []string{"second"}, shownAll(d.object(t, getPeerDialogs(inputPeerChannel(8), inputPeerChannel(9)))))
	}
}

// https://core.telegram.org/method/messages.getDialogs: bots can't use it
func TestDialogsOfABot(t *testing.T) {
	d := loggedIn(t, 228, nil)
	bot, _ := d.accounts.bot("1:token")
	d.auth.LogIn(bot)
	d.refused(t, call(t, "messages.getDialogs", prepare(t, d)), "400 BOT_METHOD_INVALID")
}
