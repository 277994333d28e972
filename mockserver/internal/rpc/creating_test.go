package rpc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func createChannel(title string, f tl.Fields) *tl.Object {
	all := tl.Fields{"title": title, "about": ""}
	for name, value := range f {
		all[name] = value
	}
	return tl.New("channels.createChannel", all)
}

func deleteChannel(id int64) *tl.Object {
	return tl.New("channels.deleteChannel", tl.Fields{"channel": inputChannel(id)})
}

func editTitle(id int64, title string) *tl.Object {
	return tl.New("channels.editTitle", tl.Fields{"channel": inputChannel(id), "title": title})
}

func editAbout(in *tl.Object, about string) *tl.Object {
	return tl.New("messages.editChatAbout", tl.Fields{"peer": in, "about": about})
}

func toggleSignatures(id int64, on bool) *tl.Object {
	return tl.New("channels.toggleSignatures", tl.Fields{"channel": inputChannel(id), "enabled": on, "signatures_enabled": on})
}

// made makes a channel and returns its number.
func (d *desk) made(t testing.TB, title string, f tl.Fields) int64 {
	t.Helper()
	return d.object(t, createChannel(title, f)).Objects("chats")[0].Long("id")
}

// another is another account at the same server.
func (d *desk) another(t testing.TB, phone string) *desk {
	t.Helper()
	other := loggedIn(t, 228, nil)
	other.Handler = d.Handler
	other.auth.LogIn(d.accounts.phone(phone))
	return other
}

func init() {
	calls["channels.createChannel"] = goodCall{func(*prepared) *tl.Object { return createChannel("Files", nil) }, "updates"}
	calls["channels.editTitle"] = goodCall{func(*prepared) *tl.Object { return editTitle(8, "Files") }, "updates"}
	calls["channels.toggleSignatures"] = goodCall{func(*prepared) *tl.Object { return toggleSignatures(8, true) }, "updates"}
	calls["messages.editChatAbout"] = goodCall{func(*prepared) *tl.Object { return editAbout(inputPeerChannel(8), "about") }, "boolTrue"}
	calls["channels.deleteChannel"] = goodCall{func(p *prepared) *tl.Object { return deleteChannel(p.channel()) }, "updates"}
}

// Whoever makes a channel owns it, and it is what it was made as, wherever it is named.
func TestCreateChannel(t *testing.T) {
	for _, layer := range layers {
		d := loggedIn(t, layer, nil)
		for _, c := range []struct {
			f         tl.Fields
			broadcast bool
		}{
			{nil, true}, // which many an application relies on
			{tl.Fields{"broadcast": true}, true},
			{tl.Fields{"megagroup": true}, false},
			{tl.Fields{"forum": true}, layer < 150}, // before which there are none
		} {
			query := createChannel("Files", c.f)
			query.Fields["about"] = "kept there"
			answer := d.object(t, query)
			require.Equal(t, []string{"updateMessageID", "updateChannel", "updateNewChannelMessage"}, names(answer))
			told := answer.Objects("updates")[2].Obj("message")
			require.Equal(t, "Files", told.Obj("action").Str("title"))
			require.EqualValues(t, 2, answer.Objects("updates")[2].Int("pts"))
			channel := answer.Objects("chats")[0]
			id := channel.Long("id")
			require.Equal(t, []any{"Files", c.broadcast, !c.broadcast, true, true}, []any{
				channel.Str("title"), channel.Bool("broadcast"), channel.Bool("megagroup"), channel.Bool("creator"), channel.Obj("admin_rights").Bool("post_messages"),
			})
			require.Equal(t, channel.Fields, d.object(t, getChannels(inputChannel(id))).Objects("chats")[0].Fields)
			require.Equal(t, "kept there", d.object(t, getFullChannel(id)).Obj("full_chat").Str("about"))
			require.Equal(t, told.Fields, d.object(t, getHistory(inputPeerChannel(id), nil)).Objects("messages")[0].Fields)

			d.say(t, inputPeerChannel(id), "text")
			said := d.object(t, getHistory(inputPeerChannel(id), nil)).Objects("messages")[0]
			require.Equal(t, c.broadcast, said.Bool("post"))
			require.NotEqual(t, c.broadcast, said.Has("from_id"), "in a channel it is the channel that says it")
			header := d.object(t, forward(inputPeerChannel(id), self(), said.Int("id"))).Objects("updates")[1].Obj("message").Obj("fwd_from")
			require.Equal(t, c.broadcast, header.Has("channel_post"))
			require.Equal(t, c.broadcast, header.Obj("from_id").Name == "peerChannel")
		}
	}
}

