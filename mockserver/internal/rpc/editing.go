package rpc

import (
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// editMessage puts another text or another file into a message: a bot's "Uploading: 50 %".
// What it says nothing of stays as it is.
// https://core.telegram.org/method/messages.editMessage
func (q *query) editMessage() (any, error) {
	to, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	id, memory := q.args.Int("id"), &q.accounts.said
	was, is := memory.find(q.account, to.box(), id)
	if is == absent {
		return nil, bad("MESSAGE_ID_INVALID", fmt.Sprintf("the account has sent no message with the number %d there, or has deleted it", id))
	}
	if was.action != nil {
		return nil, bad("MESSAGE_ID_INVALID", fmt.Sprintf("message %d is what the chat tells of, which nobody can edit", id))
	}
	now := was
	if is.lost() { // what it was is not known any more
		now = said{id: id, to: to, date: int32(q.now.Unix())}
	}
	now.edited = int32(q.now.Unix())
	now.looks = q.looks(q.args)
	if q.args.Has("message") {
		now.text = q.args.Str("message")
	} else {
		now.looks.text = was.looks.text
	}
	if in := q.args.Obj("media"); in != nil {
		d, err := q.inputMedia(in)
		if err != nil {
			return nil, err
		}
		now.setMedia(d)
	}
	if now.text == "" && now.document == 0 && !is.lost() {
		return nil, bad("MESSAGE_EMPTY", "nothing would be left of the message")
	}
	if err := q.checkText(now.text, now.document != 0); err != nil {
		return nil, err
	}
	if is == there && now.text == was.text && now.looks == was.looks && now.document == was.document {
		return nil, bad("MESSAGE_NOT_MODIFIED", "the message says that already, and looks like that")
	}
	sent := q.number(to.box())
	q.changed(sent, now, was)
	return q.updates(to, nil, to.update("edit", q.message(&now), sent.pts)), nil
}

// MaxMessages is how many messages one call may forward or delete, or is answered with of a
// history, of a search or of dialogs: clients name no more at once.
const MaxMessages = 100

// messageIDs are those that a call names, each once.
func (q *query) messageIDs() (ids []int32, err error) {
	all := q.args.Vector("id")
	if len(all) > MaxMessages {
		return nil, tooMany(len(all), MaxMessages)
	}
	for _, v := range all {
		if id, ok := v.(int32); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func tooMany(n, most int) error {
	return bad("MESSAGE_ID_INVALID", fmt.Sprintf("%d messages at once, the most is %d", n, most))
}

// deleteMessages deletes messages of the account: a bot's "Uploading: 50 %", once the file
// is there. https://core.telegram.org/method/messages.deleteMessages
func (q *query) deleteMessages() (any, error) { return q.deleted(ownBox) }

// deleteChannelMessages deletes those of a channel.
// https://core.telegram.org/method/channels.deleteMessages
func (q *query) deleteChannelMessages() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	return q.deleted(of.box())
}

// deleted counts those that there were, each of which is an update of its own: a client that
// is told of fewer waits for the others.
// https://core.telegram.org/api/updates#message-related-event-sequences
func (q *query) deleted(of box) (any, error) {
	ids, err := q.messageIDs()
	if err != nil {
		return nil, err
	}
	memory := &q.accounts.said
	removed, lost := memory.remove(q.account, of, ids)
	pts, n := q.account.pts(of), int32(len(removed)+lost)
	if n > 0 {
		sent := q.numberAll(of, int(n))
		sent.back = func() { memory.add(sent.Account, removed...) }
		pts = sent.pts + n - 1
	}
	return tl.New("messages.affectedMessages", tl.Fields{"pts": pts, "pts_count": n}), nil
}
