package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// forwardMessages sends messages once more, to somebody else: many a bot uploads to a
// channel of its own, and forwards from there to whoever asked. Those that are not there are
// left out, as long as one is.
// https://core.telegram.org/method/messages.forwardMessages
func (q *query) forwardMessages() (any, error) {
	from, err := q.peer(q.args.Obj("from_peer"))
	if err != nil {
		return nil, err
	}
	to, err := q.peer(q.args.Obj("to_peer"))
	if err != nil {
		return nil, err
	}
	ids, randomIDs := q.args.Vector("id"), q.args.Vector("random_id")
	switch {
	case len(ids) == 0:
		return nil, bad("MESSAGE_IDS_EMPTY", "no messages are named")
	case len(ids) > MaxMessages:
		return nil, tooMany(len(ids), MaxMessages)
	case len(ids) != len(randomIDs):
		return nil, bad("RANDOM_ID_INVALID", fmt.Sprintf("%d messages have %d random_ids", len(ids), len(randomIDs)))
	}
	all, states, groups := []outgoing(nil), make([]state, len(ids)), map[int64]int64{}
	for i := range ids {
		id, _ := ids[i].(int32)
		s, is := q.accounts.said.find(q.account, from.box(), id)
		if states[i] = is; is != there || s.action != nil { // what the chat tells of stays in it
			continue
		}
		m, err := q.again(&s, to)
		if err != nil {
			return nil, err
		}
		m.randomID, _ = randomIDs[i].(int64)
		if s.group != 0 {
			if groups[s.group] == 0 {
				groups[s.group] = m.randomID
			}
			m.group = groups[s.group]
		}
		all = append(all, m)
	}
	q.noteLost(states)
	if len(all) == 0 {
		return nil, bad("MESSAGE_ID_INVALID", "the account has sent none of these messages there, or has deleted them")
	}
	return q.sent(to, all...)
}

// again is a message as it is sent once more.
func (q *query) again(s *said, to peer) (m outgoing, err error) {
	m.text, m.looks.text = s.text, s.looks.text
	if s.document != 0 {
		d, ok := q.Uploads.Document(s.document)
		if !ok {
			return m, bad("MEDIA_EMPTY", fmt.Sprintf("the file of message %d is not known any more", s.id))
		}
		if m.media = d; q.args.Bool("drop_media_captions") {
			m.text = ""
		}
	}
	if !q.args.Bool("drop_author") {
		m.forwarded = q.header(s, to)
	}
	return m, nil
}

// header says whose message it was; one that had been forwarded stays its first author's.
// https://core.telegram.org/constructor/messageFwdHeader
func (q *query) header(s *said, to peer) *tl.Object {
	f := tl.Fields{"from_id": tl.New("peerUser", tl.Fields{"user_id": q.account.ID}), "date": s.date}
	if q.chat(s.to).broadcast {
		f["from_id"], f["channel_post"] = s.to.id(), s.id
	}
	if s.forwarded != nil {
		f["date"] = s.forwarded.Int("date")
	}
	if to.user == q.account { // Saved Messages tell where each was
		f["saved_from_peer"], f["saved_from_msg_id"] = s.to.id(), s.id
	}
	return tl.New("messageFwdHeader", f)
}