// The numbers of channels are the same in every run, and no two are the same.
func TestNumbersOfChannelsThatAreMade(t *testing.T) {
	var runs [2][]int64
	for i := range runs {
		d := loggedIn(t, 228, nil)
		for range 3 {
			runs[i] = append(runs[i], d.made(t, "Files", nil))
		}
		r := d.send(d.encode(t, createChannel("Files", nil)))
		require.True(t, r.Sent.Undo(), "which gives its number back")
		runs[i] = append(runs[i], d.made(t, "Files", nil), d.another(t, "+15550101").made(t, "Files", nil))
	}
	require.Equal(t, runs[0], runs[1])
	seen := map[int64]bool{}
	for _, id := range runs[0] {
		require.False(t, seen[id])
		seen[id] = true
	}
}

func TestCreateChannelRefused(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.refused(t, createChannel("", nil), "400 CHAT_TITLE_EMPTY")
	d.refused(t, createChannel("Files", tl.Fields{"about": strings.Repeat("ä", maxAbout+1)}), "400 CHAT_ABOUT_TOO_LONG")
	d.refused(t, editTitle(8, ""), "400 CHAT_TITLE_EMPTY")
	d.refused(t, editAbout(inputPeerChannel(8), strings.Repeat("ä", maxAbout+1)), "400 CHAT_ABOUT_TOO_LONG")
	d.refused(t, editAbout(self(), "about"), "400 PEER_ID_INVALID")
	for _, query := range []*tl.Object{editTitle(0, "Files"), toggleSignatures(0, true), deleteChannel(0)} {
		d.refused(t, query, "400 CHANNEL_INVALID")
	}
	long := d.object(t, createChannel(strings.Repeat("ä", maxTitle+1), tl.Fields{"about": strings.Repeat("ä", maxAbout)})).Objects("chats")[0]
	require.Equal(t, strings.Repeat("ä", maxTitle), long.Str("title"))

	bot, _ := d.accounts.bot("1:token")
	d.auth.LogIn(bot)
	d.refused(t, createChannel("Files", nil), "400 BOT_METHOD_INVALID")
}

// What is changed of a channel or chat is kept, whether an account has made it or a test has
// named it; another's is not to be changed.
func TestChangeChannel(t *testing.T) {
	d := loggedIn(t, 228, nil)
	mine := d.made(t, "Files", nil)
	for _, id := range []int64{mine, 8} {
		chat := func() *tl.Object { return d.object(t, getChannels(inputChannel(id))).Objects("chats")[0] }
		answer := d.object(t, editTitle(id, "Other"))
		require.Equal(t, []string{"updateMessageID", "updateChannel", "updateNewChannelMessage"}, names(answer))
		require.Equal(t, "Other", answer.Objects("updates")[2].Obj("message").Obj("action").Str("title"))
		require.Equal(t, "Other", chat().Str("title"))
		d.refused(t, editTitle(id, "Other"), "400 CHAT_NOT_MODIFIED")
		require.Equal(t, "boolTrue", d.object(t, editAbout(inputPeerChannel(id), "about")).Name)
		require.Equal(t, "about", d.object(t, getFullChannel(id)).Obj("full_chat").Str("about"))
		d.refused(t, editAbout(inputPeerChannel(id), "about"), "400 CHAT_ABOUT_NOT_MODIFIED")
		require.Equal(t, []string{"updateChannel"}, names(d.object(t, toggleSignatures(id, true))))
		require.True(t, chat().Bool("signatures"))
		d.refused(t, toggleSignatures(id, true), "400 CHAT_NOT_MODIFIED")
		d.object(t, toggleSignatures(id, false))
		require.False(t, chat().Bool("signatures"))
	}
	require.Equal(t, "boolTrue", d.object(t, editAbout(inputPeerChat(7), "about")).Name)
	require.Equal(t, "about", d.object(t, getFullChat(7)).Obj("full_chat").Str("about"))

	other := d.another(t, "+15550101")
	require.Equal(t, "Other", other.object(t, getChannels(inputChannel(mine))).Objects("chats")[0].Str("title"))
	require.False(t, other.object(t, getChannels(inputChannel(mine))).Objects("chats")[0].Bool("creator"))
	for _, query := range []*tl.Object{
		editTitle(mine, "Mine"), editAbout(inputPeerChannel(mine), "mine"), toggleSignatures(mine, true), deleteChannel(mine), deleteChannel(8),
	} {
		other.refused(t, query, "400 CHAT_ADMIN_REQUIRED")
	}
}

