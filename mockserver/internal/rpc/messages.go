package rpc

import (
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// outgoing is one message to be sent.
type outgoing struct {
	text     string
	randomID int64
	media    *upload.Document // nil for text alone
	group    int64            // of an album
}

// sendMedia sends a file. https://core.telegram.org/method/messages.sendMedia
func (q *query) sendMedia() (any, error) {
	to, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	d, err := q.inputMedia(q.args.Obj("media"))
	if err != nil {
		return nil, err
	}
	return q.sent(to, outgoing{text: q.args.Str("message"), randomID: q.args.Long("random_id"), media: d})
}

// sendMessage sends text, so that a test can tell an upload's failure from that
// of sending as such. https://core.telegram.org/method/messages.sendMessage
func (q *query) sendMessage() (any, error) {
	to, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	if q.args.Str("message") == "" {
		return nil, bad("MESSAGE_EMPTY", "the message is empty")
	}
	return q.sent(to, outgoing{text: q.args.Str("message"), randomID: q.args.Long("random_id")})
}

// setTyping is how far an upload is, to those who wait for it; many a bot says so before it
// sends a file. https://core.telegram.org/method/messages.setTyping
func (q *query) setTyping() (any, error) {
	if _, err := q.peer(q.args.Obj("peer")); err != nil {
		return nil, err
	}
	return tl.Bool(true), nil
}

// editMessage puts another file into a message.
// https://core.telegram.org/method/messages.editMessage
func (q *query) editMessage() (any, error) {
	to, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	id := q.args.Int("id")
	if !q.account.numbered(id) {
		return nil, bad("MESSAGE_ID_INVALID", "the account has sent no message with this id")
	}
	m := outgoing{text: q.args.Str("message")}
	if in := q.args.Obj("media"); in != nil {
		if m.media, err = q.inputMedia(in); err != nil {
			return nil, err
		}
	}
	message := q.message(to, id, m)
	message.Fields["edit_date"] = int32(q.now.Unix())
	return q.updates(to, nil, to.update("edit", message, q.number(to.box()).pts)), nil
}

// number takes the next number of the account's messages, for what counts as one of them. What is not kept uses up none.
func (q *query) number(of box) *Sent { return q.numberAll(of, 1) }

func (q *query) numberAll(of box, n int) *Sent {
	q.unkept, _ = q.account.sendAs(of, make([]outgoing, n)) // nothing is sent twice without a random_id
	return q.unkept
}

// sent is the Updates that tell a client of its own messages.
func (q *query) sent(to peer, all ...outgoing) (any, error) {
	sent, err := q.account.sendAs(to.box(), all)
	if err != nil {
		return nil, err
	}
	q.unkept = sent
	var updates []*tl.Object
	for i, m := range all {
		id := sent.first + int32(i)
		updates = append(updates,
			tl.New("updateMessageID", tl.Fields{"id": id, "random_id": m.randomID}),
			to.update("new", q.message(to, id, m), sent.pts+int32(i)))
	}
	return q.updates(to, nil, updates...), nil
}

// message is one message as its sender sees it. Saved Messages are not outgoing:
// mtcute and TDLib look at the flag.
func (q *query) message(to peer, id int32, m outgoing) *tl.Object {
	self := q.account
	f := tl.Fields{
		"id": id, "out": to.user != self, "date": int32(q.now.Unix()), "message": m.text,
		"from_id": tl.New("peerUser", tl.Fields{"user_id": self.ID}), "peer_id": to.id(),
	}
	if to.user == self { // the chat among them that it is of: https://core.telegram.org/api/saved-messages
		f["saved_peer_id"] = to.id()
	}
	if m.media != nil {
		f["media"] = q.messageMedia(m.media)
	}
	if m.group != 0 {
		f["grouped_id"] = m.group
	}
	return tl.New("message", f)
}

// updates wraps updates with those whom they name.
func (q *query) updates(to peer, photo *tl.Object, all ...*tl.Object) *tl.Object {
	self := q.account
	users := []*tl.Object{self.user(true)}
	if to.user != nil && to.user != self {
		users = append(users, to.user.user(false))
	}
	date := int32(q.now.Unix())
	return tl.New("updates", tl.Fields{
		"updates": tl.Vector(all...), "users": tl.Vector(users...),
		"chats": to.chats(photo, date), "date": date, "seq": int32(0),
	})
}
