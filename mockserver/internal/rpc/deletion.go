package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// maxDeleted is how many messages one call may delete: clients send no more at once.
const maxDeleted = 100

// deleteMessages deletes messages of the account: a bot's "Uploading: 50 %", once the file
// is there. https://core.telegram.org/method/messages.deleteMessages
func (q *query) deleteMessages() (any, error) { return q.deleted(ownBox) }

// deleteChannelMessages deletes those of a channel.
// https://core.telegram.org/method/channels.deleteMessages
func (q *query) deleteChannelMessages() (any, error) {
	in := q.args.Obj("channel")
	if in.Name == "inputChannelEmpty" || in.Long("channel_id") <= 0 {
		return nil, errChannel
	}
	return q.deleted(box(in.Long("channel_id")))
}

// deleted counts those that there were, each of which is an update of its own: a client that
// is told of fewer waits for the others.
// https://core.telegram.org/api/updates#message-related-event-sequences
func (q *query) deleted(of box) (any, error) {
	ids := q.args.Vector("id")
	if len(ids) > maxDeleted {
		return nil, bad("MESSAGE_ID_INVALID", fmt.Sprintf("%d messages at once, the most is %d", len(ids), maxDeleted))
	}
	there := map[int32]struct{}{}
	for _, v := range ids {
		if id, _ := v.(int32); q.account.numbered(id) {
			there[id] = struct{}{}
		}
	}
	pts, n := q.account.pts(of), int32(len(there))
	if n > 0 {
		pts = q.numberAll(of, len(there)).pts + n - 1
	}
	return tl.New("messages.affectedMessages", tl.Fields{"pts": pts, "pts_count": n}), nil
}
