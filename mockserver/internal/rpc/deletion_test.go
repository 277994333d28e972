package rpc

import (
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
	send := func(to *tl.Object) { known.take(t, d.object(t, sendText(to))) }
	remove := func(channel int64, query *tl.Object, want int32) {
		t.Helper()
		answer := d.object(t, query)
		require.Equal(t, want, answer.Int("pts_count"))
		require.Equal(t, known[channel]+want, answer.Int("pts"))
		known[channel] += want
	}
	for range 4 {
		send(self())
	}
	remove(0, deleteMessages(int32(2)), 1)
	remove(0, deleteMessages(int32(1), int32(3), int32(3)), 2)
	remove(0, deleteMessages(), 0)
	remove(0, deleteMessages(int32(0), int32(-1), int32(1000)), 0)
	send(self())
	send(inputPeerChannel(8))
	remove(8, deleteChannelMessages(8, int32(5), int32(1)), 2)
	send(inputPeerChannel(8))
	send(self())
	require.Equal(t, known[0], d.object(t, tl.New("updates.getState", nil)).Int("pts"))

	d.refused(t, tl.New("channels.deleteMessages", tl.Fields{"channel": tl.New("inputChannelEmpty", nil), "id": ids(2)}), "400 CHANNEL_INVALID")
	d.object(t, deleteMessages(ids(maxDeleted)...))
	d.refused(t, deleteMessages(ids(maxDeleted+1)...), "400 MESSAGE_ID_INVALID")
}
