package session

import (
	"encoding/binary"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

const aSecond = int64(1) << 32 // in msg_ids

// Each lie breaks the one rule that its name says; the next honest message is
// numbered as if it had been honest.
func TestLies(t *testing.T) {
	honest := func(t *testing.T, c *client, m Outgoing) {
		require.EqualValues(t, 1, m.MsgID&3)
		require.InDelta(t, msgIDAt(c.now), m.MsgID, 100)
	}
	for name, check := range map[string]func(t *testing.T, c *client, before int64, m Outgoing){
		"anything else": func(t *testing.T, c *client, _ int64, m Outgoing) {
			honest(t, c, m)
			require.Equal(t, "lie!", string(m.Body))
		},
		"msg-id-even": func(t *testing.T, c *client, before int64, m Outgoing) {
			require.Zero(t, m.MsgID&3)
			require.Greater(t, m.MsgID, before)
		},
		"msg-id-repeated": func(t *testing.T, _ *client, before int64, m Outgoing) {
			require.Positive(t, m.MsgID)
			require.Less(t, m.MsgID, before)
		},
		"msg-id-old": func(t *testing.T, c *client, _ int64, m Outgoing) {
			require.InDelta(t, msgIDAt(c.now)-600*aSecond, m.MsgID, 100)
			require.EqualValues(t, 1, m.MsgID&3)
		},
		"msg-id-future": func(t *testing.T, c *client, _ int64, m Outgoing) {
			require.InDelta(t, msgIDAt(c.now)+120*aSecond, m.MsgID, 100)
			require.EqualValues(t, 1, m.MsgID&3)
		},
		"container-in-container": func(t *testing.T, c *client, _ int64, m Outgoing) {
			honest(t, c, m)
			outer := decodeBox(t, m.Body)
			require.EqualValues(t, 1, outer.ID&3)
			require.Less(t, outer.ID, m.MsgID, "a container has the highest msg_id")
			require.EqualValues(t, m.SeqNo, outer.SeqNo, "two that are not content-related")
			inner := decodeBox(t, outer.Body)
			require.Less(t, inner.ID, outer.ID)
			require.EqualValues(t, outer.SeqNo-1, inner.SeqNo)
			require.Equal(t, "lie!", string(inner.Body))
		},
		"container-beyond": func(t *testing.T, c *client, _ int64, m Outgoing) {
			honest(t, c, m)
			require.Equal(t, uint32(proto.MessageContainerTypeID), typeID(m.Body))
			require.Less(t, binary.LittleEndian.Uint64(m.Body[8:]), uint64(m.MsgID))
			require.EqualValues(t, m.SeqNo-1, binary.LittleEndian.Uint32(m.Body[16:]))
			require.EqualValues(t, 4+64, binary.LittleEndian.Uint32(m.Body[20:]), "its message claims more than there is")
			require.Equal(t, "lie!", string(m.Body[24:]))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			s, id := c.query()
			before := s.lastMsgID
			require.True(t, s.Lie(c.now, id, []byte("lie!"), name))
			require.Len(t, c.link.got, 1)
			m := c.link.got[0]
			require.Equal(t, name, m.Hostile)
			require.Equal(t, id, m.Request)
			check(t, c, before, m)

			require.Empty(t, s.out.messages(), "nothing of it is kept")
			s.Answer(c.now, id, answer(id, "yes!"))
			require.Len(t, c.link.got, 2, "the query was still unanswered")
			truth := c.link.got[1]
			honest(t, c, truth)
			require.Greater(t, truth.MsgID, before)
			require.EqualValues(t, 1+2*2, truth.SeqNo, "new_session_created and the lie came before")
			c.link.got = nil
			require.False(t, s.Lie(c.now, id, []byte("lie!"), name), "no lie once it is answered")
			require.Empty(t, c.link.got)
		})
	}
}

// A client has to know again more than the last message that it got.
// https://core.telegram.org/mtproto/security_guidelines#checking-msg-id
func TestRepeatedMsgIDIsAnOldOne(t *testing.T) {
	c := begun(t)
	var sent []int64
	for range 5 {
		s, id := c.query()
		for range 2 {
			require.True(t, s.Lie(c.now, id, []byte("lie!"), "msg-id-repeated"))
		}
		if n := len(sent); n >= 3 {
			require.Equal(t, sent[n-3], c.link.got[0].MsgID)
			require.Equal(t, sent[n-3], c.link.got[1].MsgID, "what was repeated is as old as before")
		}
		s.Answer(c.now, id, answer(id, "yes!"))
		sent = append(sent, s.lastMsgID)
		c.link.got = nil
	}
}

// decodeBox reads a container with one message, by gotd's reader.
func decodeBox(t *testing.T, body []byte) proto.Message {
	t.Helper()
	b := &bin.Buffer{Buf: body}
	var c proto.MessageContainer
	require.NoError(t, c.Decode(b))
	require.Zero(t, b.Len())
	require.Len(t, c.Messages, 1)
	return c.Messages[0]
}

// A client that acknowledges a lie has believed it: this is told by its name, once.
func TestBelievedLies(t *testing.T) {
	for name, believed := range map[string]func(m Outgoing) int64{
		"anything else":          func(m Outgoing) int64 { return m.MsgID },
		"msg-id-even":            func(m Outgoing) int64 { return m.MsgID },
		"msg-id-old":             func(m Outgoing) int64 { return m.MsgID },
		"msg-id-future":          func(m Outgoing) int64 { return m.MsgID },
		"container-in-container": func(m Outgoing) int64 { return int64(binary.LittleEndian.Uint64(m.Body[24+8:])) },
		"container-beyond":       func(m Outgoing) int64 { return int64(binary.LittleEndian.Uint64(m.Body[8:])) },
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			s, id := c.query()
			s.Lie(c.now, id, []byte("lie!"), name)
			c.ackOf(4711, believed(c.link.got[0]))
			require.Equal(t, []string{name}, c.got.Believed)
			c.ackOf(believed(c.link.got[0]))
			require.Empty(t, c.got.Believed)
		})
	}
}

// The acknowledgement of a repeated msg_id may be that of the message before it.
func TestARepeatedMsgIDIsNotBelieved(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	s.Lie(c.now, id, []byte("lie!"), "msg-id-repeated")
	require.Empty(t, s.lies)
	c.ackOf(c.link.got[0].MsgID, 0)
	require.Empty(t, c.got.Believed)
}

// However many lies are told, few are remembered: the latest among them.
func TestLiesAreBounded(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	for i := range maxLies + 1 {
		s.Lie(c.now, id, []byte("lie!"), "anything else")
		require.Len(t, s.lies, i%maxLies+1)
	}
	c.ackOf(c.link.got[maxLies].MsgID)
	require.Equal(t, []string{"anything else"}, c.got.Believed)
}
