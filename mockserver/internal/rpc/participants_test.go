package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func getParticipant(of int64, who *tl.Object) *tl.Object {
	return tl.New("channels.getParticipant", tl.Fields{"channel": inputChannel(of), "participant": who})
}

func getParticipants(of int64, filter string, offset, limit int32) *tl.Object {
	f := tl.Fields{"q": ""}
	switch filter {
	case "channelParticipantsRecent", "channelParticipantsAdmins", "channelParticipantsBots":
		f = nil
	}
	return tl.New("channels.getParticipants", tl.Fields{
		"channel": inputChannel(of), "filter": tl.New(filter, f), "offset": offset, "limit": limit, "hash": int64(0),
	})
}

func init() {
	calls["channels.getParticipant"] = goodCall{func(*prepared) *tl.Object { return getParticipant(8, self()) }, "channels.channelParticipant"}
	calls["channels.getParticipants"] = goodCall{func(*prepared) *tl.Object {
		return getParticipants(8, "channelParticipantsRecent", 0, 100)
	}, "channels.channelParticipants"}
}

// https://core.telegram.org/type/ChannelParticipant
func TestGetParticipant(t *testing.T) {
	for _, layer := range layers {
		d := loggedIn(t, layer, nil)
		mine := d.made(t, "Files", nil)
		is := func(d *desk, of int64, who *tl.Object) string {
			answer := d.object(t, getParticipant(of, who))
			requireLayer(t, answer, layer)
			require.Equal(t, of, answer.Objects("chats")[0].Long("id"))
			return answer.Obj("participant").Name
		}
		require.Equal(t, "channelParticipantCreator", is(d, mine, self()))
		require.Equal(t, "channelParticipantSelf", is(d, 8, self()))
		require.Equal(t, "channelParticipant", is(d, mine, somebody()))
		d.refused(t, getParticipant(mine, tl.New("inputPeerEmpty", nil)), "400 PARTICIPANT_ID_INVALID")
		d.refused(t, getParticipant(0, self()), "400 CHANNEL_INVALID")

		creator := tl.New("inputPeerUser", tl.Fields{"user_id": d.auth.Account().ID, "access_hash": int64(0)})
		bot, _ := d.accounts.bot("1:token")
		d.auth.LogIn(bot)
		require.Equal(t, "channelParticipantAdmin", is(d, mine, self()))
		require.Equal(t, "channelParticipantAdmin", is(d, 8, self()))
		require.Equal(t, "channelParticipantCreator", is(d, mine, creator))
		require.Equal(t, "channelParticipant", is(d, 8, creator))
		require.True(t, d.object(t, getParticipant(mine, self())).Obj("participant").Bool("self"))
	}
}

// https://core.telegram.org/type/ChannelParticipantsFilter
func TestGetParticipants(t *testing.T) {
	d := loggedIn(t, 228, nil)
	mine := d.made(t, "Files", nil)
	creator := d.auth.Account()
	list := func(of int64, filter string, offset, limit int32) (ids []int64) {
		for _, p := range d.object(t, getParticipants(of, filter, offset, limit)).Objects("participants") {
			ids = append(ids, p.Long("user_id"))
		}
		return ids
	}
	require.Equal(t, []int64{creator.ID}, list(mine, "channelParticipantsRecent", 0, 100))
	bot, _ := d.accounts.bot("1:token")
	d.auth.LogIn(bot)
	for filter, want := range map[string][]int64{
		"channelParticipantsRecent":   {creator.ID, bot.ID},
		"channelParticipantsSearch":   {creator.ID, bot.ID},
		"channelParticipantsAdmins":   {creator.ID, bot.ID},
		"channelParticipantsBots":     {bot.ID},
		"channelParticipantsKicked":   nil,
		"channelParticipantsBanned":   nil,
		"channelParticipantsContacts": nil,
	} {
		require.Equal(t, want, list(mine, filter, 0, 100), filter)
	}
	require.Equal(t, []int64{bot.ID}, list(8, "channelParticipantsRecent", 0, 100), "nobody has made it")
	require.Equal(t, []int64{bot.ID}, list(mine, "channelParticipantsRecent", 1, 100))
	require.Equal(t, []int64{creator.ID}, list(mine, "channelParticipantsRecent", -1, 1))
	require.Empty(t, list(mine, "channelParticipantsRecent", 2, -1))
	require.EqualValues(t, 2, d.object(t, getParticipants(mine, "channelParticipantsRecent", 0, 0)).Int("count"))
	named := getParticipants(mine, "channelParticipantsSearch", 0, 100)
	named.Fields["filter"] = tl.New("channelParticipantsSearch", tl.Fields{"q": "FAKE1"})
	require.Len(t, d.object(t, named).Objects("participants"), 1)
	d.refused(t, getParticipants(0, "channelParticipantsRecent", 0, 100), "400 CHANNEL_INVALID")
}
