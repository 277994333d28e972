package session

import (
	"github.com/gotd/td/mt"
)

// message makes a message of any kind with any msg_id and seqno.
func (p *program) message() Message {
	body, content := p.body()
	m := Message{SeqNo: 2 * p.content, Body: body}
	if content {
		m.SeqNo++
		p.content++
	}
	switch how := p.next() % 16; how {
	default:
		m.MsgID = p.id()
	case 10:
		if len(p.held) == 0 {
			p.hold()
		}
		m.MsgID, m.SeqNo = p.held[0].MsgID, p.held[0].SeqNo
		p.held = p.held[1:]
	case 11:
		m.MsgID = p.id() + 1 + int64(p.next()%3)
	case 12, 13, 14, 15: // on both sides of both borders
		m.MsgID = (p.now.Unix()+[]int64{-301, 31, -300, 30}[how-12])<<32 - 4*int64(p.next()%2)
	}
	m.SeqNo += []int32{0, 0, 0, 0, 0, -1, -2, 2}[p.next()%8]
	if !isService(typeID(body)) && m.SeqNo%2 != 0 {
		p.queries = append(p.queries, m.MsgID)
	}
	return m
}

// body returns one, and whether it is content-related.
func (p *program) body() ([]byte, bool) {
	switch p.next() % 14 {
	default:
		return aQuery, true
	case 2:
		return encode(&mt.PingRequest{PingID: int64(p.next())}), true
	case 3:
		return encode(&mt.PingDelayDisconnectRequest{PingID: 1, DisconnectDelay: p.next() - 5}), true
	case 4:
		return encode(&mt.MsgsAck{MsgIDs: p.saidIDs()}), false
	case 5:
		return encode(&mt.GetFutureSaltsRequest{Num: p.next() - 5}), true
	case 6:
		return encode(&mt.MsgsStateReq{MsgIDs: []int64{pick(p, p.queries), pick(p, p.frames).MsgID, p.lastID + 4, 1}}), true
	case 7:
		return encode(&mt.MsgResendReq{MsgIDs: p.saidIDs()}), true
	case 8:
		return encode(&mt.RPCDropAnswerRequest{ReqMsgID: pick(p, p.queries)}), true
	case 9:
		return encode(&mt.HTTPWaitRequest{MaxWait: 1}), false
	case 10:
		return ping(1)[:4+4*(p.next()%2)], true // too short
	case 11:
		return encode(&mt.MsgsAllInfo{MsgIDs: []int64{1}, Info: []byte{4}}), true
	}
}

// saidIDs names one to three of the server's messages, or what is none.
func (p *program) saidIDs() (ids []int64) {
	for range 1 + p.next()%3 {
		id := int64(5)
		if s := pick(p, p.known); s != nil {
			id = s.id
		}
		ids = append(ids, id)
	}
	return ids
}

// packed makes a container, which the last byte of it may break.
func (p *program) packed() frame {
	f := frame{container: true}
	for range p.next() % 5 {
		m := p.message()
		f.broken = f.broken || m.MsgID%4 != 0
		f.inner = append(f.inner, m)
	}
	f.MsgID, f.SeqNo = p.id(), 2*p.content
	for _, m := range f.inner {
		f.broken = f.broken || m.MsgID >= f.MsgID
	}
	how := p.next()
	if how&64 != 0 {
		f.SeqNo++
	}
	f.Body = packed(f.inner...)
	if how%8 > 0 && how&128 != 0 {
		p.spoil(&f, how%8)
	}
	return f
}

func (p *program) spoil(f *frame, how int) {
	f.broken = true
	switch {
	case how < 3:
		f.Body = append(f.Body, make([]byte, 4*how)...)
	case how < 5:
		f.Body[4]++ // one more than there are
	case how == 5:
		f.Body = packed(append(f.inner, Message{MsgID: f.MsgID - 4, Body: packed()})...)
	case how == 6:
		f.Body = packed(append(f.inner, Message{MsgID: f.MsgID - 4, Body: make([]byte, 7)})...)
	default:
		f.Body = f.Body[:len(f.Body)-4]
	}
}
