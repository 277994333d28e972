package session

import (
	"slices"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// naive is a session by the words of core.telegram.org: lists that are searched from end
// to end, nothing forgotten, nothing bounded. It says what has to be sent; msg_ids it
// does not foretell but learns.
//
// https://core.telegram.org/mtproto/service_messages
// https://core.telegram.org/mtproto/service_messages_about_messages
type naive struct {
	salts   []mt.FutureSalt // as get_future_salts told them
	heard   []*heard
	unacked []*said // content-related messages that the client has not acknowledged
	acks    []int64
	links   []int64 // by number, the newest last
	content int32   // content-related messages sent
	rounds  int     // messages taken

	expected []*said // since the last comparison
	result   outcome
}

// heard is a message of the client's that was taken.
type heard struct {
	id     int64
	seqno  int32
	status status
	answer *said
	packs  bool
	acked  bool
}

// said is a message of the server's, or one more delivery of it.
type said struct {
	id      int64 // 0: not known yet
	seqno   int32
	body    []byte
	request int64
	link    int64 // that it was handed to last, 0 for none
	round   int
	first   *said // set in a delivery of what was said before
}

// outcome is what the session's caller is told.
type outcome struct {
	queries, acked []int64
	codes          []int
	repeats        int
	disconnect     time.Duration
}

// frame is a message with what is in it, if it is a container. A broken one is a
// container that must not be taken.
type frame struct {
	Message
	container, broken bool
	inner             []Message
}

func (n *naive) newest() int64 {
	if len(n.links) == 0 {
		return 0
	}
	return n.links[len(n.links)-1]
}

// number makes a message of the server's.
func (n *naive) number(body []byte, content bool, request int64) *said {
	s := &said{seqno: 2 * n.content, body: body, request: request}
	if content {
		s.seqno++
		n.content++
		n.unacked = append(n.unacked, s)
	}
	return s
}

// hand gives a message to the newest link.
func (n *naive) hand(s *said) bool {
	if s.link = n.newest(); s.link == 0 {
		return false
	}
	s.round = n.rounds
	again := *s
	again.first = s
	n.expected = append(n.expected, &again)
	return true
}

func (n *naive) say(v bin.Encoder, content bool, request int64) *said {
	s := n.number(encode(v), content, request)
	n.hand(s)
	return s
}

// reply answers a service message, which is an acknowledgement.
func (n *naive) reply(v bin.Encoder, request int64) {
	n.say(v, false, request)
	if h := n.find(request); h != nil {
		h.acked = true
	}
}

// attach notes a link's first message. What nobody is known to have got leaves by it.
func (n *naive) attach(link int64) {
	n.rounds++
	if slices.Contains(n.links, link) {
		return
	}
	n.links = append(n.links, link)
	slices.Sort(n.links)
	if n.newest() == link {
		n.resend(0)
	}
}

// detach has what a link may have swallowed sent over the newest one that is left.
func (n *naive) detach(link int64) {
	n.links = slices.DeleteFunc(n.links, func(l int64) bool { return l == link })
	n.resend(link)
}

func (n *naive) resend(link int64) {
	for _, s := range n.unacked {
		if s.link == 0 || s.link == link {
			n.hand(s)
		}
	}
}

// again repeats a message, unless the client was sent it since it asked.
func (n *naive) again(s *said) bool {
	return s.link != 0 && s.round == n.rounds || n.hand(s)
}

func (n *naive) find(id int64) *heard {
	for _, h := range n.heard {
		if h.id == id {
			return h
		}
	}
	return nil
}

func (n *naive) unackedByID(id int64) *said {
	for _, s := range n.unacked {
		if s.id == id {
			return s
		}
	}
	return nil
}

func (n *naive) acknowledge(s *said) {
	n.unacked = slices.DeleteFunc(n.unacked, func(o *said) bool { return o == s })
}

func (n *naive) dropAck(id int64) {
	if i := slices.Index(n.acks, id); i >= 0 {
		n.acks = slices.Delete(n.acks, i, i+1)
	}
}

// saltValid: a salt may be used from valid_since until valid_until.
func (n *naive) saltValid(now time.Time, salt int64) bool {
	return slices.ContainsFunc(n.salts, func(s mt.FutureSalt) bool {
		return s.Salt == salt && int64(s.ValidSince) <= now.Unix() && now.Unix() < int64(s.ValidUntil)
	})
}

// saltNow is the one to use: of those that are valid the last.
func (n *naive) saltNow(now time.Time) (salt int64) {
	salt = n.salts[0].Salt
	for _, s := range n.salts {
		if int64(s.ValidSince) > now.Unix() {
			break
		}
		salt = s.Salt
	}
	return salt
}

// refuse answers over the link that the message came over.
func (n *naive) refuse(link int64, m Message, code int, salt int64) {
	n.result.codes = append(n.result.codes, code)
	var v bin.Encoder = &mt.BadMsgNotification{BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: code}
	if code == CodeSalt {
		v = &mt.BadServerSalt{BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: code, NewServerSalt: salt}
	}
	s := n.number(encode(v), false, 0)
	s.link = link
	n.expected = append(n.expected, s)
}

// receive takes what came over a link.
func (n *naive) receive(now time.Time, link, salt int64, f frame) {
	n.result = outcome{}
	switch at := func(d int64) int64 { return (now.Unix() + d) << 32 }; {
	case f.MsgID%4 != 0:
		n.refuse(link, f.Message, 18, 0)
		return
	case f.MsgID < at(-300):
		n.refuse(link, f.Message, 16, 0)
		return
	case f.MsgID > at(30):
		n.refuse(link, f.Message, 17, 0)
		return
	case !n.saltValid(now, salt):
		n.refuse(link, f.Message, 48, n.saltNow(now))
		return
	}
	n.attach(link)
	if n.rounds == 1 { // the client sends what is a minute older again
		n.say(&mt.NewSessionCreated{FirstMsgID: f.MsgID - 60<<32, ServerSalt: n.saltNow(now)}, true, 0)
	}
	if !f.container {
		n.take(now, link, f.Message)
		return
	}
	switch {
	case n.find(f.MsgID) != nil:
		n.refuse(link, f.Message, 19, 0)
	case f.broken:
		n.refuse(link, f.Message, 64, 0)
	case f.SeqNo%2 != 0:
		n.refuse(link, f.Message, 34, 0)
	default:
		for _, m := range f.inner {
			n.take(now, link, m)
		}
		if h := n.find(f.MsgID); h == nil {
			n.heard = append(n.heard, &heard{id: f.MsgID, seqno: f.SeqNo, packs: true})
		}
	}
}

// seqnoCode: "the server has already received a message with a lower msg_id but with
// either a higher or an equal and odd seqno", and the same the other way round. The
// seqno of a container is compared with nothing.
func (n *naive) seqnoCode(m Message) int {
	for _, h := range n.heard {
		if !h.packs && h.id < m.MsgID && (h.seqno > m.SeqNo || h.seqno == m.SeqNo && h.seqno%2 != 0) {
			return 32
		}
	}
	for _, h := range n.heard {
		if !h.packs && h.id > m.MsgID && (h.seqno < m.SeqNo || h.seqno == m.SeqNo && h.seqno%2 != 0) {
			return 33
		}
	}
	return 0
}

// take handles a message that is no container.
func (n *naive) take(now time.Time, link int64, m Message) {
	if old := n.find(m.MsgID); old != nil {
		n.repeated(now, old, m)
		return
	}
	query := !isService(typeID(m.Body))
	if query && m.SeqNo%2 == 0 {
		n.refuse(link, m, 35, 0)
		return
	}
	if code := n.seqnoCode(m); code != 0 {
		n.refuse(link, m, code, 0)
		return
	}
	h := &heard{id: m.MsgID, seqno: m.SeqNo}
	n.heard = append(n.heard, h)
	if query {
		h.status = statusRunning
		n.acks = append(n.acks, m.MsgID)
		n.result.queries = append(n.result.queries, m.MsgID)
		return
	}
	n.service(now, h, m)
}

// repeated: what was answered is answered with the same message, nothing is run twice.
func (n *naive) repeated(now time.Time, old *heard, m Message) {
	n.result.repeats++
	switch {
	case old.status == statusSilenced:
	case old.status == statusAnswered && slices.Contains(n.unacked, old.answer):
		n.again(old.answer)
	case old.status == statusSeen && isQuestion(typeID(m.Body)):
		n.service(now, old, m)
	case old.seqno%2 != 0 && !slices.Contains(n.acks, old.id): // it is acknowledged once
		n.acks = append(n.acks, old.id)
	}
}

// answer is what the server's side does about a query.
func (n *naive) answer(id int64, body []byte, keep bool) *said {
	h := n.find(id)
	if h == nil || h.status != statusRunning {
		return nil
	}
	n.dropAck(id)
	h.status = statusAnswered
	h.answer = n.number(body, true, id)
	if !keep {
		n.hand(h.answer)
	}
	return h.answer
}

func (n *naive) silence(id int64) {
	if h := n.find(id); h != nil && h.status == statusRunning {
		h.status = statusSilenced
		n.dropAck(id)
	}
}

func (n *naive) forget(id int64) {
	n.heard = slices.DeleteFunc(n.heard, func(h *heard) bool { return h.id == id })
	n.dropAck(id)
}

func (n *naive) flush() {
	if len(n.acks) > 0 {
		n.say(&mt.MsgsAck{MsgIDs: n.acks}, false, 0)
	}
	for _, id := range n.acks {
		if h := n.find(id); h != nil {
			h.acked = true
		}
	}
	n.acks = nil
}

func (n *naive) drop(now time.Time, h *heard, query int64) {
	var v bin.Encoder = &mt.RPCAnswerUnknown{}
	if q := n.find(query); q != nil && q.status == statusRunning {
		v = &mt.RPCAnswerDroppedRunning{}
		q.status = statusSilenced
	} else if q != nil && q.answer != nil && slices.Contains(n.unacked, q.answer) {
		v = &mt.RPCAnswerDropped{MsgID: q.answer.id, SeqNo: int(q.answer.seqno), Bytes: len(q.answer.body)}
		n.acknowledge(q.answer)
	}
	h.status = statusAnswered
	h.answer = n.say(&proto.Result{RequestMessageID: h.id, Result: encode(v)}, true, h.id)
}
