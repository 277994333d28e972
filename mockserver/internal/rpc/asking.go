package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// getMessages are messages of the account by their numbers: what a bot asks that has kept
// nothing else of a file. https://core.telegram.org/method/messages.getMessages
func (q *query) getMessages() (any, error) {
	found, err := q.find(ownBox)
	if err != nil {
		return nil, err
	}
	return q.messages("messages.messages", found, nil), nil
}

// getChannelMessages are those of a channel.
// https://core.telegram.org/method/channels.getMessages
func (q *query) getChannelMessages() (any, error) {
	in, err := q.channel()
	if err != nil {
		return nil, err
	}
	found, err := q.find(in.box())
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].to = in // also of what is not there
	}
	return q.messages("messages.channelMessages", found, tl.Fields{"pts": q.account.pts(in.box()), "count": int32(len(found))}, in), nil
}

// MaxAsked is how many messages one call may ask for: Pyrogram asks for no more.
const MaxAsked = 200

// find looks the messages up that a call names. One that is not there has a number alone.
func (q *query) find(in box) ([]said, error) {
	asked := q.args.Objects("id")
	if len(asked) > MaxAsked {
		return nil, tooMany(len(asked), MaxAsked)
	}
	all, states := make([]said, len(asked)), make([]state, len(asked))
	for i, input := range asked {
		all[i].id = input.Int("id")
		switch input.Name {
		case "inputMessageReplyTo": // the one that it answers
			all[i].id = q.answeredBy(in, all[i].id)
		case "inputMessagePinned":
			if in != ownBox { // which is that of many chats
				all[i].id = q.lastPinned(peer{channel: int64(in)})
			}
		}
		s, is := q.accounts.said.find(q.account, in, all[i].id)
		if states[i] = is; is == there {
			all[i] = s
		}
	}
	q.noteLost(states)
	return all, nil
}

// answeredBy is the message that another one answers, 0 for none.
func (q *query) answeredBy(in box, id int32) int32 {
	s, _ := q.accounts.said.find(q.account, in, id)
	return s.answers.to
}

// noteLost says that messages were asked for that nobody knows of any more.
func (q *query) noteLost(states []state) {
	var lost [earlier + 1]int
	for _, s := range states {
		lost[s]++
	}
	if n := lost[madeRoom]; n > 0 {
		q.note(journal.KindLimit, fmt.Sprintf("MessageBytes: messages were asked for that had made room: %d; they are answered as if deleted", n))
	}
	if n := lost[earlier]; n > 0 {
		q.note(journal.KindStore, fmt.Sprintf("messages were asked for that are of an earlier run, of which none are kept: %d; they are answered as if deleted", n))
	}
}

func (q *query) note(kind journal.Kind, text string) {
	e := q.event(kind)
	e.Text = text
	q.Journal.Add(q.now, e)
}

// messages answers with messages, and with those whom they name. One that has a number
// alone is answered empty.
func (q *query) messages(name string, all []said, more tl.Fields, named ...peer) *tl.Object {
	messages := make([]any, len(all))
	for i := range all {
		if s := &all[i]; s.date != 0 {
			messages[i], named = q.message(s), append(named, s.to)
		} else {
			messages[i] = emptyMessage(s)
		}
	}
	f := tl.Fields{"messages": messages, "topics": []any{}}
	for name, value := range more {
		f[name] = value
	}
	f["chats"], f["users"] = q.named(named)
	return tl.New(name, f)
}

func emptyMessage(s *said) *tl.Object {
	f := tl.Fields{"id": s.id}
	if s.to.channel != 0 {
		f["peer_id"] = s.to.id()
	}
	return tl.New("messageEmpty", f)
}

// named lists peers, and the account itself, each once.
func (q *query) named(all []peer) (chats, users []any) {
	chats, users = []any{}, []any{q.account.user(true)}
	seen := map[peerKey]bool{}
	for _, p := range all {
		if seen[p.key()] {
			continue
		}
		seen[p.key()] = true
		chats = append(chats, q.chats(p, nil)...)
		if p.user != nil && p.user != q.account {
			users = append(users, p.user.user(false))
		}
	}
	return chats, users
}

// mediaOf is what a message carries: the document, if that is still known.
func (q *query) mediaOf(s *said) *tl.Object {
	if d, ok := q.Uploads.Document(s.document); ok {
		return q.messageMedia(d)
	}
	if s.photo {
		return tl.New("messageMediaPhoto", nil)
	}
	return tl.New("messageMediaDocument", nil)
}

// getHistory is what the account has said to somebody, the newest first.
// https://core.telegram.org/method/messages.getHistory
func (q *query) getHistory() (any, error) {
	if q.account.Bot {
		return nil, bad("BOT_METHOD_INVALID", "bots may not read a history: messages.getMessages and channels.getMessages take the numbers of messages")
	}
	with, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	return q.history(with, q.accounts.said.with(q.account, with)), nil
}

// getSavedHistory is one of the chats among Saved Messages: what was sent there belongs to
// that with oneself, forwarded or not.
// https://core.telegram.org/method/messages.getSavedHistory
func (q *query) getSavedHistory() (any, error) {
	of, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	var all []said
	if of.user == q.account {
		all = q.accounts.said.with(q.account, of)
	}
	return q.history(of, all), nil
}

// history is a page of all that there is.
func (q *query) history(with peer, all []said) *tl.Object {
	page := q.page(all)
	count := tl.Fields{"count": int32(len(all))}
	switch {
	case with.channel != 0:
		count["pts"] = q.account.pts(with.box())
		return q.messages("messages.channelMessages", page, count, with)
	case len(page) < len(all):
		return q.messages("messages.messagesSlice", page, count, with)
	}
	return q.messages("messages.messages", page, nil, with)
}

// page is the part of a history that a call asks for: from an offset on, so many, and of
// them those between two numbers. https://core.telegram.org/api/offsets
func (q *query) page(all []said) (page []said) {
	from := 0
	offsetID, offsetDate := q.args.Int("offset_id"), q.args.Int("offset_date")
	for ; from < len(all); from++ {
		s := &all[from]
		if (offsetID == 0 || s.id < offsetID) && (offsetDate == 0 || s.date < offsetDate) {
			break
		}
	}
	first := from + int(q.args.Int("add_offset"))
	limit := min(max(int(q.args.Int("limit")), 0), MaxMessages)
	for i := max(first, 0); i < min(first+limit, len(all)); i++ {
		id := all[i].id
		if most := q.args.Int("max_id"); most != 0 && id >= most {
			continue
		}
		if id > q.args.Int("min_id") {
			page = append(page, all[i])
		}
	}
	return page
}
