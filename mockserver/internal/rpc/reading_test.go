package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func readHistory(with *tl.Object) *tl.Object {
	return tl.New("messages.readHistory", tl.Fields{"peer": with, "max_id": int32(1)})
}

func readChannelHistory(id int64) *tl.Object {
	return tl.New("channels.readHistory", tl.Fields{"channel": inputChannel(id), "max_id": int32(1)})
}

func readChannelContents(id int64) *tl.Object {
	return tl.New("channels.readMessageContents", tl.Fields{"channel": inputChannel(id), "id": []any{int32(1)}})
}

func searchContacts(name string, limit int32) *tl.Object {
	return tl.New("contacts.search", tl.Fields{"q": name, "limit": limit})
}

func scheduled(in *tl.Object) *tl.Object {
	return tl.New("messages.getScheduledHistory", tl.Fields{"peer": in, "hash": int64(0)})
}

func init() {
	for name, c := range map[string]goodCall{
		"messages.readHistory":         {func(*prepared) *tl.Object { return readHistory(self()) }, "messages.affectedMessages"},
		"channels.readHistory":         {func(*prepared) *tl.Object { return readChannelHistory(8) }, "boolTrue"},
		"channels.readMessageContents": {func(*prepared) *tl.Object { return readChannelContents(8) }, "boolTrue"},
		"messages.readMessageContents": {func(*prepared) *tl.Object {
			return tl.New("messages.readMessageContents", tl.Fields{"id": []any{int32(1)}})
		}, "messages.affectedMessages"},
		"contacts.getContacts": {func(*prepared) *tl.Object {
			return tl.New("contacts.getContacts", tl.Fields{"hash": int64(0)})
		}, "contacts.contacts"},
		"contacts.getStatuses":         {bareCall("contacts.getStatuses"), "[]"},
		"contacts.search":              {func(*prepared) *tl.Object { return searchContacts("files", 10) }, "contacts.found"},
		"messages.getScheduledHistory": {func(*prepared) *tl.Object { return scheduled(self()) }, "messages.messages"},
	} {
		calls[name] = c
	}
}

// Reading is no news: the sequences stay where they are.
func TestReadHistory(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.say(t, self(), "text")
	answer := d.object(t, readHistory(self()))
	require.EqualValues(t, []int32{2, 0}, []int32{answer.Int("pts"), answer.Int("pts_count")})
	d.say(t, inputPeerChannel(8), "text")
	require.EqualValues(t, 2, d.object(t, getFullChannel(8)).Obj("full_chat").Int("pts"))
	d.object(t, readChannelHistory(8))
	require.EqualValues(t, 2, d.object(t, getFullChannel(8)).Obj("full_chat").Int("pts"))
	d.refused(t, readHistory(inputPeerChat(0)), "400 PEER_ID_INVALID")
	d.refused(t, readChannelHistory(0), "400 CHANNEL_INVALID")
	d.refused(t, readChannelContents(0), "400 CHANNEL_INVALID")

	bot, _ := d.accounts.bot("1:token")
	d.auth.LogIn(bot)
	d.refused(t, readHistory(self()), "400 BOT_METHOD_INVALID")
	d.refused(t, readChannelHistory(8), "400 BOT_METHOD_INVALID")
	d.object(t, readChannelContents(8))
}

// Whoever is searched for by a whole name is found, as by contacts.resolveUsername.
func TestSearchContacts(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for _, name := range []string{"files", "@Files", "files_bot"} {
		want := d.object(t, resolveUsername(map[bool]string{true: "files_bot", false: "files"}[name == "files_bot"])).Obj("peer")
		found := d.object(t, searchContacts(name, 10))
		require.Equal(t, want.Fields, found.Objects("results")[0].Fields, name)
		require.Len(t, found.Objects("chats"), map[bool]int{true: 0, false: 1}[name == "files_bot"])
	}
	for _, query := range []*tl.Object{searchContacts("x", 10), searchContacts("two words", 10), searchContacts("files", 0)} {
		require.Empty(t, d.object(t, query).Objects("results"))
	}
	d.refused(t, searchContacts("", 10), "400 SEARCH_QUERY_EMPTY")
	d.refused(t, scheduled(inputPeerChat(0)), "400 PEER_ID_INVALID")
}