// A channel that was deleted is not there any more, nor is what was said in it.
func TestDeleteChannel(t *testing.T) {
	d := loggedIn(t, 228, nil)
	id := d.made(t, "Files", nil)
	d.say(t, inputPeerChannel(id), "first")
	d.say(t, inputPeerChannel(id), "second")
	before := shownAll(d.object(t, getHistory(inputPeerChannel(id), nil)))

	r := d.send(d.encode(t, deleteChannel(id)))
	require.True(t, r.Sent.Undo())
	require.Equal(t, before, shownAll(d.object(t, getHistory(inputPeerChannel(id), nil))))

	answer := d.object(t, deleteChannel(id))
	require.Equal(t, "channelForbidden", answer.Objects("chats")[0].Name)
	require.Equal(t, "Files", answer.Objects("chats")[0].Str("title"))
	require.Zero(t, d.accounts.said.bytes)
	for _, query := range []*tl.Object{
		sendText(inputPeerChannel(id)), getHistory(inputPeerChannel(id), nil), getFullChannel(id), getChannelMessages(id, 1), deleteChannel(id),
	} {
		d.refused(t, query, "400 CHANNEL_PRIVATE")
	}
	require.Equal(t, "channelForbidden", d.object(t, getChannels(inputChannel(id))).Objects("chats")[0].Name)
	require.NotEqual(t, id, d.made(t, "Files", nil))
}

// Those that are kept are bounded, for all accounts together; what a test names is not kept.
func TestChannelsAreBounded(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for i := range MaxChats {
		d.object(t, []*tl.Object{createChannel("Files", nil), editTitle(int64(i)+1, "Files")}[i%2])
	}
	d.refused(t, createChannel("Files", nil), "400 CHANNELS_TOO_MUCH")
	d.refused(t, editTitle(MaxChats+1, "Files"), "400 CHANNELS_TOO_MUCH")
	d.object(t, editTitle(2, "Other"))
	d.object(t, getChannels(inputChannel(MaxChats+1)))
	d.Clear()
	d.object(t, createChannel("Files", nil))
}

// What is undone was never made or changed.
func TestUndoOfChannels(t *testing.T) {
	d := loggedIn(t, 228, nil)
	title := func() string { return d.object(t, getChannels(inputChannel(8))).Objects("chats")[0].Str("title") }
	r := d.send(d.encode(t, editTitle(8, "Files")))
	require.Equal(t, "Files", title())
	require.True(t, r.Sent.Undo())
	require.Equal(t, "Channel 8", title())
	require.Zero(t, len(d.accounts.chats.byKey))
	require.Zero(t, d.accounts.said.bytes)
	d.object(t, editTitle(8, "Files"))
	r = d.send(d.encode(t, editTitle(8, "Other")))
	require.True(t, r.Sent.Undo())
	require.Equal(t, "Files", title())
	require.EqualValues(t, 2*saidBytes+len("Files"), d.accounts.said.bytes, "and what the channel tells of")
}
