package rpc

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func resolveUsername(name string) *tl.Object {
	return tl.New("contacts.resolveUsername", tl.Fields{"username": name})
}

func checkChatInvite(hash string) *tl.Object {
	return tl.New("messages.checkChatInvite", tl.Fields{"hash": hash})
}

func inputChannel(id int64) *tl.Object {
	return tl.New("inputChannel", tl.Fields{"channel_id": id, "access_hash": int64(0)})
}

func getChannels(channels ...*tl.Object) *tl.Object {
	return tl.New("channels.getChannels", tl.Fields{"id": tl.Vector(channels...)})
}

// Libraries and bots tell a channel by its number with -100 before it, and Pyrogram takes
// none above 2^31: such are the numbers of most channels that there are.
func TestNumbersOfChannelsHaveTenDigits(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for i := range 1000 {
		id := d.object(t, resolveUsername(fmt.Sprintf("channel%d", i))).Obj("peer").Long("channel_id")
		require.GreaterOrEqual(t, id, int64(1_000_000_000))
		require.LessOrEqual(t, id, int64(math.MaxInt32))
	}
}

func getChats(ids ...any) *tl.Object {
	return tl.New("messages.getChats", tl.Fields{"id": ids})
}

// A bot sends to "@channel", and its library asks first who that is:
// https://core.telegram.org/method/contacts.resolveUsername
func TestUsernames(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for name, want := range map[string]string{
		"somechannel": "peerChannel",
		"SomeChannel": "peerChannel",
		"some_bot":    "peerUser",
		"SomeBot":     "peerUser",
	} {
		got := d.object(t, resolveUsername(name))
		require.Equal(t, want, got.Obj("peer").Name, name)
		if want == "peerUser" {
			require.Equal(t, got.Obj("peer").Long("user_id"), got.Objects("users")[0].Long("id"), name)
			continue
		}
		channel := got.Objects("chats")[0]
		require.Equal(t, got.Obj("peer").Long("channel_id"), channel.Long("id"), name)
		require.Equal(t, "somechannel", channel.Str("username"), "a name is one whatever its letters' case")
		require.Less(t, channel.Long("id"), int64(997_852_516_353), "https://core.telegram.org/api/bots/ids")
		require.Equal(t, d.object(t, resolveUsername("somechannel")).Obj("peer"), got.Obj("peer"))
		require.NotEqual(t, d.object(t, resolveUsername("otherchannel")).Obj("peer"), got.Obj("peer"))
		media := sendMedia(uploadedDocument(d.file(t, 1, true, contents(10_000), "a.mp4")))
		media.Fields["peer"] = tl.New("inputPeerChannel", tl.Fields{"channel_id": channel.Long("id"), "access_hash": channel.Long("access_hash")})
		require.Equal(t, channel.Long("id"), d.object(t, media).Objects("chats")[0].Long("id"))
	}
	ready := d.Ready(1, true)
	require.Equal(t, ready.ID, d.object(t, resolveUsername(ready.Username)).Obj("peer").Long("user_id"), "one that there is")
	for _, name := range []string{"", "a", "@somechannel", "some channel", "1st_channel", "a23456789012345678901234567890123"} {
		require.Equal(t, "400 USERNAME_INVALID", d.ask(t, resolveUsername(name)), name)
	}
}

// A command line that is given the link of a private channel asks where that leads. Whatever
// does not say "already" has Telethon refuse to send there.
// https://core.telegram.org/method/messages.checkChatInvite
func TestInviteLinks(t *testing.T) {
	d := loggedIn(t, 228, nil)
	got := d.object(t, checkChatInvite("AbCd_-1234567890"))
	require.Equal(t, "chatInviteAlready", got.Name)
	channel := got.Obj("chat")
	media := sendMedia(uploadedDocument(d.file(t, 1, true, contents(10_000), "a.mp4")))
	media.Fields["peer"] = tl.New("inputPeerChannel", tl.Fields{"channel_id": channel.Long("id"), "access_hash": channel.Long("access_hash")})
	require.Equal(t, channel.Long("id"), d.object(t, media).Objects("chats")[0].Long("id"))
	require.Equal(t, channel.Long("id"), d.object(t, checkChatInvite("AbCd_-1234567890")).Obj("chat").Long("id"))
	require.NotEqual(t, channel.Long("id"), d.object(t, checkChatInvite("aBcD_-1234567890")).Obj("chat").Long("id"), "case counts")
	require.Empty(t, channel.Str("username"), "which a private channel has none of")
	require.Equal(t, "400 INVITE_HASH_EMPTY", d.ask(t, checkChatInvite("")))
}

