package rpc

import (
	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// sendMedia sends a file to a user or to the account itself.
// https://core.telegram.org/method/messages.sendMedia
func (q *query) sendMedia() (any, error) {
	peer := q.resolve(q.args.Obj("peer"))
	if peer == nil {
		return nil, errPeer
	}
	d, err := q.inputMedia(q.args.Obj("media"))
	if err != nil {
		return nil, err
	}
	return q.sent(peer, q.messageMedia(d)), nil
}

// sendMessage sends text, so that a test can tell an upload's failure from that
// of sending as such. https://core.telegram.org/method/messages.sendMessage
func (q *query) sendMessage() (any, error) {
	peer := q.resolve(q.args.Obj("peer"))
	if peer == nil {
		return nil, errPeer
	}
	if q.args.Str("message") == "" {
		return nil, bad("MESSAGE_EMPTY", "the message is empty")
	}
	return q.sent(peer, nil), nil
}

// sent is the Updates that tell a client of its own message. Saved Messages are
// not outgoing: mtcute and TDLib look at the flag.
func (q *query) sent(peer *Account, media *tl.Object) *tl.Object {
	self := q.Auth.Account()
	id := self.nextMessage()
	message := tl.Fields{
		"id": id, "out": peer != self, "date": int32(q.now.Unix()), "message": q.args.Str("message"),
		"from_id": tl.New("peerUser", tl.Fields{"user_id": self.ID}),
		"peer_id": tl.New("peerUser", tl.Fields{"user_id": peer.ID}),
	}
	if media != nil {
		message["media"] = media
	}
	users := []*tl.Object{self.user(true)}
	if peer != self {
		users = append(users, peer.user(false))
	}
	return tl.New("updates", tl.Fields{
		"updates": tl.Vector(
			tl.New("updateMessageID", tl.Fields{"id": id, "random_id": q.args.Long("random_id")}),
			tl.New("updateNewMessage", tl.Fields{"message": tl.New("message", message), "pts": ptsAfter(id), "pts_count": int32(1)}),
		),
		"users": tl.Vector(users...), "chats": []any{}, "date": int32(q.now.Unix()), "seq": int32(0),
	})
}
