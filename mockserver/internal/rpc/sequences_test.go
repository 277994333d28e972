package rpc

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// boxes are what a client knows: the pts of its own updates, under 0, and of channels.
// One that misses any waits for it before it takes a message for sent.
// https://core.telegram.org/api/updates#message-related-event-sequences
type boxes map[int64]int32

// take applies the updates of an answer.
func (b boxes) take(t *testing.T, answer *tl.Object) {
	t.Helper()
	for _, u := range answer.Objects("updates") {
		if u.Name == "updateMessageID" || u.Name == "updateStory" || u.Name == "updateStoryID" {
			continue // they have no pts
		}
		box := u.Obj("message").Obj("peer_id").Long("channel_id")
		if pts, known := b[box]; known {
			require.Equal(t, pts+u.Int("pts_count"), u.Int("pts"), "%s, channel %d", u.Name, box)
		}
		b[box] = u.Int("pts")
	}
}

func sendText(to *tl.Object) *tl.Object {
	return tl.New("messages.sendMessage", tl.Fields{"peer": to, "message": "text", "random_id": nextRandomID.Add(1)})
}

func TestChannelsHaveSequencesOfTheirOwn(t *testing.T) {
	d := loggedIn(t, 228, nil)
	chat := tl.New("inputPeerChat", tl.Fields{"chat_id": int64(7)})
	edit := func(to *tl.Object, id int32) *tl.Object {
		return tl.New("messages.editMessage", tl.Fields{"peer": to, "id": id, "message": "other"})
	}
	story := call(t, "stories.sendStory", prepare(t, d))
	known := boxes{0: d.object(t, tl.New("updates.getState", nil)).Int("pts")}
	for _, dialog := range d.object(t, getPeerDialogs(inputPeerChannel(8), inputPeerChannel(9))).Objects("dialogs") {
		known[dialog.Obj("peer").Long("channel_id")] = dialog.Int("pts")
	}
	for i, query := range []*tl.Object{
		sendText(self()), sendText(inputPeerChannel(8)), sendText(chat), sendText(inputPeerChannel(9)), sendText(inputPeerChannel(8)),
		story, sendText(self()), edit(inputPeerChannel(8), 3), edit(self(), 1), sendText(inputPeerChannel(8)), sendText(self()),
	} {
		t.Run(fmt.Sprint(i, query.Name), func(t *testing.T) { known.take(t, d.object(t, query)) })
	}
	require.Equal(t, known[0], d.object(t, tl.New("updates.getState", nil)).Int("pts"))
	for _, channel := range []int64{8, 9} {
		require.Equal(t, known[channel], d.object(t, channelDifference(inputChannel(channel), 1)).Int("pts"))
		require.Equal(t, known[channel], d.object(t, getPeerDialogs(inputPeerChannel(channel))).Objects("dialogs")[0].Int("pts"))
	}
}

// A client that knows less than there was is told where it is: it has seen its own
// messages, and waits for nothing.
// https://core.telegram.org/method/updates.getDifference
func TestDifferenceOfWhatTheClientSent(t *testing.T) {
	d := loggedIn(t, 228, nil)
	difference := func(pts int32) *tl.Object {
		return d.object(t, tl.New("updates.getDifference", tl.Fields{"pts": pts, "date": int32(1), "qts": int32(0)}))
	}
	require.Equal(t, "updates.differenceEmpty", difference(1).Name)
	d.object(t, sendText(self()))
	require.Equal(t, "updates.differenceEmpty", difference(2).Name)
	got := difference(1)
	require.Equal(t, "updates.difference", got.Name)
	require.EqualValues(t, 2, got.Obj("state").Int("pts"))
	require.Empty(t, got.Objects("new_messages"))
}

// What an account sent to channels is no gap in its own sequence after a restart.
func TestSequencesOverRestarts(t *testing.T) {
	d := loggedIn(t, 228, nil)
	known := boxes{0: 1}
	for _, to := range []*tl.Object{self(), inputPeerChannel(8), inputPeerChannel(8)} {
		known.take(t, d.object(t, sendText(to)))
	}
	again := newDesk(t, nil)
	again.begin(t, 228)
	a := d.auth.Account()
	again.auth.LogIn(again.RestoreAccount(a.ID, a.State()))
	known.take(t, again.object(t, sendText(self())))
}

// What is remembered of channels is bounded. A client that is told of one anew
// sees a gap, never a step back.
func TestManyChannels(t *testing.T) {
	d := loggedIn(t, 228, nil)
	newest := map[int64]int32{}
	for round := range 2 {
		for channel := range int64(MaxChannels + 1) {
			updates := d.object(t, sendText(inputPeerChannel(channel+1))).Objects("updates")
			require.Greater(t, updates[1].Int("pts"), newest[channel], "round %d", round)
			newest[channel] = updates[1].Int("pts")
			require.LessOrEqual(t, len(d.auth.Account().channels), MaxChannels)
		}
	}
}
