package session

import (
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

// service answers what is for the session itself; what does not decode it leaves alone.
func (n *naive) service(now time.Time, h *heard, m Message) {
	b := &bin.Buffer{Buf: m.Body}
	bad := func(v bin.Decoder) bool {
		if v.Decode(b) != nil {
			n.result.codes = append(n.result.codes, 0)
			return true
		}
		return false
	}
	switch typeID(m.Body) {
	case mt.PingRequestTypeID:
		var q mt.PingRequest
		if !bad(&q) {
			n.reply(&mt.Pong{MsgID: m.MsgID, PingID: q.PingID}, m.MsgID)
		}
	case mt.PingDelayDisconnectRequestTypeID:
		var q mt.PingDelayDisconnectRequest
		if !bad(&q) {
			n.result.disconnect = time.Duration(max(1, q.DisconnectDelay)) * time.Second
			n.reply(&mt.Pong{MsgID: m.MsgID, PingID: q.PingID}, m.MsgID)
		}
	case mt.MsgsAckTypeID:
		var q mt.MsgsAck
		if !bad(&q) {
			n.acknowledged(q.MsgIDs)
		}
	case mt.GetFutureSaltsRequestTypeID:
		var q mt.GetFutureSaltsRequest
		if !bad(&q) {
			n.futureSalts(now, m.MsgID, q.Num)
		}
	case mt.MsgsStateReqTypeID:
		var q mt.MsgsStateReq
		if !bad(&q) {
			n.reply(&mt.MsgsStateInfo{ReqMsgID: m.MsgID, Info: n.states(q.MsgIDs)}, m.MsgID)
		}
	case mt.MsgResendReqTypeID:
		var q mt.MsgResendReq
		if !bad(&q) {
			n.resendRequest(m.MsgID, q.MsgIDs)
		}
	case mt.RPCDropAnswerRequestTypeID:
		var q mt.RPCDropAnswerRequest
		if !bad(&q) {
			n.drop(now, h, q.ReqMsgID)
		}
	default: // http_wait, and what tells the server of its own messages
		if m.SeqNo%2 != 0 {
			n.acks = append(n.acks, m.MsgID)
		}
	}
}

func (n *naive) acknowledged(ids []int64) {
	for _, id := range ids {
		if s := n.unackedByID(id); s != nil {
			n.acknowledge(s)
			if s.request != 0 {
				n.result.acked = append(n.result.acked, s.request)
			}
		}
	}
}

// futureSalts: 1 to 64 of them, the one in use first.
func (n *naive) futureSalts(now time.Time, request int64, num int) {
	num = min(max(num, 1), 64)
	v := &mt.FutureSalts{ReqMsgID: request, Now: int(now.Unix())}
	for _, s := range n.salts {
		inUse := int64(s.ValidUntil)-now.Unix() > 1800
		if inUse && len(v.Salts) < num {
			v.Salts = append(v.Salts, s)
		}
	}
	n.reply(v, request)
}

// states: 1 nothing is known, 2 not received, 3 not received and above all that were,
// 4 received, and then 8 acknowledged, 16 not to be acknowledged, 32 a query, 64 with an
// answer.
func (n *naive) states(ids []int64) []byte {
	highest := int64(0)
	for _, h := range n.heard {
		highest = max(highest, h.id)
	}
	var info []byte
	for _, id := range ids {
		h := n.find(id)
		switch {
		case h == nil && id <= 0:
			info = append(info, 1)
		case h == nil && id > highest:
			info = append(info, 3)
		case h == nil:
			info = append(info, 2)
		default:
			v := [...]byte{statusSeen: 4, statusRunning: 4 + 32, statusAnswered: 4 + 32 + 64, statusSilenced: 4 + 32}[h.status]
			if h.seqno%2 == 0 {
				v += 16
			} else if h.acked || h.status == statusAnswered {
				v += 8
			}
			info = append(info, v)
		}
	}
	return info
}

// resendRequest: what is still there is sent, and if anything is not, the state of all.
func (n *naive) resendRequest(request int64, ids []int64) {
	missing := false
	for _, id := range ids {
		if s := n.unackedByID(id); s == nil || !n.again(s) {
			missing = true
		}
	}
	if missing {
		n.reply(&mt.MsgsStateInfo{ReqMsgID: request, Info: n.states(ids)}, request)
	}
}
