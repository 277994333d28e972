package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func getFullChannel(id int64) *tl.Object {
	return tl.New("channels.getFullChannel", tl.Fields{"channel": inputChannel(id)})
}

func getFullChat(id int64) *tl.Object {
	return tl.New("messages.getFullChat", tl.Fields{"chat_id": id})
}

// Whoever asks in full learns what others learn in brief, too. That each layer has it is in TestEveryMethodInEveryLayer.
func TestFullChats(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.object(t, sendText(inputPeerChannel(8)))
	for _, c := range []struct {
		query, brief *tl.Object
	}{
		{getFullChannel(8), getChannels(inputChannel(8))},
		{getFullChat(7), getChats(int64(7))},
	} {
		answer, brief := d.object(t, c.query), d.object(t, c.brief).Objects("chats")
		require.Equal(t, brief[0].Fields, answer.Objects("chats")[0].Fields)
		require.Equal(t, brief[0].Long("id"), answer.Obj("full_chat").Long("id"))
		require.True(t, answer.Objects("users")[0].Bool("self"))
	}
	require.EqualValues(t, 2, d.object(t, getFullChannel(8)).Obj("full_chat").Int("pts"))
	d.refused(t, getFullChannel(0), "400 CHANNEL_INVALID")
	d.refused(t, getFullChat(0), "400 CHAT_ID_INVALID")
}
