package session

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// isService tells whether a message is for the session itself.
func isService(id uint32) bool {
	switch id {
	case mt.MsgsAckTypeID, mt.PingRequestTypeID, mt.PingDelayDisconnectRequestTypeID,
		mt.GetFutureSaltsRequestTypeID, mt.MsgsStateReqTypeID, mt.MsgResendReqTypeID,
		mt.RPCDropAnswerRequestTypeID, mt.DestroySessionRequestTypeID, mt.HTTPWaitRequestTypeID, destroyAuthKeyID,
		mt.MsgsStateInfoTypeID, mt.MsgsAllInfoTypeID, mt.MsgDetailedInfoTypeID, mt.MsgNewDetailedInfoTypeID:
		return true
	}
	return false
}

// isQuestion tells whether a service message changes nothing and wants an answer.
func isQuestion(id uint32) bool {
	switch id {
	case mt.PingRequestTypeID, mt.PingDelayDisconnectRequestTypeID,
		mt.GetFutureSaltsRequestTypeID, mt.MsgsStateReqTypeID, mt.MsgResendReqTypeID:
		return true
	}
	return false
}

// pong is encoded by hand: no message is more frequent.
// https://core.telegram.org/mtproto/service_messages#ping-messages-pingpong
func pong(msgID, pingID int64) []byte {
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+8+8), mt.PongTypeID)
	b = binary.LittleEndian.AppendUint64(b, uint64(msgID))
	return binary.LittleEndian.AppendUint64(b, uint64(pingID))
}

// service answers a service message. One that does not decode is refused without
// an answer: the page knows no error for it.
func (s *Session) service(now time.Time, id uint32, m Message, r *Received) {
	b := &bin.Buffer{Buf: m.Body}
	var err error
	switch id {
	case mt.MsgsAckTypeID:
		err = s.acknowledged(b, m, r)
	case mt.PingRequestTypeID:
		var q mt.PingRequest
		if err = q.Decode(b); err == nil {
			s.reply(now, pong(m.MsgID, q.PingID), m.MsgID)
		}
	case mt.PingDelayDisconnectRequestTypeID:
		var q mt.PingDelayDisconnectRequest
		if err = q.Decode(b); err == nil {
			r.DisconnectAfter = time.Duration(max(1, q.DisconnectDelay)) * time.Second
			s.reply(now, pong(m.MsgID, q.PingID), m.MsgID)
		}
	case mt.GetFutureSaltsRequestTypeID:
		var q mt.GetFutureSaltsRequest
		if err = q.Decode(b); err == nil {
			s.futureSalts(now, m.MsgID, q.Num)
		}
	case mt.MsgsStateReqTypeID:
		err = s.stateRequest(now, b, m, r)
	case mt.MsgResendReqTypeID:
		err = s.resendRequest(now, b, m, r)
	case mt.RPCDropAnswerRequestTypeID:
		var q mt.RPCDropAnswerRequest
		if err = q.Decode(b); err == nil {
			s.dropAnswer(now, m.MsgID, q.ReqMsgID)
		}
	case destroyAuthKeyID:
		r.DestroyKey = m.MsgID
	case mt.DestroySessionRequestTypeID:
		var q mt.DestroySessionRequest
		if err = q.Decode(b); err == nil {
			r.destroy = append(r.destroy, destroy{m.MsgID, q.SessionID})
		}
	case mt.HTTPWaitRequestTypeID:
		err = httpWait(b, r)
		if m.SeqNo&1 == 1 {
			s.needAck(m.MsgID)
		}
	default: // what tells us of our own messages: nothing to do
		if m.SeqNo&1 == 1 {
			s.needAck(m.MsgID)
		}
	}
	if err != nil {
		r.refuse(m.MsgID, 0, "service message does not decode: "+err.Error())
	}
}

func (s *Session) acknowledged(b *bin.Buffer, m Message, r *Received) error {
	var q mt.MsgsAck
	if err := q.Decode(b); err != nil {
		return err
	}
	for _, id := range r.atMost(m, q.MsgIDs) {
		if name, lie := s.lies[id]; lie {
			r.Believed = append(r.Believed, name)
			delete(s.lies, id)
		}
		if request := s.out.acknowledge(id); request != 0 {
			r.Acked = append(r.Acked, request)
		}
	}
	return nil
}

// atMost leaves out the ids that are too many for one message.
func (r *Received) atMost(m Message, ids []int64) []int64 {
	if len(ids) <= MaxIDs {
		return ids
	}
	r.refuse(m.MsgID, 0, fmt.Sprintf("a list of %d ids: only the first %d are looked at", len(ids), MaxIDs))
	return ids[:MaxIDs]
}

// futureSalts answers with 1 to 64 salts; some clients ask for more.
// https://core.telegram.org/mtproto/service_messages#request-for-several-future-salts
func (s *Session) futureSalts(now time.Time, request int64, n int) {
	n = min(max(n, 1), MaxSalts)
	s.reply(now, encode(&mt.FutureSalts{ReqMsgID: request, Now: int(now.Unix()), Salts: s.salts.Future(now, n)}), request)
}

