package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func deleteHistory(with *tl.Object, f tl.Fields) *tl.Object {
	all := tl.Fields{"peer": with, "max_id": int32(0)}
	for name, value := range f {
		all[name] = value
	}
	return tl.New("messages.deleteHistory", all)
}

func deleteChannelHistory(id int64, most int32) *tl.Object {
	return tl.New("channels.deleteHistory", tl.Fields{"channel": inputChannel(id), "max_id": most})
}

func getReplies(in *tl.Object, to, limit int32) *tl.Object {
	f := tl.Fields{"peer": in, "msg_id": to, "limit": limit, "hash": int64(0)}
	for _, name := range []string{"offset_id", "offset_date", "add_offset", "max_id", "min_id"} {
		f[name] = int32(0)
	}
	return tl.New("messages.getReplies", f)
}

func init() {
	calls["messages.deleteHistory"] = goodCall{func(*prepared) *tl.Object { return deleteHistory(self(), nil) }, "messages.affectedHistory"}
	calls["channels.deleteHistory"] = goodCall{func(p *prepared) *tl.Object { return deleteChannelHistory(p.channel(), 0) }, "updates"}
	calls["messages.getReplies"] = goodCall{func(*prepared) *tl.Object { return getReplies(self(), 1, 100) }, "messages.messages"}
}

func TestDeleteHistory(t *testing.T) {
	second := int32(start.Unix())
	for name, c := range map[string]struct {
		f    tl.Fields
		left []string
	}{
		"all":                  {nil, nil},
		"up to one":            {tl.Fields{"max_id": int32(2)}, []string{"3"}},
		"since before":         {tl.Fields{"min_date": second - 1, "max_date": second + 1}, nil},
		"since they were said": {tl.Fields{"min_date": second}, []string{"3", "2", "1"}},
		"until they were said": {tl.Fields{"max_date": second}, []string{"3", "2", "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := loggedIn(t, 228, nil)
			for _, text := range []string{"1", "2", "3"} {
				d.say(t, self(), text)
			}
			d.say(t, inputPeerChat(7), "elsewhere")
			r := d.send(d.encode(t, deleteHistory(self(), c.f)))
			if r.Sent != nil {
				require.True(t, r.Sent.Undo())
			}
			require.Len(t, shownAll(d.object(t, getHistory(self(), nil))), 3)
			answer := d.object(t, deleteHistory(self(), c.f))
			require.EqualValues(t, 3-len(c.left), answer.Int("pts_count"))
			require.EqualValues(t, 5+3-len(c.left), answer.Int("pts"))
			require.Equal(t, c.left, shownAll(d.object(t, getHistory(self(), nil))))
			require.Len(t, shownAll(d.object(t, getHistory(inputPeerChat(7), nil))), 1)
		})
	}
	d := loggedIn(t, 228, nil)
	d.refused(t, deleteHistory(inputPeerChat(0), nil), "400 PEER_ID_INVALID")
	d.refused(t, deleteChannelHistory(0, 0), "400 CHANNEL_INVALID")
}

func TestDeleteChannelHistory(t *testing.T) {
	d := loggedIn(t, 228, nil)
	first, second := d.say(t, inputPeerChannel(8), "1"), d.say(t, inputPeerChannel(8), "2")
	d.say(t, inputPeerChannel(8), "3")
	update := d.object(t, deleteChannelHistory(8, second)).Objects("updates")[0]
	require.Equal(t, []any{second, first}, update.Vector("messages"))
	require.EqualValues(t, []int32{6, 2}, []int32{update.Int("pts"), update.Int("pts_count")})
	require.Equal(t, []string{"3"}, shownAll(d.object(t, getHistory(inputPeerChannel(8), nil))))
	require.Empty(t, names(d.object(t, deleteChannelHistory(8, second))))
}

// https://core.telegram.org/api/threads
func TestGetReplies(t *testing.T) {
	d := loggedIn(t, 228, nil)
	first := d.say(t, inputPeerChannel(8), "first")
	d.object(t, answerTo(sendText(inputPeerChannel(8)), first, 0))
	d.object(t, answerTo(sendText(inputPeerChannel(8)), first+1, 0))
	d.say(t, inputPeerChannel(8), "another")
	require.Len(t, shownAll(d.object(t, getReplies(inputPeerChannel(8), first, 100))), 2)
	require.EqualValues(t, 2, d.object(t, getReplies(inputPeerChannel(8), first, 1)).Int("count"))
	require.Len(t, shownAll(d.object(t, getReplies(inputPeerChannel(8), first+1, 100))), 1)
	d.refused(t, getReplies(inputPeerChannel(8), 0, 100), "400 MSG_ID_INVALID")
	d.refused(t, getReplies(inputPeerChat(0), 1, 100), "400 PEER_ID_INVALID")
	bot, _ := d.accounts.bot("1:token")
	d.auth.LogIn(bot)
	d.refused(t, getReplies(inputPeerChannel(8), first, 100), "400 BOT_METHOD_INVALID")
}
