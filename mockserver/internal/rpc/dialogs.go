package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// getDialogs finds none: whom the account wrote to is not told. TDLib asks at every start of a user,
// and others whose code under test looks for a chat by its title.
// https://core.telegram.org/method/messages.getDialogs
func (q *query) getDialogs() (any, error) {
	return tl.New("messages.dialogs", tl.Fields{
		"dialogs": []any{}, "messages": []any{}, "chats": []any{}, "users": []any{},
	}), nil
}

// getBlocked finds nobody. Who lists chats to choose one from asks whom to leave out.
// https://core.telegram.org/method/contacts.getBlocked
func (q *query) getBlocked() (any, error) {
	return tl.New("contacts.blocked", tl.Fields{"blocked": []any{}, "chats": []any{}, "users": []any{}}), nil
}

// getPinnedDialogs: https://core.telegram.org/method/messages.getPinnedDialogs
func (q *query) getPinnedDialogs() (any, error) { return q.peerDialogs(nil), nil }

// getPeerDialogs tells of a dialog with whoever is named. A user's TDLib sends to nobody
// but itself before it has that.
// https://core.telegram.org/method/messages.getPeerDialogs
func (q *query) getPeerDialogs() (any, error) {
	asked := q.args.Objects("peers")
	if len(asked) > maxUsers { // as of users
		return nil, bad("PEER_ID_INVALID", fmt.Sprintf("%d peers at once, the most is %d", len(asked), maxUsers))
	}
	var peers []peer
	for _, in := range asked {
		if in.Name != "inputDialogPeer" {
			continue // nothing is in a folder
		}
		p, err := q.peer(in.Obj("peer"))
		if err != nil {
			return nil, err
		}
		peers = append(peers, p)
	}
	return q.peerDialogs(peers), nil
}

// peerDialogs are dialogs in which nothing was said yet.
func (q *query) peerDialogs(peers []peer) *tl.Object {
	date := int32(q.now.Unix())
	dialogs, chats, users := []any{}, []any{}, []any{}
	for _, p := range peers {
		none := int32(0)
		f := tl.Fields{
			"peer": p.id(), "top_message": none, "read_inbox_max_id": none, "read_outbox_max_id": none, "unread_count": none,
			"unread_mentions_count": none, "unread_reactions_count": none, "unread_poll_votes_count": none,
			"notify_settings": tl.New("peerNotifySettings", nil),
		}
		if p.channel != 0 {
			f["pts"] = q.account.pts(p.box())
		}
		dialogs, chats = append(dialogs, tl.New("dialog", f)), append(chats, p.chats(nil, date)...)
		if p.user != nil {
			users = append(users, p.user.user(p.user == q.account))
		}
	}
	return tl.New("messages.peerDialogs", tl.Fields{
		"dialogs": dialogs, "messages": []any{}, "chats": chats, "users": users, "state": q.state(),
	})
}