// State bits of msgs_state_info.
// https://core.telegram.org/mtproto/service_messages_about_messages#informational-message-regarding-status-of-messages
const (
	stateUnknown      = 1  // so old that nothing is known
	stateNotReceived  = 2  // not received, though the id is in range
	stateTooHigh      = 3  // not received, the id is above all received
	stateReceived     = 4  // received
	stateAcknowledged = 8  // and acknowledged
	stateNoAck        = 16 // and in no need of it
	stateQuery        = 32 // a query, being run or done
	stateAnswered     = 64 // and answered
)

// reply answers a service message, which acknowledges it. The answer is not kept.
func (s *Session) reply(now time.Time, body []byte, request int64) {
	s.send(now, body, false, request)
	if e := s.window.find(request); e != nil {
		e.acked = true
	}
}

func (s *Session) states(ids []int64) []byte {
	info := make([]byte, len(ids))
	for i, id := range ids {
		info[i] = s.state(id)
	}
	return info
}

func (s *Session) state(id int64) byte {
	e := s.window.find(id)
	if e == nil {
		n := len(s.window.entries)
		switch {
		case id <= s.window.floor:
			return stateUnknown
		case n == 0 || id > s.window.entries[n-1].id:
			return stateTooHigh
		}
		return stateNotReceived
	}
	v := byte(stateReceived)
	switch {
	case e.seqno&1 == 0:
		v |= stateNoAck
	case e.acked, e.status == statusAnswered: // the result of a query is an acknowledgement
		v |= stateAcknowledged
	}
	switch e.status {
	case statusAnswered:
		v |= stateQuery | stateAnswered
	case statusRunning, statusSilenced:
		v |= stateQuery
	}
	return v
}

func (s *Session) stateRequest(now time.Time, b *bin.Buffer, m Message, r *Received) error {
	var q mt.MsgsStateReq
	if err := q.Decode(b); err != nil {
		return err
	}
	ids := r.atMost(m, q.MsgIDs)
	s.reply(now, encode(&mt.MsgsStateInfo{ReqMsgID: m.MsgID, Info: s.states(ids)}), m.MsgID)
	return nil
}

// resendRequest sends what is still in the outbox again, and the state of all
// if anything is not there.
// https://core.telegram.org/mtproto/service_messages_about_messages#explicit-request-to-re-send-messages
func (s *Session) resendRequest(now time.Time, b *bin.Buffer, m Message, r *Received) error {
	var q mt.MsgResendReq
	if err := q.Decode(b); err != nil {
		return err
	}
	ids := r.atMost(m, q.MsgIDs)
	missing := false
	for _, id := range ids {
		out := s.out.find(id)
		if out == nil {
			s.missing(now, id)
		}
		if out == nil || !s.again(out) {
			missing = true
		}
	}
	if missing {
		s.reply(now, encode(&mt.MsgsStateInfo{ReqMsgID: m.MsgID, Info: s.states(ids)}), m.MsgID)
	}
	return nil
}

// dropAnswer implements rpc_drop_answer.
// https://core.telegram.org/mtproto/service_messages#cancellation-of-an-rpc-query
func (s *Session) dropAnswer(now time.Time, request, query int64) {
	var answer bin.Encoder = &mt.RPCAnswerUnknown{}
	if e := s.window.find(query); e != nil {
		switch e.status {
		case statusRunning:
			answer = &mt.RPCAnswerDroppedRunning{}
			e.status = statusSilenced
		case statusAnswered:
			if out := s.out.find(e.answer); out != nil {
				answer = &mt.RPCAnswerDropped{MsgID: out.MsgID, SeqNo: int(out.SeqNo), Bytes: len(out.Body)}
				s.out.acknowledge(out.MsgID)
			}
		}
	}
	m := s.send(now, encode(&proto.Result{RequestMessageID: request, Result: encode(answer)}), true, request)
	s.settle(s.window.find(request), request, statusAnswered, m.MsgID)
}

// Constructors that gotd's mt does not have.
// https://core.telegram.org/method/destroy_auth_key
const (
	destroyAuthKeyID     = 0xd1435160
	destroyAuthKeyOkID   = 0xf660e1d4
	destroyAuthKeyNoneID = 0x0a9f2259
	destroyAuthKeyFailID = 0xea109b13
)

// KeyFate is what became of a key that was to be destroyed.
type KeyFate int

// Fates of keys.
const (
	KeyGone    KeyFate = iota
	KeyMissing         // it was not there
	KeyStays           // that it is gone could not be kept
)

// KeyDestroyed answers destroy_auth_key.
func (s *Session) KeyDestroyed(now time.Time, request int64, fate KeyFate) {
	id := [...]uint32{KeyGone: destroyAuthKeyOkID, KeyMissing: destroyAuthKeyNoneID, KeyStays: destroyAuthKeyFailID}[fate]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply(now, binary.LittleEndian.AppendUint32(nil, id), request)
}
