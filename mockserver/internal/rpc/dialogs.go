package rpc

import (
	"fmt"
	"maps"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// getDialogs lists those whom the account has written to, whoever it wrote to last first.
// TDLib asks at every start of a user, and others whose code under test looks for a chat by
// its title. https://core.telegram.org/method/messages.getDialogs
func (q *query) getDialogs() (any, error) {
	if q.account.Bot {
		return nil, bad("BOT_METHOD_INVALID", "bots have no dialogs that they could list")
	}
	all := slices.SortedFunc(maps.Values(q.accounts.said.latest(q.account)), newestFirst)
	if q.args.Int("folder_id") != 0 {
		all = nil // nothing is in a folder
	}
	from, before := 0, q.args.Int("offset_id")
	for before != 0 && from < len(all) && all[from].id >= before {
		from++
	}
	page := all[from:min(len(all), from+min(max(int(q.args.Int("limit")), 0), MaxMessages))]
	peers := make([]peer, len(page))
	for i := range page {
		peers[i] = page[i].to
	}
	f := q.dialogs(peers)
	if len(page) == len(all) {
		return tl.New("messages.dialogs", f), nil
	}
	f["count"] = int32(len(all))
	return tl.New("messages.dialogsSlice", f), nil
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

func (q *query) peerDialogs(peers []peer) *tl.Object {
	f := q.dialogs(peers)
	f["state"] = q.state()
	return tl.New("messages.peerDialogs", f)
}

// dialogs are those with peers, with what was said in them last.
func (q *query) dialogs(peers []peer) tl.Fields {
	dialogs, messages, latest := []any{}, []any{}, q.accounts.said.latest(q.account)
	for _, p := range peers {
		none, top := int32(0), latest[p.key()]
		f := tl.Fields{
			"peer": p.id(), "top_message": top.id, "read_inbox_max_id": none, "read_outbox_max_id": none, "unread_count": none,
			"unread_mentions_count": none, "unread_reactions_count": none, "unread_poll_votes_count": none,
			"notify_settings": tl.New("peerNotifySettings", nil),
		}
		if p.channel != 0 {
			f["pts"] = q.account.pts(p.box())
		}
		if dialogs = append(dialogs, tl.New("dialog", f)); top.id != 0 {
			messages = append(messages, q.message(&top))
		}
	}
	chats, users := q.named(peers)
	return tl.Fields{"dialogs": dialogs, "messages": messages, "chats": chats, "users": users}
}
