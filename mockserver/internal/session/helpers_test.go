package session

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

// fakeLink keeps what is delivered to it, as long as it is open.
type fakeLink struct {
	number int64
	closed bool
	got    []Outgoing
}

func (l *fakeLink) Number() int64 { return l.number }

func (l *fakeLink) Deliver(_ *Session, m Outgoing) bool {
	if l.closed {
		return false
	}
	l.got = append(l.got, m)
	return true
}

// take returns what was delivered since the last call, in words.
func (l *fakeLink) take(t testing.TB) []string {
	t.Helper()
	var words []string
	for _, m := range l.got {
		words = append(words, describe(t, m))
	}
	l.got = nil
	return words
}

// client is an honest client of one session; tests break its messages.
type client struct {
	t       testing.TB
	table   *Table
	salts   *Salts
	now     time.Time
	session int64
	link    *fakeLink
	lastID  int64
	content int32
	got     Received
}

const testKey = 77

var (
	testLimits = Limits{Window: 100, Outbox: 8, OutboxBytes: 1 << 10}
	testTable  = TableLimits{Sessions: 100, PerKey: 10, TTL: time.Hour}
	testStart  = time.Unix(1_700_000_000, 0)
)

func newClient(t testing.TB) *client {
	return &client{
		t: t, now: testStart, session: 5, link: &fakeLink{number: 1},
		table: NewTable(testLimits, testTable, bytes.NewReader(bytes.Repeat([]byte{9}, 1<<16))),
		salts: NewSalts([]byte("auth key"), 1234, testStart),
	}
}

// begun returns a client whose session exists, with nothing outstanding.
func begun(t testing.TB) *client {
	t.Helper()
	c := newClient(t)
	c.send(c.content1(ping(1)))
	require.True(t, c.got.Created)
	for _, m := range c.link.got {
		c.ackOf(m.MsgID)
	}
	c.link.got = nil
	return c
}

// id takes the next msg_id of the client's clock.
func (c *client) id() int64 {
	c.lastID = max(msgIDAt(c.now), c.lastID+4)
	return c.lastID
}

// content1 makes a content-related message, plain one that is not.
func (c *client) content1(body []byte) Message {
	m := Message{MsgID: c.id(), SeqNo: 2*c.content + 1, Body: body}
	c.content++
	return m
}

func (c *client) plain(body []byte) Message {
	return Message{MsgID: c.id(), SeqNo: 2 * c.content, Body: body}
}

// send hands a message over with the current salt.
func (c *client) send(m Message) *Session {
	return c.sendWith(m, c.salts.Current(c.now))
}

func (c *client) sendWith(m Message, salt int64) *Session {
	return c.table.Receive(c.now, Incoming{
		Key: testKey, Salts: c.salts, SessionID: c.session, Salt: salt, Message: m,
	}, c.link, &c.got)
}

// query sends a query and returns its msg_id; it must be accepted.
func (c *client) query() (*Session, int64) {
	c.t.Helper()
	m := c.content1(aQuery)
	s := c.send(m)
	require.Equal(c.t, []int64{m.MsgID}, c.queries())
	return s, m.MsgID
}

func (c *client) queries() []int64 {
	var ids []int64
	for _, q := range c.got.Queries {
		ids = append(ids, q.MsgID)
	}
	return ids
}

// ackOf acknowledges messages of the server's.
func (c *client) ackOf(ids ...int64) {
	c.send(c.plain(encode(&mt.MsgsAck{MsgIDs: ids})))
}

// reconnect closes the link in good order and opens the next.
func (c *client) reconnect(s *Session) *fakeLink {
	old := c.link
	old.closed = true
	s.Detach(old)
	c.link = &fakeLink{number: old.number + 1}
	return old
}

var aQuery = []byte{1, 2, 3, 4, 5, 6, 7, 8}

func ping(id int64) []byte { return encode(&mt.PingRequest{PingID: id}) }

// packed is a container of messages.
func packed(messages ...Message) []byte {
	var c proto.MessageContainer
	for _, m := range messages {
		c.Messages = append(c.Messages, proto.Message{ID: m.MsgID, SeqNo: int(m.SeqNo), Bytes: len(m.Body), Body: m.Body})
	}
	return encode(&c)
}

// numbered checks what every message keeps to: a result and the notice of a new
// session are content-related, and their seqnos odd; what answers has the lowest bits 1.
func numbered(t testing.TB, m Outgoing) {
	t.Helper()
	id := typeID(m.Body)
	content := id == proto.ResultTypeID || id == mt.NewSessionCreatedTypeID
	require.Equal(t, content, m.SeqNo&1 == 1, "seqno %d of %#x", m.SeqNo, id)
	switch {
	case id == mt.MsgsAckTypeID || id == mt.NewSessionCreatedTypeID:
		require.Zero(t, m.Request)
		require.EqualValues(t, 3, m.MsgID&3, "it answers nothing")
	case m.Request != 0:
		require.EqualValues(t, 1, m.MsgID&3, "it answers")
	}
}

// describe says in words what a message is: what a client would see in it.
func describe(t testing.TB, m Outgoing) string {
	t.Helper()
	numbered(t, m)
	b := &bin.Buffer{Buf: m.Body}
	decode := func(v bin.Decoder) {
		t.Helper()
		require.NoError(t, v.Decode(b))
		require.Zero(t, b.Len(), "nothing behind the message")
	}
	switch id := typeID(m.Body); id {
	case mt.BadMsgNotificationTypeID:
		var v mt.BadMsgNotification
		decode(&v)
		return fmt.Sprintf("bad_msg %d", v.ErrorCode)
	case mt.BadServerSaltTypeID:
		var v mt.BadServerSalt
		decode(&v)
		return fmt.Sprintf("bad_salt %d", v.ErrorCode)
	case mt.NewSessionCreatedTypeID:
		var v mt.NewSessionCreated
		decode(&v)
		return "new_session"
	case mt.PongTypeID:
		var v mt.Pong
		decode(&v)
		return fmt.Sprintf("pong %d", v.PingID)
	case mt.MsgsAckTypeID:
		var v mt.MsgsAck
		decode(&v)
		return fmt.Sprintf("ack of %d", len(v.MsgIDs))
	case mt.FutureSaltsTypeID:
		var v mt.FutureSalts
		decode(&v)
		return fmt.Sprintf("%d salts", len(v.Salts))
	case mt.MsgsStateInfoTypeID:
		var v mt.MsgsStateInfo
		decode(&v)
		return fmt.Sprintf("states %v", v.Info)
	case mt.DestroySessionOkTypeID:
		return "destroyed"
	case mt.DestroySessionNoneTypeID:
		return "nothing to destroy"
	case proto.ResultTypeID:
		var v proto.Result
		decode(&v)
		require.Equal(t, m.Request, v.RequestMessageID)
		return "result of " + resultOf(v.Result)
	default:
		return fmt.Sprintf("%q", m.Body)
	}
}

func resultOf(body []byte) string {
	switch typeID(body) {
	case mt.RPCAnswerUnknownTypeID:
		return "rpc_answer_unknown"
	case mt.RPCAnswerDroppedRunningTypeID:
		return "rpc_answer_dropped_running"
	case mt.RPCAnswerDroppedTypeID:
		return "rpc_answer_dropped"
	}
	return string(body)
}

// answer is an rpc_result with text for a body.
func answer(request int64, text string) []byte {
	return encode(&proto.Result{RequestMessageID: request, Result: []byte(text)})
}

// long reads the first number of a message, which says what it is about.
func long(body []byte) int64 { return int64(binary.LittleEndian.Uint64(body[4:])) }
