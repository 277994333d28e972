package rpc

import "github.com/fakedc/fakedc/mockserver/internal/tl"

// getFullChannel is what a Pyrogram asks that looks up where it will send to.
// https://core.telegram.org/method/channels.getFullChannel
func (q *query) getFullChannel() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	none := int32(0)
	return q.full(of, tl.New("channelFull", q.withPinned(of, tl.Fields{
		"id": of.channel, "about": q.chat(of).about, "read_inbox_max_id": none, "read_outbox_max_id": none, "unread_count": none,
		"chat_photo": tl.New("photoEmpty", tl.Fields{"id": int64(0)}), "notify_settings": tl.New("peerNotifySettings", nil),
		"bot_info": []any{}, "pts": q.account.pts(of.box()),
	})))
}

// getFullChat: https://core.telegram.org/method/messages.getFullChat
func (q *query) getFullChat() (any, error) {
	id := q.args.Long("chat_id")
	if id <= 0 {
		return nil, bad("CHAT_ID_INVALID", "chats are numbered from 1")
	}
	of := peer{chat: id}
	return q.full(of, tl.New("chatFull", q.withPinned(of, tl.Fields{
		"id": id, "about": q.chat(of).about, "participants": tl.New("chatParticipantsForbidden", tl.Fields{"chat_id": id}),
		"notify_settings": tl.New("peerNotifySettings", nil),
	})))
}

func (q *query) full(of peer, full *tl.Object) (any, error) {
	chats, users := q.named([]peer{of})
	return tl.New("messages.chatFull", tl.Fields{"full_chat": full, "chats": chats, "users": users}), nil
}
