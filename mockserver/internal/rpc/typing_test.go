package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func setTyping(peer, action *tl.Object) *tl.Object {
	return tl.New("messages.setTyping", tl.Fields{"peer": peer, "action": action})
}

// Bots say that they are sending a file while they upload it, and how far they are:
// https://core.telegram.org/method/messages.setTyping
func TestSetTyping(t *testing.T) {
	d := loggedIn(t, 228, nil)
	self := tl.New("inputPeerSelf", nil)
	progress := tl.Fields{"progress": int32(99)}
	for _, action := range []*tl.Object{
		tl.New("sendMessageUploadDocumentAction", progress), tl.New("sendMessageUploadVideoAction", progress),
		tl.New("sendMessageUploadPhotoAction", progress), tl.New("sendMessageUploadAudioAction", progress),
		tl.New("sendMessageUploadRoundAction", progress), tl.New("sendMessageTypingAction", nil), tl.New("sendMessageCancelAction", nil),
	} {
		require.Equal(t, "boolTrue", d.object(t, setTyping(self, action)).Name, action.Name)
	}
	topic := setTyping(tl.New("inputPeerChannel", tl.Fields{"channel_id": int64(8), "access_hash": int64(0)}), tl.New("sendMessageTypingAction", nil))
	topic.Fields["top_msg_id"] = int32(3)
	require.Equal(t, "boolTrue", d.object(t, topic).Name)
	d.refused(t, setTyping(tl.New("inputPeerEmpty", nil), tl.New("sendMessageTypingAction", nil)), "400 PEER_ID_INVALID")
}
