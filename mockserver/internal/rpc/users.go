package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// resolve finds the account behind an InputUser or InputPeer; nil is an account
// that is no user: a chat, a channel, nobody.
func (q *query) resolve(o *tl.Object) *Account {
	switch o.Name {
	case "inputUserSelf", "inputPeerSelf":
		return q.account
	case "inputUser", "inputPeerUser", "inputUserFromMessage", "inputPeerUserFromMessage":
		id := o.Long("user_id")
		if self := q.account; self.ID == id {
			return self
		}
		if a, ok := q.accounts.find(id); ok {
			return a
		}
		if id <= 0 {
			return nil
		}
		// Somebody nobody logged in as: tests send to any number they like.
		return &Account{ID: id, FirstName: fmt.Sprintf("User %d", id)}
	}
	return nil
}

// getUsers answers with those that exist, in the order asked for.
// https://core.telegram.org/method/users.getUsers
func (q *query) getUsers() (any, error) {
	ids := q.args.Objects("id")
	if len(ids) > maxUsers {
		return nil, bad("USERS_TOO_MUCH", fmt.Sprintf("%d users at once, the most is %d", len(ids), maxUsers))
	}
	users := []*tl.Object{}
	for _, in := range ids {
		if a := q.resolve(in); a != nil {
			users = append(users, a.user(a == q.account))
		}
	}
	return users, nil
}

// maxUsers is what Telethon takes for the server's limit.
// https://github.com/LonamiWebs/Telethon/blob/v1/telethon/client/users.py
const maxUsers = 200

// getFullUser is what Pyrogram asks at every start.
// https://core.telegram.org/method/users.getFullUser
func (q *query) getFullUser() (any, error) {
	a := q.resolve(q.args.Obj("id"))
	if a == nil {
		return nil, bad("USER_ID_INVALID", "no such user")
	}
	return tl.New("users.userFull", tl.Fields{
		"full_user": tl.New("userFull", q.withPinned(peer{user: a}, tl.Fields{
			"id": a.ID, "settings": tl.New("peerSettings", nil),
			"notify_settings": tl.New("peerNotifySettings", nil), "common_chats_count": int32(0),
		})),
		"chats": []any{}, "users": tl.Vector(a.user(a == q.account)),
	}), nil
}

func (q *query) updateStatus() (any, error) { return tl.Bool(true), nil }

// getState begins the update sequence.
// https://core.telegram.org/method/updates.getState
func (q *query) getState() (any, error) { return q.state(), nil }

func (q *query) state() *tl.Object {
	return tl.New("updates.state", tl.Fields{
		"pts": q.account.pts(ownBox), "qts": int32(0), "date": int32(q.now.Unix()), "seq": int32(0), "unread_count": int32(0),
	})
}

// getDifference never has news: nobody writes to an account here but itself, and
// what it sends is in the answer to the call. A client that missed an answer is told how
// far it is, or it would go on waiting.
// https://core.telegram.org/method/updates.getDifference
func (q *query) getDifference() (any, error) {
	if q.args.Int("pts") != q.account.pts(ownBox) {
		none := []any{}
		return tl.New("updates.difference", tl.Fields{
			"new_messages": none, "new_encrypted_messages": none, "other_updates": none, "chats": none, "users": none, "state": q.state(),
		}), nil
	}
	return tl.New("updates.differenceEmpty", tl.Fields{"date": int32(q.now.Unix()), "seq": int32(0)}), nil
}

// getChannelDifference never has news either.
// https://core.telegram.org/method/updates.getChannelDifference
func (q *query) getChannelDifference() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	pts := max(q.args.Int("pts"), q.account.pts(of.box()))
	return tl.New("updates.channelDifferenceEmpty", tl.Fields{"final": true, "pts": pts, "timeout": int32(60)}), nil
}
