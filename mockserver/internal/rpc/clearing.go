package rpc

import "github.com/fakedc/fakedc/mockserver/internal/tl"

// deleteHistory deletes what the account has said to somebody, up to a number and between two
// dates. https://core.telegram.org/method/messages.deleteHistory
func (q *query) deleteHistory() (any, error) {
	with, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	after, before := q.args.Int("min_date"), q.args.Int("max_date")
	ids, pts := q.cleared(with, func(s *said) bool { return (after <= 0 || s.date > after) && (before <= 0 || s.date < before) })
	return tl.New("messages.affectedHistory", tl.Fields{"pts": pts, "pts_count": int32(len(ids)), "offset": int32(0)}), nil
}

// deleteChannelHistory is the same for a channel, for the account itself or for everybody.
// https://core.telegram.org/method/channels.deleteHistory
func (q *query) deleteChannelHistory() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	ids, pts := q.cleared(of, func(*said) bool { return true })
	if len(ids) == 0 {
		return q.updates(of, nil), nil
	}
	return q.updates(of, nil, tl.New("updateDeleteChannelMessages", tl.Fields{
		"channel_id": of.channel, "messages": ids, "pts": pts, "pts_count": int32(len(ids)),
	})), nil
}

// cleared deletes what was said there and is as asked, each of which is an update of its own,
// and returns the numbers and how far the sequence is then.
func (q *query) cleared(with peer, asked func(*said) bool) (ids []any, pts int32) {
	memory, most := &q.accounts.said, q.args.Int("max_id")
	all := memory.where(q.account, func(s *said) bool {
		return s.to.key() == with.key() && (most <= 0 || s.id <= most) && asked(s)
	})
	ids = []any{}
	if len(all) == 0 {
		return ids, q.account.pts(with.box())
	}
	for _, s := range all {
		memory.forget(q.account, s.id, s.id)
		ids = append(ids, s.id)
	}
	sent := q.numberAll(with.box(), len(all))
	sent.back = func() { memory.addBack(sent.Account, all) }
	return ids, sent.pts + int32(len(all)) - 1
}

// addBack remembers again what was the newest first.
func (m *memory) addBack(a *Account, all []said) {
	for i := range all {
		m.add(a, all[len(all)-1-i])
	}
}

// getReplies is what the account has said in answer to a message, or in its thread.
// https://core.telegram.org/method/messages.getReplies
func (q *query) getReplies() (any, error) {
	if q.account.Bot {
		return nil, bad("BOT_METHOD_INVALID", "bots may not read a history: messages.getMessages and channels.getMessages take the numbers of messages")
	}
	with, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	thread := q.args.Int("msg_id")
	if thread <= 0 {
		return nil, bad("MSG_ID_INVALID", "messages are numbered from 1")
	}
	return q.history(with, q.accounts.said.where(q.account, func(s *said) bool {
		return s.to.key() == with.key() && s.answers.in(thread)
	})), nil
}
