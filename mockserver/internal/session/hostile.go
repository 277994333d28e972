package session

import (
	"encoding/binary"
	"time"

	"github.com/gotd/td/proto"
)

// maxLies bounds how many lies a session remembers.
const maxLies = 64

// Lie sends a message that breaks a rule, by the name of a hostile case: a client
// has to throw it away. The query it seems to answer stays unanswered, and nothing
// of it is kept. It returns false if the query needs no answer any more.
func (s *Session) Lie(now time.Time, request int64, body []byte, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.due(request); !ok {
		return false
	}
	before := s.oldMsgID()
	defer func(sent [3]int64) { s.recent = sent }(s.recent) // no lie has the msg_id that it was given
	m := Outgoing{MsgID: s.nextMsgID(now, parityAnswer), SeqNo: s.nextSeqno(true), Body: body, Request: request, Hostile: name}
	lie := m.MsgID
	const second = int64(1) << 32
	switch name {
	case "msg-id-even":
		m.MsgID--
		lie = m.MsgID
	case "msg-id-repeated":
		m.MsgID, lie = before, 0 // its acknowledgement may be that of the message before
	case "msg-id-old":
		m.MsgID -= 600 * second
		lie = m.MsgID
	case "msg-id-future":
		m.MsgID += 120 * second
		lie = m.MsgID
	case "container-in-container":
		m.Body = box(lie, m.SeqNo, len(body), body)
		m.Body = box(s.nextMsgID(now, parityAnswer), m.SeqNo+1, len(m.Body), m.Body)
		m.MsgID, m.SeqNo = s.nextMsgID(now, parityAnswer), m.SeqNo+1
	case "container-beyond":
		m.Body = box(lie, m.SeqNo, len(body)+64, body)
		m.MsgID, m.SeqNo = s.nextMsgID(now, parityAnswer), m.SeqNo+1
	}
	if lie != 0 {
		if s.lies == nil || len(s.lies) >= maxLies {
			s.lies = map[int64]string{}
		}
		s.lies[lie] = name
	}
	s.deliver(&m)
	return true
}

// box is a container with one message. https://core.telegram.org/mtproto/service_messages#containers
func box(id int64, seqno int32, length int, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, proto.MessageContainerTypeID)
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = binary.LittleEndian.AppendUint64(b, uint64(id))
	b = binary.LittleEndian.AppendUint32(b, uint32(seqno))
	b = binary.LittleEndian.AppendUint32(b, uint32(length))
	return append(b, body...)
}
