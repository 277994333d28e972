package session

import (
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

// https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
func TestNewSessionCreated(t *testing.T) {
	c := newClient(t)
	m := c.content1(aQuery)
	c.send(m)
	require.True(t, c.got.Created)
	require.Len(t, c.link.got, 1)
	out := c.link.got[0]
	require.EqualValues(t, 1, out.SeqNo, "it is content-related")
	require.EqualValues(t, 3, out.MsgID&3, "it answers nothing")
	var v mt.NewSessionCreated
	require.NoError(t, v.Decode(&bin.Buffer{Buf: out.Body}))
	require.Equal(t, m.MsgID-60<<32, v.FirstMsgID, "a minute before, or clients send again what is on its way")
	require.Equal(t, int64(0x0909090909090909), v.UniqueID, "what the table's randomness says")
	require.Equal(t, c.salts.Current(c.now), v.ServerSalt)

	c.send(c.content1(aQuery))
	require.False(t, c.got.Created)
	require.Len(t, c.link.got, 1, "once per session")
}

// https://core.telegram.org/mtproto/service_messages#ping-messages-pingpong
func TestPing(t *testing.T) {
	c := begun(t)
	m := c.content1(ping(42))
	c.send(m)
	require.Len(t, c.link.got, 1)
	require.EqualValues(t, 1, c.link.got[0].MsgID&3)
	require.EqualValues(t, 2, c.link.got[0].SeqNo, "only new_session_created came before, and it is not content-related")
	require.Equal(t, m.MsgID, long(c.link.got[0].Body), "it names the ping's msg_id")
	require.Equal(t, []string{"pong 42"}, c.link.take(t), "raw, not in a rpc_result")
	require.Zero(t, c.got.DisconnectAfter)
}

// https://core.telegram.org/mtproto/service_messages#deferred-connection-closure-ping
func TestPingDelayDisconnect(t *testing.T) {
	for asked, want := range map[int]time.Duration{75: 75 * time.Second, 0: time.Second, -1: time.Second, 1<<31 - 1: (1<<31 - 1) * time.Second} {
		c := begun(t)
		c.send(c.content1(encode(&mt.PingDelayDisconnectRequest{PingID: 1, DisconnectDelay: asked})))
		require.Equal(t, []string{"pong 1"}, c.link.take(t))
		require.Equal(t, want, c.got.DisconnectAfter)
		c.send(c.content1(ping(1)))
		require.Zero(t, c.got.DisconnectAfter, "what a former message asked for is not asked for again")
	}
}

func TestStateRequestIsBounded(t *testing.T) {
	c := begun(t)
	c.send(c.content1(encode(&mt.MsgsStateReq{MsgIDs: make([]int64, MaxIDs+1)})))
	var v mt.MsgsStateInfo
	require.NoError(t, v.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
	require.Len(t, v.Info, MaxIDs)
}

// https://core.telegram.org/mtproto/service_messages_about_messages#explicit-request-to-re-send-messages
func TestResendRequest(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	s.Answer(c.now, id, answer(id, "yes!"))
	sent := c.link.got[0].MsgID
	c.link.got = nil

	c.send(c.content1(encode(&mt.MsgResendReq{MsgIDs: []int64{sent}})))
	require.Equal(t, sent, c.link.got[0].MsgID)
	require.Equal(t, []string{"result of yes!"}, c.link.take(t))

	c.send(c.content1(encode(&mt.MsgResendReq{MsgIDs: []int64{id + 8000, sent}})))
	require.Equal(t, []string{"result of yes!", "states [3 2]"}, c.link.take(t), "the state of all if one is not there")

	many := make([]int64, MaxIDs)
	for i := range many {
		many[i] = sent
	}
	c.send(c.content1(encode(&mt.MsgResendReq{MsgIDs: many})))
	require.Equal(t, []string{"result of yes!"}, c.link.take(t), "a question of 64 KiB is not answered with gigabytes")

	c.ackOf(sent)
	c.send(c.content1(encode(&mt.MsgResendReq{MsgIDs: []int64{sent}})))
	require.Equal(t, []string{"states [2]"}, c.link.take(t), "what was acknowledged is gone")
}

// https://core.telegram.org/mtproto/service_messages#cancellation-of-an-rpc-query
func TestDropAnswer(t *testing.T) {
	drop := func(c *client, id int64) { c.send(c.content1(encode(&mt.RPCDropAnswerRequest{ReqMsgID: id}))) }

	c := begun(t)
	drop(c, 12345)
	require.Equal(t, []string{"result of rpc_answer_unknown"}, c.link.take(t))

	s, id := c.query()
	drop(c, id)
	require.Equal(t, []string{"result of rpc_answer_dropped_running"}, c.link.take(t))
	s.Answer(c.now, id, answer(id, "yes!"))
	require.Empty(t, c.link.take(t), "a dropped answer does not come")

	s, id = c.query()
	s.Answer(c.now, id, answer(id, "yes!"))
	sent := c.link.got[0]
	c.link.got = nil
	drop(c, id)
	require.Len(t, c.link.got, 1)
	require.EqualValues(t, 1, c.link.got[0].SeqNo&1, "a rpc_result is content-related")
	var result proto.Result
	require.NoError(t, result.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
	var v mt.RPCAnswerDropped
	require.NoError(t, v.Decode(&bin.Buffer{Buf: result.Result}))
	require.Equal(t, mt.RPCAnswerDropped{MsgID: sent.MsgID, SeqNo: int(sent.SeqNo), Bytes: len(sent.Body)}, v)
	c.link.got = nil
	drop(c, id)
	require.Equal(t, []string{"result of rpc_answer_unknown"}, c.link.take(t), "nothing is left to drop")
}

// https://core.telegram.org/mtproto/service_messages#request-to-destroy-session
func TestDestroySession(t *testing.T) {
	c := begun(t)
	other := *c
	other.session, other.link = 6, &fakeLink{number: 2}
	victim, id := other.query()
	other.link.got = nil

	destroy := func(id int64) { c.send(c.content1(encode(&mt.DestroySessionRequest{SessionID: id}))) }
	destroy(999)
	require.Equal(t, []string{"nothing to destroy"}, c.link.take(t))
	destroy(6)
	require.Equal(t, []string{"destroyed"}, c.link.take(t))
	require.True(t, victim.Ended())
	victim.Answer(c.now, id, answer(id, "late"))
	require.Empty(t, other.link.take(t), "a destroyed session says nothing any more")
	destroy(6)
	require.Equal(t, []string{"nothing to destroy"}, c.link.take(t))

	other.send(other.content1(aQuery))
	require.True(t, other.got.Created, "the id may be used again")

	destroy(5) // its own: the page leaves open what comes of it
	require.Equal(t, []string{"destroyed"}, c.link.take(t))
	c.send(c.content1(ping(1)))
	require.Equal(t, []string{"new_session", "pong 1"}, c.link.take(t))
}

// A session of another key is out of reach.
// https://core.telegram.org/mtproto/security_guidelines#checking-session-id
func TestSessionsBelongToTheirKey(t *testing.T) {
	c := begun(t)
	stranger := NewSalts([]byte("other key"), 1, c.now)
	var r Received
	in := Incoming{Key: 78, Salts: stranger, SessionID: c.session, Salt: 1, Message: Message{MsgID: c.id(), SeqNo: 1, Body: aQuery}}
	s := c.table.Receive(c.now, in, c.link, &r)
	require.True(t, r.Created, "the same session_id under another key is another session")
	require.EqualValues(t, 78, s.Key)
	in.Message = Message{MsgID: c.id(), SeqNo: 3, Body: encode(&mt.DestroySessionRequest{SessionID: 6})}
	other := *c
	other.session = 6
	other.send(other.content1(aQuery))
	c.link.got = nil
	c.table.Receive(c.now, in, c.link, &r)
	require.Equal(t, []string{"nothing to destroy"}, c.link.take(t))
}

// What needs no answer is acknowledged if it asks for that, and what does not
// decode is told to nobody but the journal.
func TestOtherServiceMessages(t *testing.T) {
	for name, tc := range map[string]struct {
		body    []byte
		refused bool
		acks    []string
	}{
		"http_wait":               {encode(&mt.HTTPWaitRequest{}), false, []string{"ack of 1"}},
		"msg_new_detailed_info":   {encode(&mt.MsgNewDetailedInfo{}), false, []string{"ack of 1"}},
		"ping cut short":          {ping(1)[:8], true, nil},
		"get_future_salts":        {encode(&mt.GetFutureSaltsRequest{})[:4], true, nil},
		"rpc_drop_answer":         {encode(&mt.RPCDropAnswerRequest{})[:4], true, nil},
		"destroy_session":         {encode(&mt.DestroySessionRequest{})[:4], true, nil},
		"msg_detailed_info":       {encode(&mt.MsgDetailedInfo{}), false, []string{"ack of 1"}},
		"msgs_state_info":         {encode(&mt.MsgsStateInfo{}), false, []string{"ack of 1"}},
		"msgs_all_info":           {encode(&mt.MsgsAllInfo{}), false, []string{"ack of 1"}},
		"msgs_ack cut short":      {encode(&mt.MsgsAck{})[:8], true, nil},
		"msg_resend_req":          {encode(&mt.MsgResendReq{})[:8], true, nil},
		"ping_delay_disconnect":   {encode(&mt.PingDelayDisconnectRequest{})[:8], true, nil},
		"a vector of two billion": {append(encode(&mt.MsgsStateReq{})[:8], 0xff, 0xff, 0xff, 0x7f), true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			s := c.send(c.content1(tc.body))
			require.Equal(t, tc.refused, len(c.got.Refusals) == 1)
			require.Empty(t, c.got.Queries, "it is for the session itself")
			if tc.refused {
				require.Zero(t, c.got.Refusals[0].Code)
			}
			s.FlushAcks(c.now)
			require.Equal(t, tc.acks, c.link.take(t))
		})
	}
}

// https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno
func TestNumbersOfTheServersMessages(t *testing.T) {
	c := newClient(t)
	var s *Session
	var all []Outgoing
	for i := range 20 {
		m := c.content1(aQuery)
		s = c.send(m)
		s.FlushAcks(c.now)
		if i%3 != 0 {
			s.Answer(c.now, m.MsgID, answer(m.MsgID, "yes!"))
		}
		c.send(c.content1(ping(1)))
		if i == 10 {
			c.now = c.now.Add(-20 * time.Second) // clocks do go back
			c.lastID = 0
			c.lastID = m.MsgID + 8
		}
	}
	all = c.link.got
	var content int32
	for i, m := range all {
		if i > 0 {
			require.Greater(t, m.MsgID, all[i-1].MsgID, "message %d", i)
		}
		require.EqualValues(t, 1, m.MsgID&1)
		odd := int32(0)
		if id := typeID(m.Body); id == proto.ResultTypeID || id == mt.NewSessionCreatedTypeID {
			odd = 1
		}
		require.Equal(t, 2*content+odd, m.SeqNo, "message %d: %s", i, describe(t, m))
		content += odd
	}
	require.Greater(t, content, int32(10))
}
