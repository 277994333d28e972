package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// peer is where a message goes. Chats and channels exist as soon as somebody
// names them: a test sends to any number it likes.
type peer struct {
	user    *Account
	chat    int64
	channel int64
}

// peer finds what an InputPeer names; errPeer if it is nobody.
// https://core.telegram.org/api/peers
func (q *query) peer(in *tl.Object) (peer, error) {
	switch in.Name {
	case "inputPeerChat":
		if id := in.Long("chat_id"); id > 0 {
			return peer{chat: id}, nil
		}
	case "inputPeerChannel", "inputPeerChannelFromMessage":
		if id := in.Long("channel_id"); id > 0 {
			return peer{channel: id}, nil
		}
	default:
		if a := q.resolve(in); a != nil {
			return peer{user: a}, nil
		}
	}
	return peer{}, errPeer
}

// id is the peer as messages carry it.
func (p peer) id() *tl.Object {
	switch {
	case p.chat != 0:
		return tl.New("peerChat", tl.Fields{"chat_id": p.chat})
	case p.channel != 0:
		return tl.New("peerChannel", tl.Fields{"channel_id": p.channel})
	}
	return tl.New("peerUser", tl.Fields{"user_id": p.user.ID})
}

// chats lists the peer, if it is a chat or a channel, for an answer that names it.
func (p peer) chats(photo *tl.Object, date int32) []any {
	if photo == nil {
		photo = tl.New("chatPhotoEmpty", nil)
	}
	switch {
	case p.chat != 0:
		return tl.Vector(tl.New("chat", tl.Fields{
			"id": p.chat, "title": fmt.Sprintf("Chat %d", p.chat), "photo": photo,
			"participants_count": int32(2), "date": date, "version": int32(1),
		}))
	case p.channel != 0:
		return tl.Vector(tl.New("channel", tl.Fields{
			"megagroup": true, "id": p.channel, "access_hash": accessHash("channel", p.channel),
			"title": fmt.Sprintf("Channel %d", p.channel), "photo": photo, "date": date,
		}))
	}
	return []any{}
}

// update wraps a message for the sequence that the peer belongs to.
func (p peer) update(kind string, message *tl.Object, pts int32) *tl.Object {
	name := map[string]string{"new": "updateNewMessage", "edit": "updateEditMessage"}[kind]
	if p.channel != 0 {
		name = map[string]string{"new": "updateNewChannelMessage", "edit": "updateEditChannelMessage"}[kind]
	}
	return tl.New(name, tl.Fields{"message": message, "pts": pts, "pts_count": int32(1)})
}
