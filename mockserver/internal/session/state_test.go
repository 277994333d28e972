package session

import (
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// https://core.telegram.org/mtproto/service_messages_about_messages#informational-message-regarding-status-of-messages
func TestInformationalMessageRegardingStatusOfMessages(t *testing.T) {
	const (
		received = 4
		acked    = 8
		noAck    = 16
		query    = 32
		answered = 64

		oldest = 400 // nothing is remembered up to here
	)
	for name, tc := range map[string]struct {
		message func(c *client) int64
		want    byte
	}{
		"nothing is known":     {func(*client) int64 { return oldest }, 1},
		"not received":         {func(c *client) int64 { id := c.id(); c.query(); return id }, 2},
		"above all that were":  {func(*client) int64 { return 1<<63 - 1 }, 3},
		"a query that runs":    {func(c *client) int64 { _, id := c.query(); return id }, received + query},
		"and was acknowledged": {func(c *client) int64 { s, id := c.query(); s.FlushAcks(c.now); return id }, received + acked + query},
		"acknowledged, and answered": {func(c *client) int64 {
			s, id := c.query()
			s.FlushAcks(c.now)
			s.Answer(c.now, id, answer(id, "yes!"))
			return id
		}, received + acked + query + answered},
		"answered at once": {func(c *client) int64 { s, id := c.query(); s.Answer(c.now, id, answer(id, "yes!")); return id }, received + acked + query + answered},
		"another link is at it": {func(c *client) int64 {
			s, id := c.query()
			s.window.find(id).undecided = true
			s.FlushAcks(c.now)
			return id
		}, received + query},
		"silence":                   {func(c *client) int64 { s, id := c.query(); s.Silence(id); s.FlushAcks(c.now); return id }, received + query},
		"silence, acknowledged":     {func(c *client) int64 { s, id := c.query(); s.FlushAcks(c.now); s.Silence(id); return id }, received + acked + query},
		"a container":               {func(c *client) int64 { m := c.plain(packed(c.content1(ping(1)))); c.send(m); return m.MsgID }, received + noAck},
		"a ping that wants no more": {func(c *client) int64 { m := c.plain(ping(1)); c.send(m); return m.MsgID }, received + noAck},
		"a ping, by its pong":       {func(c *client) int64 { m := c.content1(ping(1)); c.send(m); return m.MsgID }, received + acked},
		"get_future_salts": {func(c *client) int64 {
			m := c.content1(encode(&mt.GetFutureSaltsRequest{Num: 1}))
			c.send(m)
			return m.MsgID
		}, received + acked},
		"destroy_session": {func(c *client) int64 {
			m := c.content1(encode(&mt.DestroySessionRequest{SessionID: 999}))
			c.send(m)
			return m.MsgID
		}, received + acked},
		"rpc_drop_answer": {func(c *client) int64 {
			m := c.content1(encode(&mt.RPCDropAnswerRequest{ReqMsgID: 12345}))
			c.send(m)
			return m.MsgID
		}, received + acked + query + answered},
		"msgs_ack":  {func(c *client) int64 { m := c.plain(encode(&mt.MsgsAck{})); c.send(m); return m.MsgID }, received + noAck},
		"http_wait": {func(c *client) int64 { m := c.content1(encode(&mt.HTTPWaitRequest{})); c.send(m); return m.MsgID }, received},
		"http_wait, acknowledged": {func(c *client) int64 {
			m := c.content1(encode(&mt.HTTPWaitRequest{}))
			c.send(m).FlushAcks(c.now)
			return m.MsgID
		}, received + acked},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			c.send(c.content1(ping(1))).window.floor = oldest
			id := tc.message(c)
			c.link.got = nil
			m := c.content1(encode(&mt.MsgsStateReq{MsgIDs: []int64{id, 1}}))
			c.send(m)
			require.EqualValues(t, 1, c.link.got[0].MsgID&3, "it is an answer")
			var v mt.MsgsStateInfo
			require.NoError(t, v.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
			require.Equal(t, m.MsgID, v.ReqMsgID)
			require.Equal(t, []byte{tc.want, 1}, v.Info)
		})
	}
}

// The very first message is in no order with any other.
func TestStateBeforeTheFirstMessage(t *testing.T) {
	c := newClient(t)
	before := c.id()
	c.send(c.content1(encode(&mt.MsgsStateReq{MsgIDs: []int64{before}})))
	require.Equal(t, []string{"new_session", "states [2]"}, c.link.take(t))
}
