package session

import (
	"fmt"
	"testing"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// A msg_id that was received before is never executed again: what it is answered
// with depends on what became of the first.
// https://core.telegram.org/mtproto/security_guidelines#checking-msg-id
func TestRepeatedQuery(t *testing.T) {
	for name, tc := range map[string]struct {
		became func(c *client, s *Session, id int64)
		want   []string // what the repetition is answered with
		acks   []string // and what FlushAcks adds
	}{
		"running": {func(*client, *Session, int64) {}, nil, []string{"ack of 1"}},
		"answered": {func(c *client, s *Session, id int64) {
			s.Answer(c.now, id, answer(id, "yes!"))
		}, []string{"result of yes!"}, nil},
		"kept": {func(c *client, s *Session, id int64) {
			s.Keep(c.now, id, answer(id, "kept"))
		}, []string{"result of kept"}, nil},
		"acknowledged": {func(c *client, s *Session, id int64) {
			s.Answer(c.now, id, answer(id, "yes!"))
			c.ackOf(c.link.got[len(c.link.got)-1].MsgID)
		}, nil, []string{"ack of 1"}},
		"silenced": {func(_ *client, s *Session, id int64) { s.Silence(id) }, nil, nil},
		"dropped by the client": {func(c *client, _ *Session, id int64) {
			c.send(c.content1(encode(&mt.RPCDropAnswerRequest{ReqMsgID: id})))
		}, nil, nil},
	} {
		for _, way := range []string{"alone", "in a container"} {
			t.Run(name+"/"+way, func(t *testing.T) {
				c := begun(t)
				m := c.content1(aQuery)
				s := c.send(m)
				tc.became(c, s, m.MsgID)
				s.FlushAcks(c.now)
				c.link.got = nil
				for range 3 {
					if way == "alone" {
						c.send(m)
					} else {
						c.send(c.plain(packed(m)))
					}
					require.Empty(t, c.queries(), "executed twice")
					require.Equal(t, 1, c.got.Repeats)
					require.Equal(t, tc.want, c.link.take(t))
					s.FlushAcks(c.now)
					require.Equal(t, tc.acks, c.link.take(t))
				}
			})
		}
	}
}

// The repeated answer is the very message: a client knows it by its msg_id.
func TestARepeatedAnswerIsTheSameMessage(t *testing.T) {
	c := begun(t)
	m := c.content1(aQuery)
	s := c.send(m)
	s.Answer(c.now, m.MsgID, answer(m.MsgID, "yes!"))
	c.send(m)
	require.Len(t, c.link.got, 2)
	require.Equal(t, c.link.got[0].MsgID, c.link.got[1].MsgID)
	require.Equal(t, c.link.got[0].SeqNo, c.link.got[1].SeqNo)
}

// A query that was forgotten runs as if it came for the first time.
func TestForgottenQueryRuns(t *testing.T) {
	c := begun(t)
	m := c.content1(aQuery)
	s := c.send(m)
	s.Forget(m.MsgID)
	require.Empty(t, s.acks, "what was not taken is not acknowledged")
	s.Answer(c.now, m.MsgID, answer(m.MsgID, "late"))
	require.Empty(t, c.link.take(t), "and not answered either")
	c.send(m)
	require.Equal(t, []int64{m.MsgID}, c.queries())
	s.Answer(c.now, m.MsgID, answer(m.MsgID, "yes!"))
	require.Equal(t, []string{"result of yes!"}, c.link.take(t))
}

// Silence is silent: neither answered nor acknowledged, unlike a query that is
// still running.
func TestSilence(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	require.Len(t, s.acks, 1)
	s.Silence(id)
	require.Empty(t, s.acks)
	s.FlushAcks(c.now)
	s.Answer(c.now, id, answer(id, "late"))
	require.Empty(t, c.link.take(t))
}

func TestAnAnswerIsGivenOnce(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	s.Answer(c.now, id, answer(id, "yes!"))
	s.Answer(c.now, id, answer(id, "two!"))
	s.Keep(c.now, id, answer(id, "kept"))
	s.Silence(id)
	s.Answer(c.now, 12345, answer(12345, "what"))
	require.Equal(t, []string{"result of yes!"}, c.link.take(t), "neither twice nor for nothing")
	require.Empty(t, s.acks, "the answer acknowledges the query")
}

// Answers to a session's own questions are not kept, so a repeated one is answered
// anew; what changes something is not done twice.
func TestRepeatedServiceMessage(t *testing.T) {
	for name, tc := range map[string]struct {
		body []byte
		want []string
	}{
		"ping":             {ping(7), []string{"pong 7"}},
		"ping_delay":       {encode(&mt.PingDelayDisconnectRequest{PingID: 7}), []string{"pong 7"}},
		"msg_resend_req":   {encode(&mt.MsgResendReq{MsgIDs: []int64{4}}), []string{fmt.Sprintf("states [%d]", stateNotReceived)}},
		"get_future_salts": {encode(&mt.GetFutureSaltsRequest{Num: 2}), []string{"2 salts"}},
		"msgs_state_req":   {encode(&mt.MsgsStateReq{MsgIDs: []int64{4}}), []string{fmt.Sprintf("states [%d]", stateNotReceived)}},
		"destroy_session":  {encode(&mt.DestroySessionRequest{SessionID: 999}), []string{"ack of 1"}},
		"rpc_drop_answer":  {encode(&mt.RPCDropAnswerRequest{ReqMsgID: 8}), []string{"result of rpc_answer_unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			m := c.content1(tc.body)
			s := c.send(m)
			require.Len(t, c.link.take(t), 1)
			c.send(m)
			require.Equal(t, 1, c.got.Repeats)
			s.FlushAcks(c.now)
			require.Equal(t, tc.want, c.link.take(t))
		})
	}
	c := begun(t)
	m := c.plain(encode(&mt.MsgsAck{MsgIDs: []int64{1}}))
	s := c.send(m)
	c.send(m)
	s.FlushAcks(c.now)
	require.Empty(t, c.link.take(t), "an acknowledgement is not acknowledged")
}
