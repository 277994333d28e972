package rawclient

import (
	"encoding/binary"
	"fmt"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

// receive acts on one message. What cannot be read is kept as unhandled: to
// judge a server is the caller's business.
func (c *Client) receive(m Message) {
	if c.opts.OnMessage != nil {
		c.opts.OnMessage(m)
	}
	fresh, again := c.fresh(m)
	if (fresh || again) && m.ContentRelated() && !c.opts.NoAcks {
		c.acknowledge(m.MsgID)
	}
	if !fresh {
		return
	}
	body, err := Gunzip(m.Body)
	if err != nil {
		c.keep(m)
		return
	}
	packed := m
	m.Body = body
	if !c.handle(m) {
		c.keep(packed)
	}
}

// handle returns false for messages that the client has no use for.
func (c *Client) handle(m Message) bool {
	if len(m.Body) < 12 {
		return false
	}
	// All of these begin with the msg_id they are about.
	about := int64(binary.LittleEndian.Uint64(m.Body[4:]))
	switch m.Constructor() {
	case idRPCResult:
		return c.settle(about, readResult(m.Body[12:]))
	case idPong, idFutureSalts, idStateInfo:
		return c.settle(about, outcome{body: m.Body})
	case idBadServerSalt:
		return c.badSalt(m.Body)
	case idBadMsg:
		return c.badMsg(m.Body)
	case idNewSession:
		return c.newSession(m.Body)
	case idMsgsAck:
		return true // the answer follows; nothing is resent before
	}
	return false
}

func readResult(body []byte) outcome {
	body, err := Gunzip(body)
	if err != nil {
		return outcome{err: err}
	}
	if (Message{Body: body}).Constructor() != idRPCError {
		return outcome{body: body}
	}
	var e mt.RPCError
	if err := e.Decode(&bin.Buffer{Buf: body}); err != nil {
		return outcome{err: fmt.Errorf("rawclient: unreadable rpc_error: %w", err)}
	}
	return outcome{err: &RPCError{Code: int32(e.ErrorCode), Message: e.ErrorMessage}}
}

func (c *Client) badSalt(body []byte) bool {
	var bad mt.BadServerSalt
	if err := bad.Decode(&bin.Buffer{Buf: body}); err != nil {
		return false
	}
	c.session.SetSalt(bad.NewServerSalt)
	// Nobody waits for it if it was an acknowledgement or sent by hand.
	c.settle(bad.BadMsgID, outcome{resend: true, err: &BadMsgError{
		MsgID: bad.BadMsgID, SeqNo: int32(bad.BadMsgSeqno), Code: int32(bad.ErrorCode),
	}})
	return true
}

func (c *Client) badMsg(body []byte) bool {
	var bad mt.BadMsgNotification
	if err := bad.Decode(&bin.Buffer{Buf: body}); err != nil {
		return false
	}
	return c.settle(bad.BadMsgID, outcome{err: &BadMsgError{
		MsgID: bad.BadMsgID, SeqNo: int32(bad.BadMsgSeqno), Code: int32(bad.ErrorCode),
	}})
}

func (c *Client) newSession(body []byte) bool {
	var n mt.NewSessionCreated
	if err := n.Decode(&bin.Buffer{Buf: body}); err != nil {
		return false
	}
	c.session.SetSalt(n.ServerSalt)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sessions) < maxUnhandled {
		c.sessions = append(c.sessions, NewSessionCreated{FirstMsgID: n.FirstMsgID, UniqueID: n.UniqueID, ServerSalt: n.ServerSalt})
	}
	return true
}

func (c *Client) keep(m Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.unhandled) == maxUnhandled {
		c.unhandled = c.unhandled[1:]
	}
	c.unhandled = append(c.unhandled, m)
}