// Whoever is named may be written to. A client that looks at what the members of a group
// may do, as TDLib does, sends nothing where it is not told that they may.
// https://core.telegram.org/api/rights#default-rights
func TestEverybodyMayWriteEverywhere(t *testing.T) {
	d := loggedIn(t, 228, nil)
	channel := d.object(t, resolveUsername("somechannel")).Objects("chats")[0]
	media := sendMedia(uploadedDocument(d.file(t, 1, true, contents(10_000), "a.mp4")))
	media.Fields["peer"] = tl.New("inputPeerChat", tl.Fields{"chat_id": int64(8)})
	chat := d.object(t, media).Objects("chats")[0]
	for _, group := range []*tl.Object{channel, chat} {
		rights := group.Obj("default_banned_rights")
		require.NotNil(t, rights, group.Name)
		for _, right := range []string{"view_messages", "send_messages", "send_media", "send_photos", "send_videos", "send_docs"} {
			require.False(t, rights.Bool(right), "%s: %s is banned", group.Name, right)
		}
	}
}

// One that sends to -100... asks for its access hash:
// https://core.telegram.org/method/channels.getChannels
func TestChannels(t *testing.T) {
	d := loggedIn(t, 228, nil)
	got := d.object(t, getChannels(inputChannel(8), inputChannel(9))).Objects("chats")
	require.Len(t, got, 2)
	require.EqualValues(t, 9, got[1].Long("id"))
	require.NotZero(t, got[1].Long("access_hash"))
	require.Equal(t, "400 CHANNEL_INVALID", d.ask(t, getChannels(inputChannel(8), inputChannel(0))))
	require.Equal(t, "400 CHANNEL_INVALID", d.ask(t, getChannels(tl.New("inputChannelEmpty", nil))))
	many := slices.Repeat([]*tl.Object{inputChannel(8)}, maxUsers+1)
	require.Equal(t, "400 CHANNEL_INVALID", d.ask(t, getChannels(many...)), "of which each is answered whole")
	require.Len(t, d.object(t, getChannels(many[1:]...)).Objects("chats"), maxUsers)
}

// One that sends to the number of a basic group asks for it, too, though it has no access
// hash: https://core.telegram.org/method/messages.getChats
func TestChats(t *testing.T) {
	d := loggedIn(t, 228, nil)
	got := d.object(t, getChats(int64(8), int64(9))).Objects("chats")
	require.Len(t, got, 2)
	require.Equal(t, []string{"chat", "chat"}, []string{got[0].Name, got[1].Name})
	require.EqualValues(t, 9, got[1].Long("id"))
	require.Equal(t, "400 CHAT_ID_INVALID", d.ask(t, getChats(int64(8), int64(0))))
	require.Equal(t, "400 CHAT_ID_INVALID", d.ask(t, getChats(int64(-8))))
	many := slices.Repeat([]any{int64(8)}, maxUsers+1)
	require.Equal(t, "400 CHAT_ID_INVALID", d.ask(t, getChats(many...)))
	require.Len(t, d.object(t, getChats(many[1:]...)).Objects("chats"), maxUsers)
}

// The InputPeer of a channel or user does where an InputChannel or InputUser is asked
// for: set_chat_photo of Pyrogram and its forks sends one.
func TestInputPeersOfChannelsAndUsers(t *testing.T) {
	d := loggedIn(t, 228, nil)
	photo := tl.New("channels.editPhoto", tl.Fields{"channel": inputChannel(8), "photo": tl.New("inputChatPhotoEmpty", nil)})
	user := tl.New("inputUser", tl.Fields{"user_id": d.auth.Account().ID, "access_hash": int64(0)})
	for _, tt := range []struct {
		query *tl.Object
		at    int
		peer  string
		want  any
	}{
		{photo, 4, "inputPeerChannel", answer(t, d.send(d.encode(t, photo)))},
		{getUsers(user), 12, "inputPeerUser", answer(t, d.send(d.encode(t, getUsers(user))))},
		{tl.New("users.getFullUser", tl.Fields{"id": user}), 4, "inputPeerChannel", "400 INPUT_FETCH_ERROR"},
	} {
		body := d.encode(t, tt.query)
		id, ok := tl.ID(tt.peer, 228)
		require.True(t, ok)
		binary.LittleEndian.PutUint32(body[tt.at:], id) // the fields are the same
		require.Equal(t, tt.want, answer(t, d.send(body)), tt.peer)
	}
}
