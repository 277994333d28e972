package session

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// Message is one decrypted message, or one of a container.
type Message struct {
	MsgID int64
	SeqNo int32
	Body  []byte // aliases the frame
}

// Query is a message that is for rpc to answer, by Answer, Silence, Keep or
// Forget with its MsgID.
type Query struct {
	MsgID int64
	Body  []byte // aliases the frame
}

// Refusal says that a message was not taken.
type Refusal struct {
	MsgID  int64
	Code   int // of bad_msg_notification or bad_server_salt, 0 if the client was told nothing
	Reason string
}

// Received is what came of one frame. A link keeps one and uses it again.
type Received struct {
	Queries  []Query
	Refusals []Refusal
	// Repeats counts messages that were received before.
	Repeats int
	// Created tells that this message made the session, and Evicted names the
	// bound for which another one had to make room, "" if none had to.
	Created bool
	Evicted string
	// DestroyKey is the msg_id of a destroy_auth_key, 0 if there was none; it is
	// answered by KeyDestroyed.
	DestroyKey int64
	// DisconnectAfter is what ping_delay_disconnect asked for, 0 if it did not.
	DisconnectAfter time.Duration

	// Wait is how long an HTTP response may wait; over TCP it has no meaning.
	Wait HTTPWait

	// Accepted tells that the message belongs to a session now. One that does not
	// is refused, and a session that only it would have made does not exist.
	Accepted bool

	// Acked are the queries whose answers the client acknowledged.
	Acked []int64
	// Believed are hostile cases whose messages the client acknowledged.
	Believed []string

	destroy   []destroy
	undecided bool
	packed    bool // what is taken is in a container
}

type destroy struct{ request, session int64 }

func (r *Received) reset() {
	*r = Received{Wait: defaultWait, Queries: r.Queries[:0], Refusals: r.Refusals[:0], Acked: r.Acked[:0], destroy: r.destroy[:0]}
}

func (r *Received) refuse(id int64, code int, reason string) {
	r.Refusals = append(r.Refusals, Refusal{MsgID: id, Code: code, Reason: reason})
}

// receive takes one message with its salt. The caller holds no lock.
func (s *Session) receive(now time.Time, salt int64, m Message, sink Sink, r *Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuses(now, salt, m, sink, r) {
		return
	}
	r.Accepted = true
	s.attach(sink, now)
	s.greet(now, m.MsgID, r)
	if typeID(m.Body) == proto.MessageContainerTypeID {
		s.container(now, m, sink, r)
		return
	}
	s.take(now, m, sink, r)
}

// refuses answers a message that is not taken, whatever it is. The caller holds the lock, or is
// the only one who knows the session.
func (s *Session) refuses(now time.Time, salt int64, m Message, sink Sink, r *Received) bool {
	if code, reason := checkMsgID(now, m.MsgID); code != 0 {
		s.badMsg(now, sink, m, code, reason, r)
		return true
	}
	if !s.salts.Valid(now, salt) {
		s.badSalt(now, sink, m, r)
		return true
	}
	return false
}

// greet announces a new session. first_msg_id lies a minute before the message:
// a client sends everything below it again, and what it sent in the same moment
// over several connections would be sent twice.
// https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
func (s *Session) greet(now time.Time, first int64, r *Received) {
	if s.greeted {
		return
	}
	s.greeted, r.Created = true, true
	s.send(now, encode(&mt.NewSessionCreated{
		FirstMsgID: first - int64(time.Minute/time.Second)<<32,
		UniqueID:   s.uniqueID,
		ServerSalt: s.salts.Current(now),
	}), true, 0)
}

func checkMsgID(now time.Time, id int64) (code int, reason string) {
	switch {
	case id&3 != 0:
		return codeIDParity, "msg_id is not divisible by four"
	case id < msgIDAt(now.Add(-maxAge)):
		return codeIDLow, "msg_id is more than 300 s old"
	case id > msgIDAt(now.Add(maxAhead)):
		return codeIDHigh, "msg_id is more than 30 s ahead"
	}
	return 0, ""
}

// take handles one message that is no container.
func (s *Session) take(now time.Time, m Message, sink Sink, r *Received) {
	if old := s.window.find(m.MsgID); old != nil {
		s.repeat(now, *old, m, r)
		return
	}
	if m.MsgID <= s.window.floor {
		s.badMsg(now, sink, m, codeIDOld, "msg_id is older than all that are remembered: Window", r)
		return
	}
	id := typeID(m.Body)
	if code, reason := s.checkSeqno(m, id); code != 0 {
		s.badMsg(now, sink, m, code, reason, r)
		return
	}
	entry := received{id: m.MsgID, seqno: m.SeqNo, status: statusSeen, packed: r.packed}
	if isService(id) {
		s.window.add(entry)
		s.service(now, id, m, r)
		return
	}
	entry.status, entry.undecided = statusRunning, r.undecided
	s.window.add(entry)
	s.needAck(m.MsgID)
	r.Queries = append(r.Queries, Query{MsgID: m.MsgID, Body: m.Body})
}

