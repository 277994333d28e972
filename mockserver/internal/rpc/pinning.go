package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// updatePinnedMessage pins a message of the account, or takes it down: an application that
// keeps files in a chat pins the list of them. Who pins tells the chat of it by a message of
// its own, unless it is alone there; what is as it was is no news.
// https://core.telegram.org/method/messages.updatePinnedMessage
// https://github.com/LonamiWebs/Telethon/blob/v1/telethon/client/messages.py
func (q *query) updatePinnedMessage() (any, error) {
	in, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	id, pin, memory := q.args.Int("id"), !q.args.Bool("unpin"), &q.accounts.said
	was, is := memory.find(q.account, in.box(), id)
	if is == absent || is == there && was.to.key() != in.key() {
		return nil, bad("MESSAGE_ID_INVALID", fmt.Sprintf("the account has sent no message with the number %d there, or has deleted it", id))
	}
	if is == there && was.pinned == pin {
		return q.updates(in, nil), nil
	}
	now := was
	now.pinned = pin
	tells := pin && in.user != q.account && (in.user == nil || !q.args.Bool("pm_oneside"))
	if !tells {
		sent := q.number(in.box())
		q.changed(sent, now, was)
		return q.updates(in, nil, in.pinned(pin, sent.pts, id)), nil
	}
	sent := q.numberAll(in.box(), 2)
	q.changed(sent, now, was)
	told := said{
		id: sent.last, to: in, date: int32(q.now.Unix()), answers: answering{to: id}, action: tl.New("messageActionPinMessage", nil),
	}
	memory.add(q.account, told)
	back := sent.back
	sent.back = func() {
		memory.forget(sent.Account, told.id, told.id)
		back()
	}
	return q.updates(in, nil, in.pinned(pin, sent.pts, id), in.update("new", q.message(&told), sent.pts+1)), nil
}

// changed puts a message in the place of the one that it was, unless it turns out that this
// cannot be kept.
func (q *query) changed(sent *Sent, now, was said) {
	memory := &q.accounts.said
	memory.change(q.account, now)
	sent.back = func() { memory.change(sent.Account, was) }
}

// pinned is the update of the peer's sequence about messages that were pinned, or are not any
// more. https://core.telegram.org/constructor/updatePinnedMessages
func (p peer) pinned(pin bool, pts int32, ids ...int32) *tl.Object {
	all := make([]any, len(ids))
	for i, id := range ids {
		all[i] = id
	}
	f := tl.Fields{"pinned": pin, "messages": all, "pts": pts, "pts_count": int32(1)}
	if p.channel != 0 {
		f["channel_id"] = p.channel
		return tl.New("updatePinnedChannelMessages", f)
	}
	f["peer"] = p.id()
	return tl.New("updatePinnedMessages", f)
}

// unpinAllMessages takes down all that is pinned somewhere.
// https://core.telegram.org/method/messages.unpinAllMessages
func (q *query) unpinAllMessages() (any, error) {
	in, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	thread := q.args.Int("top_msg_id")
	memory, all := &q.accounts.said, q.accounts.said.where(q.account, func(s *said) bool {
		return s.pinned && s.to.key() == in.key() && (thread <= 0 || s.answers.in(thread))
	})
	pts := q.account.pts(in.box())
	if len(all) > 0 {
		sent := q.number(in.box())
		pts = sent.pts
		sent.back = func() {
			for _, s := range all {
				memory.change(sent.Account, s)
			}
		}
	}
	for _, s := range all {
		s.pinned = false
		memory.change(q.account, s)
	}
	return tl.New("messages.affectedHistory", tl.Fields{"pts": pts, "pts_count": int32(min(len(all), 1)), "offset": int32(0)}), nil
}

// lastPinned is the newest message that is pinned there, 0 for none.
func (q *query) lastPinned(in peer) (id int32) {
	for _, s := range q.accounts.said.where(q.account, func(s *said) bool { return s.pinned && s.to.key() == in.key() }) {
		id = max(id, s.id)
	}
	return id
}

// withPinned says in a full chat or user which message is pinned.
func (q *query) withPinned(in peer, f tl.Fields) tl.Fields {
	if id := q.lastPinned(in); id != 0 {
		f["pinned_msg_id"] = id
	}
	return f
}
