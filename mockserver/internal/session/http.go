package session

import (
	"encoding/binary"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// HTTPWait says when the response to an HTTP request is due: after MaxDelay from
// the first message for the session, WaitAfter from the latest, or MaxWait from
// the request, whichever comes first. Without a message only MaxWait counts.
// https://core.telegram.org/mtproto/service_messages#http-wait-long-poll
type HTTPWait struct{ MaxDelay, WaitAfter, MaxWait time.Duration }

// defaultWait is for requests without http_wait, by the same page.
var defaultWait = HTTPWait{MaxWait: 25000 * time.Millisecond}

// httpWait notes an http_wait; of several in a container the last counts.
func httpWait(b *bin.Buffer, r *Received) error {
	var q mt.HTTPWaitRequest
	if err := q.Decode(b); err != nil {
		return err
	}
	ms := func(n int) time.Duration { return time.Duration(max(0, n)) * time.Millisecond }
	r.Wait = HTTPWait{MaxDelay: ms(q.MaxDelay), WaitAfter: ms(q.WaitAfter), MaxWait: ms(q.MaxWait)}
	return nil
}

// MaxPacked is how many messages go into one container.
// https://core.telegram.org/mtproto/service_messages#simple-container
const MaxPacked = MaxContainer

// Pack makes one message of several, as an HTTP response needs it: a container
// with a msg_id above all that are in it, which keep their own. One message
// stays as it is, and none make an empty container.
// https://core.telegram.org/mtproto/service_messages#simple-container
func (s *Session) Pack(now time.Time, messages []Outgoing) Outgoing {
	if len(messages) == 1 {
		return messages[0]
	}
	size := 2 * bin.Word
	spoil := false // one message of a response cannot be spoilt alone
	for _, m := range messages {
		size += containerHead + len(m.Body)
		spoil = spoil || m.Spoil
	}
	body := make([]byte, 0, size)
	body = binary.LittleEndian.AppendUint32(body, proto.MessageContainerTypeID)
	body = binary.LittleEndian.AppendUint32(body, uint32(len(messages)))
	for _, m := range messages {
		body = binary.LittleEndian.AppendUint64(body, uint64(m.MsgID))
		body = binary.LittleEndian.AppendUint32(body, uint32(m.SeqNo))
		body = binary.LittleEndian.AppendUint32(body, uint32(len(m.Body)))
		body = append(body, m.Body...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return Outgoing{MsgID: s.nextMsgID(now, parityOther), SeqNo: s.nextSeqno(false), Body: body, Spoil: spoil}
}

// containerHead is what stands before each message of a container, in bytes:
// msg_id, seqno and length.
const containerHead = 8 + 4 + 4
