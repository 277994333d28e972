package rpc

import (
	"fmt"
	"unicode/utf8"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// outgoing is one message to be sent.
type outgoing struct {
	text      string
	looks     looks
	randomID  int64
	media     *upload.Document // nil for text alone
	group     int64            // of an album
	forwarded *tl.Object       // whose it was
	answers   answering
}

// The longest texts, in code points. https://core.telegram.org/constructor/config
const (
	MaxText           = 4096
	maxCaption        = 1024
	maxCaptionPremium = 4096 // bots have no Premium
)

// checkText refuses what is too long. Bots that put the name of a file, its source and
// its mirrors below it learn of it in the field.
func (q *query) checkText(text string, withMedia bool) error {
	n := utf8.RuneCountInString(text)
	if !withMedia {
		if n > MaxText {
			return bad("MESSAGE_TOO_LONG", fmt.Sprintf("the message has %d characters, the most is %d", n, MaxText))
		}
		return nil
	}
	most := maxCaption
	if !q.account.Bot && q.account.Premium() {
		most = maxCaptionPremium
	}
	if n > most {
		return bad("MEDIA_CAPTION_TOO_LONG", fmt.Sprintf("the caption has %d characters, the most is %d", n, most))
	}
	return nil
}

// sendMedia sends a file. https://core.telegram.org/method/messages.sendMedia
func (q *query) sendMedia() (any, error) {
	to, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	if err := q.checkText(q.args.Str("message"), true); err != nil {
		return nil, err
	}
	d, err := q.inputMedia(q.args.Obj("media"))
	if err != nil {
		return nil, err
	}
	return q.sent(to, outgoing{
		text: q.args.Str("message"), looks: q.looks(q.args), randomID: q.args.Long("random_id"), media: d, answers: q.answering(to),
	})
}

// sendMessage sends text, so that a test can tell an upload's failure from that
// of sending as such. https://core.telegram.org/method/messages.sendMessage
func (q *query) sendMessage() (any, error) {
	to, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	text := q.args.Str("message")
	if text == "" {
		return nil, bad("MESSAGE_EMPTY", "the message is empty")
	}
	if err := q.checkText(text, false); err != nil {
		return nil, err
	}
	return q.sent(to, outgoing{text: text, looks: q.looks(q.args), randomID: q.args.Long("random_id"), answers: q.answering(to)})
}

// setTyping is how far an upload is, to those who wait for it; many a bot says so before it
// sends a file. https://core.telegram.org/method/messages.setTyping
func (q *query) setTyping() (any, error) {
	if _, err := q.peer(q.args.Obj("peer")); err != nil {
		return nil, err
	}
	return tl.Bool(true), nil
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
	messages := make([]said, len(all))
	var updates []*tl.Object
	for i, m := range all {
		messages[i] = said{
			id: sent.first + int32(i), to: to, date: int32(q.now.Unix()), text: m.text, looks: m.looks, group: m.group, forwarded: m.forwarded,
			answers: m.answers,
		}
		messages[i].setMedia(m.media)
		updates = append(updates,
			tl.New("updateMessageID", tl.Fields{"id": messages[i].id, "random_id": m.randomID}),
			to.update("new", q.message(&messages[i]), sent.pts+int32(i)))
	}
	memory := &q.accounts.said
	memory.add(q.account, messages...)
	sent.back = func() { memory.forget(sent.Account, sent.first, sent.last) }
	return q.updates(to, nil, updates...), nil
}

// message is one message as its sender sees it. Saved Messages are not outgoing:
// mtcute and TDLib look at the flag.
func (q *query) message(s *said) *tl.Object {
	self := q.account
	f := tl.Fields{
		"id": s.id, "out": s.to.user != self, "date": s.date, "peer_id": s.to.id(),
	}
	if q.chat(s.to).broadcast { // the channel itself says it
		f["post"] = true
	} else {
		f["from_id"] = tl.New("peerUser", tl.Fields{"user_id": self.ID})
	}
	if s.answers.to != 0 {
		f["reply_to"] = s.answers.header()
	}
	if s.action != nil {
		f["action"] = s.action
		return tl.New("messageService", f)
	}
	f["message"], f["pinned"] = s.text, s.pinned
	if s.to.user == self { // the chat among them that it is of: https://core.telegram.org/api/saved-messages
		f["saved_peer_id"] = s.to.id()
	}
	if s.document != 0 {
		f["media"] = q.mediaOf(s)
	}
	if s.group != 0 {
		f["grouped_id"] = s.group
	}
	if s.edited != 0 {
		f["edit_date"] = s.edited
	}
	if s.forwarded != nil {
		f["fwd_from"] = s.forwarded
	}
	if entities := s.looks.text.all(); entities != nil {
		f["entities"] = entities
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
	return tl.New("updates", tl.Fields{
		"updates": tl.Vector(all...), "users": tl.Vector(users...),
		"chats": q.chats(to, photo), "date": int32(q.now.Unix()), "seq": int32(0),
	})
}
