package session

import (
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// Every row is a code of
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
// with the least that provokes it, and beside it what is still allowed.
func TestNoticeOfIgnoredErrorMessage(t *testing.T) {
	at := func(d time.Duration) func(*client) Message {
		return func(c *client) Message {
			m := c.content1(aQuery)
			m.MsgID = msgIDAt(c.now.Add(d))
			return m
		}
	}
	seqno := func(n int32) func(*client) Message {
		return func(c *client) Message {
			m := c.content1(aQuery)
			m.SeqNo = n
			return m
		}
	}
	for _, tc := range []struct {
		name string
		make func(c *client) Message
		code int // 0: accepted
	}{
		{"16 msg_id too low", at(-301 * time.Second), 16},
		{"16 from 1970", func(c *client) Message { m := c.content1(aQuery); m.MsgID = 4; return m }, 16},
		{"16 negative", func(c *client) Message { m := c.content1(aQuery); m.MsgID = -4; return m }, 16},
		{"17 msg_id too high", at(31 * time.Second), 17},
		{"17 not yet: 30 s ahead", at(30 * time.Second), 0},
		{"18 lowest bits 1", func(c *client) Message { m := c.content1(aQuery); m.MsgID |= 1; return m }, 18},
		{"18 lowest bits 2", func(c *client) Message { m := c.content1(aQuery); m.MsgID |= 2; return m }, 18},
		{"18 lowest bits 3", func(c *client) Message { m := c.content1(aQuery); m.MsgID |= 3; return m }, 18},
		{"19 a container's msg_id again", func(c *client) Message {
			inner := c.content1(ping(1))
			m := c.plain(packed(inner))
			c.send(m)
			c.link.got = nil
			return m
		}, 19},
		{"20 older than all that is remembered", func(c *client) Message {
			old := c.content1(aQuery)
			for range testLimits.Window + 1 { // the first quarter is forgotten
				c.send(c.content1(ping(1)))
			}
			c.link.got = nil
			return old
		}, 20},
		{"32 seqno of an older message", seqno(1), 32},
		{"32 lower than an older message's", func(c *client) Message {
			c.send(c.content1(ping(1)))
			c.link.got = nil
			return Message{MsgID: c.id(), SeqNo: 1, Body: aQuery}
		}, 32},
		{"33 higher than a newer message's", func(c *client) Message {
			skipped := c.id()
			c.send(c.content1(ping(1)))
			c.link.got = nil
			return Message{MsgID: skipped, SeqNo: 99, Body: aQuery}
		}, 33},
		{"33 equal to a newer message's", func(c *client) Message {
			skipped := c.id()
			m := c.content1(ping(1))
			c.send(m)
			c.link.got = nil
			return Message{MsgID: skipped, SeqNo: m.SeqNo, Body: aQuery}
		}, 33},
		{"34 a container with an odd seqno", func(c *client) Message {
			inner := c.content1(ping(1))
			return c.content1(packed(inner))
		}, 34},
		{"35 a query with an even seqno", func(c *client) Message { return c.plain(aQuery) }, 35},
		{"35 a body too short for a constructor", func(c *client) Message { return c.plain(nil) }, 35},
		{"a late message between two others", func(c *client) Message {
			late := c.content1(aQuery)
			c.send(c.content1(ping(1)))
			c.link.got = nil
			return late
		}, 0},
		{"a gap in the seqnos", seqno(1001), 0},
		{"32 as high, with a container between", func(c *client) Message {
			inner := c.content1(aQuery)
			box := c.plain(packed(inner))
			box.SeqNo -= 2 // judged by nothing
			c.send(box)
			return Message{MsgID: c.id(), SeqNo: inner.SeqNo, Body: aQuery}
		}, 32},
		{"33 as low, with a container between", func(c *client) Message {
			low := c.id()
			box := c.plain(packed())
			box.SeqNo += 8
			c.send(box)
			after := c.content1(aQuery)
			c.send(after)
			return Message{MsgID: low, SeqNo: after.SeqNo, Body: aQuery}
		}, 33},
		{"64 an invalid container", func(c *client) Message { return c.plain(packed()[:4]) }, 64},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := begun(t)
			m := tc.make(c)
			c.send(m)
			if tc.code == 0 {
				require.Equal(t, []int64{m.MsgID}, c.queries())
				require.Empty(t, c.got.Refusals)
				return
			}
			require.Empty(t, c.queries(), "a refused message is not carried out")
			require.Len(t, c.got.Refusals, 1)
			require.Equal(t, tc.code, c.got.Refusals[0].Code)
			require.NotEmpty(t, c.got.Refusals[0].Reason)
			require.Len(t, c.link.got, 1)
			var v mt.BadMsgNotification
			require.NoError(t, v.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
			require.Equal(t, mt.BadMsgNotification{BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: tc.code}, v)
			require.EqualValues(t, 1, c.link.got[0].MsgID&3, "it is a response")
			require.Zero(t, c.link.got[0].SeqNo&1, "it is not content-related")
		})
	}
}

// mtcute gives every message an odd seqno, its acknowledgements too. They are
// taken, and not acknowledged in turn.
func TestOddAcknowledgement(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	s.Answer(c.now, id, answer(id, "yes!"))
	c.send(c.content1(encode(&mt.MsgsAck{MsgIDs: []int64{c.link.got[0].MsgID}})))
	require.Empty(t, c.got.Refusals)
	require.Empty(t, s.out.messages(), "it acknowledged the answer")
	c.link.got = nil
	s.FlushAcks(c.now)
	require.Empty(t, c.link.take(t))
}

// A client whose clock is wrong must learn it before its salt is judged, and its
// session must not exist after either.
func TestRefusedMessagesMakeNoSession(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(c *client, m *Message, salt *int64)
		want   []string
	}{
		"wrong clock":          {func(c *client, m *Message, _ *int64) { m.MsgID = msgIDAt(c.now.Add(-time.Hour)) }, []string{"bad_msg 16"}},
		"wrong salt":           {func(_ *client, _ *Message, salt *int64) { *salt++ }, []string{"bad_salt 48"}},
		"wrong clock and salt": {func(_ *client, m *Message, salt *int64) { *salt++; m.MsgID |= 1 }, []string{"bad_msg 18"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t)
			m, salt := c.content1(aQuery), c.salts.Current(c.now)
			tc.change(c, &m, &salt)
			c.sendWith(m, salt)
			require.False(t, c.got.Accepted)
			require.Equal(t, tc.want, c.link.take(t))
			require.Empty(t, c.table.all)
			c.send(c.content1(aQuery))
			require.True(t, c.got.Accepted, "and the right one is taken")
		})
	}
}

// A client that checks msg_ids must not find one twice, even if its session only
// begins after refusals and no time passes between them.
func TestMsgIDsRiseAcrossRefusalsAndTheBeginning(t *testing.T) {
	c := newClient(t)
	for range 3 {
		c.sendWith(c.content1(aQuery), 0)
	}
	c.send(c.content1(aQuery))
	require.Len(t, c.link.got, 4, "three refusals and new_session_created")
	for i, m := range c.link.got[1:] {
		require.Greater(t, m.MsgID, c.link.got[i].MsgID)
	}
}

// A message whose msg_id is low may be wrapped in a container with a new one: that
// is what the page tells clients to do. So only the container's age is judged.
func TestMessagesThatWaitedTravelInContainers(t *testing.T) {
	c := newClient(t)
	waited := c.content1(aQuery)
	c.now = c.now.Add(10 * time.Minute)
	c.send(c.plain(packed(waited)))
	require.Equal(t, []int64{waited.MsgID}, c.queries())
}