func (s *Session) checkSeqno(m Message, id uint32) (int, string) {
	odd := m.SeqNo&1 == 1
	switch {
	case !isService(id) && !odd:
		return codeSeqnoNotOdd, "a query needs an odd seqno"
	case odd && id == proto.MessageContainerTypeID:
		// An odd msgs_ack is let through: mtcute sends each of its own that way,
		// and lives with Telegram's servers.
		return codeSeqnoNotEven, "containers need an even seqno"
	}
	switch code := s.window.seqnoCode(m.MsgID, m.SeqNo); code {
	case codeSeqnoLow:
		return code, "seqno is lower than that of an older message"
	case codeSeqnoHigh:
		return code, "seqno is higher than that of a newer message"
	}
	return 0, ""
}

// repeat answers a message that came before: with the same answer while it is
// kept, else with an acknowledgement. A query is never run again. Answers to the
// session's own messages are not kept, and those that change nothing are answered
// anew.
func (s *Session) repeat(now time.Time, old received, m Message, r *Received) {
	r.Repeats++
	id := typeID(m.Body)
	switch {
	case old.status == statusSilenced:
	case old.status == statusAnswered && s.repeatAnswer(now, old):
	case old.status == statusSeen && isQuestion(id):
		s.service(now, id, m, r)
	case old.seqno&1 == 1 && !slices.Contains(s.acks, old.id): // one that is dropped must be gone
		s.needAck(old.id)
	}
}

func (s *Session) repeatAnswer(now time.Time, old received) bool {
	m := s.out.find(old.answer)
	if m == nil {
		s.missing(now, old.answer)
	}
	return m != nil && s.again(m)
}

// container takes a container as a whole or not at all.
// https://core.telegram.org/mtproto/service_messages#containers
func (s *Session) container(now time.Time, c Message, sink Sink, r *Received) {
	if s.window.find(c.MsgID) != nil {
		s.badMsg(now, sink, c, codeIDContainer, "a container's msg_id was received before", r)
		return
	}
	if c.MsgID <= s.window.floor {
		s.badMsg(now, sink, c, codeIDOld, "msg_id is older than all that are remembered: Window", r)
		return
	}
	messages, reason := splitContainer(c)
	if reason != "" {
		s.badMsg(now, sink, c, codeContainer, reason, r)
		return
	}
	if code, reason := s.checkSeqno(c, proto.MessageContainerTypeID); code == codeSeqnoNotEven {
		s.badMsg(now, sink, c, code, reason, r)
		return
	}
	r.packed = true
	for _, m := range messages {
		s.take(now, m, sink, r)
	}
	s.window.add(received{id: c.MsgID, seqno: c.SeqNo, status: statusSeen, packs: true})
}

func splitContainer(c Message) (messages []Message, reason string) {
	b := bin.Buffer{Buf: c.Body[bin.Word:]}
	n, err := b.Int32()
	if err != nil || n < 0 || n > MaxContainer {
		return nil, fmt.Sprintf("a container claims %d messages; it holds 0 to %d", n, MaxContainer)
	}
	const head = 16 // msg_id, seqno, bytes
	for range n {
		if len(b.Buf) < head {
			return nil, "a container holds fewer messages than it says"
		}
		m := Message{
			MsgID: int64(binary.LittleEndian.Uint64(b.Buf)),
			SeqNo: int32(binary.LittleEndian.Uint32(b.Buf[8:])),
		}
		size := int32(binary.LittleEndian.Uint32(b.Buf[12:]))
		b.Skip(head)
		if size < bin.Word || size%bin.Word != 0 || int(size) > len(b.Buf) {
			return nil, "a message of a container has a wrong length"
		}
		m.Body = b.Buf[:size:size]
		b.Skip(int(size))
		switch {
		case m.MsgID >= c.MsgID:
			return nil, "a message of a container has a higher msg_id than the container"
		case m.MsgID&3 != 0:
			return nil, "a message of a container has a msg_id that is not divisible by four"
		case typeID(m.Body) == proto.MessageContainerTypeID:
			return nil, "a container holds a container"
		}
		messages = append(messages, m)
	}
	if len(b.Buf) > 0 {
		return nil, "a container holds more bytes than its messages"
	}
	return messages, ""
}

// badMsg refuses a message over the link that it came from, which for an
// unknown session is the only one there is.
func (s *Session) badMsg(now time.Time, sink Sink, m Message, code int, reason string, r *Received) {
	r.refuse(m.MsgID, code, reason)
	s.notify(now, sink, encode(&mt.BadMsgNotification{BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: code}))
}

func (s *Session) badSalt(now time.Time, sink Sink, m Message, r *Received) {
	r.refuse(m.MsgID, CodeSalt, "wrong server salt")
	s.notify(now, sink, encode(&mt.BadServerSalt{
		BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: CodeSalt, NewServerSalt: s.salts.Current(now),
	}))
}

func (s *Session) notify(now time.Time, sink Sink, body []byte) {
	sink.Deliver(s, Outgoing{MsgID: s.nextMsgID(now, parityAnswer), SeqNo: s.nextSeqno(false), Body: body})
}

func typeID(body []byte) uint32 {
	if len(body) < bin.Word {
		return 0
	}
	return binary.LittleEndian.Uint32(body)
}

func encode(v bin.Encoder) []byte {
	b := bin.Buffer{Buf: make([]byte, 0, 64)} // enough for all but lists
	if err := v.Encode(&b); err != nil {
		panic("session: encoding a service message: " + err.Error()) // our own value: cannot fail
	}
	return b.Buf
}
