package rpc

import "github.com/fakedc/fakedc/mockserver/internal/tl"

// Nothing is ever unread: nobody writes to an account but itself. So there is nothing to
// count, and who says that it has read something is told that nothing became of it.

// readHistory: https://core.telegram.org/method/messages.readHistory
func (q *query) readHistory() (any, error) {
	if err := q.noBots(); err != nil {
		return nil, err
	}
	with, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	return q.affectedNone(with.box()), nil
}

// readChannelHistory: https://core.telegram.org/method/channels.readHistory
func (q *query) readChannelHistory() (any, error) {
	if err := q.noBots(); err != nil {
		return nil, err
	}
	return q.readChannel()
}

// readContents says that what messages carry was looked at, such as a voice message.
// https://core.telegram.org/method/messages.readMessageContents
func (q *query) readContents() (any, error) { return q.affectedNone(ownBox), nil }

// readChannel: https://core.telegram.org/method/channels.readMessageContents
func (q *query) readChannel() (any, error) {
	if _, err := q.channel(); err != nil {
		return nil, err
	}
	return tl.Bool(true), nil
}

func (q *query) affectedNone(of box) *tl.Object {
	return tl.New("messages.affectedMessages", tl.Fields{"pts": q.account.pts(of), "pts_count": int32(0)})
}

func (q *query) noBots() error {
	if q.account.Bot {
		return bad("BOT_METHOD_INVALID", "bots have nothing that they could read")
	}
	return nil
}
