package session

import (
	"encoding/binary"
	"testing"

	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

// https://core.telegram.org/mtproto/service_messages#containers
func TestContainerIsTakenWhole(t *testing.T) {
	c := begun(t)
	a, b := c.content1(aQuery), c.content1(ping(3))
	inner := []Message{a, b, c.content1(aQuery), c.plain(encode(&mt.MsgsAck{}))}
	s := c.send(c.plain(packed(inner...)))
	require.Equal(t, []int64{a.MsgID, inner[2].MsgID}, c.queries())
	require.Equal(t, []string{"pong 3"}, c.link.take(t))
	s.FlushAcks(c.now)
	require.Equal(t, []string{"ack of 2"}, c.link.take(t), "the queries, but neither ping nor ack nor container")

	c.send(c.plain(packed()))
	require.Empty(t, c.got.Refusals, "a container may be empty")
}

// What is wrong with one message of a container is wrong with all of it: nothing
// is carried out, nothing is noted, and the honest form goes through afterwards.
func TestInvalidContainer(t *testing.T) {
	for name, spoil := range map[string]func(c *client, body []byte, inner []Message) []byte{
		"holds a container": func(c *client, _ []byte, inner []Message) []byte {
			return packed(inner[0], Message{MsgID: inner[1].MsgID, Body: packed(inner[1])})
		},
		"1025 messages": func(c *client, _ []byte, _ []Message) []byte {
			var many []Message
			for range MaxContainer + 1 {
				many = append(many, c.content1(ping(1)))
			}
			return packed(many...)
		},
		"fewer messages than it says": func(_ *client, b []byte, _ []Message) []byte { b[4] = 3; return b },
		"more messages than it says":  func(_ *client, b []byte, _ []Message) []byte { b[4] = 1; return b },
		"two billion messages": func(_ *client, b []byte, _ []Message) []byte {
			binary.LittleEndian.PutUint32(b[4:], 1<<31-1)
			return b
		},
		"a negative number": func(_ *client, b []byte, _ []Message) []byte {
			binary.LittleEndian.PutUint32(b[4:], 1<<32-1)
			return b
		},
		"no number":                 func(_ *client, b []byte, _ []Message) []byte { return b[:4] },
		"a message cut short":       func(_ *client, b []byte, _ []Message) []byte { return b[:len(b)-4] },
		"a head cut short":          func(_ *client, b []byte, _ []Message) []byte { return b[:len(b)-12] },
		"a length beyond the end":   func(_ *client, b []byte, _ []Message) []byte { b[8+12] = 0xf0; return b },
		"a length of two gigabytes": func(_ *client, b []byte, _ []Message) []byte { b[8+15] = 0x7f; return b },
		"a negative length":         func(_ *client, b []byte, _ []Message) []byte { b[8+15] = 0x80; return b },
		"a length of 0":             func(_ *client, b []byte, _ []Message) []byte { b[8+12] = 0; return b },
		"a length of 7":             func(_ *client, b []byte, _ []Message) []byte { b[8+12] = 7; return b },
		"an inner msg_id that is higher": func(c *client, _ []byte, inner []Message) []byte {
			inner[1].MsgID = c.lastID + 400
			return packed(inner...)
		},
		"an inner msg_id that is the container's": func(c *client, _ []byte, inner []Message) []byte {
			inner[1].MsgID = c.lastID + 4
			return packed(inner...)
		},
		"a byte more than its messages": func(_ *client, b []byte, _ []Message) []byte { return append(b, 0) },
		"an inner msg_id of a server's": func(_ *client, _ []byte, inner []Message) []byte {
			inner[1].MsgID++
			return packed(inner...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			inner := []Message{c.content1(aQuery), c.content1(aQuery)}
			body := spoil(c, packed(inner...), append([]Message(nil), inner...))
			m := c.plain(body)
			s := c.send(m)
			require.Equal(t, []string{"bad_msg 64"}, c.link.take(t))
			require.Len(t, c.got.Refusals, 1)
			require.Empty(t, c.queries())
			require.Empty(t, s.acks)

			m.Body = packed(inner...)
			c.send(m)
			require.Equal(t, []int64{inner[0].MsgID, inner[1].MsgID}, c.queries(), "nothing of the refused one was remembered")
		})
	}
}

// The shortest message is a constructor alone.
func TestContainerWithTheShortestMessage(t *testing.T) {
	c := begun(t)
	m := c.content1(aQuery[:4])
	c.send(c.plain(packed(m)))
	require.Equal(t, []int64{m.MsgID}, c.queries())
}

// A container below what is remembered is refused as a whole, by one notification:
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
func TestContainerOlderThanAllThatIsRemembered(t *testing.T) {
	c := begun(t)
	for _, above := range []int64{0, 4} {
		inner := c.content1(aQuery)
		m := c.plain(packed(inner))
		s := c.send(c.content1(ping(1)))
		s.window.floor = m.MsgID + above
		c.link.got = nil
		c.send(m)
		require.Len(t, c.got.Refusals, 1)
		require.Equal(t, m.MsgID, c.got.Refusals[0].MsgID)
		require.Equal(t, m.MsgID, long(c.link.got[0].Body))
		require.Equal(t, []string{"bad_msg 20"}, c.link.take(t))
	}
}

func TestContainerOf1025SaysItsBound(t *testing.T) {
	for claim, want := range map[int32]string{
		1025: "a container claims 1025 messages; it holds 0 to 1024",
		1024: "a container holds fewer messages than it says",
		-1:   "a container claims -1 messages; it holds 0 to 1024",
	} {
		body := packed()
		binary.LittleEndian.PutUint32(body[4:], uint32(claim))
		_, reason := splitContainer(Message{MsgID: 8, Body: body})
		require.Equal(t, want, reason)
	}
}

func TestContainerOf1024(t *testing.T) {
	c := newClient(t)
	c.table.limits.Window = 5000
	var many []Message
	for range MaxContainer {
		many = append(many, c.content1(aQuery))
	}
	s := c.send(c.plain(packed(many...)))
	require.Len(t, c.queries(), MaxContainer)
	require.Len(t, s.acks, MaxContainer)
	c.link.got = nil
	s.FlushAcks(c.now)
	require.Equal(t, []string{"ack of 1024"}, c.link.take(t))
}

// Inside a container only the message that breaks a rule of its own is refused: it
// alone is named in the notification.
func TestBadSeqnoInsideAContainer(t *testing.T) {
	c := begun(t)
	good, bad := c.content1(aQuery), c.plain(aQuery)
	c.send(c.plain(packed(good, bad)))
	require.Equal(t, []int64{good.MsgID}, c.queries())
	require.Len(t, c.link.got, 1)
	require.Equal(t, []string{"bad_msg 35"}, []string{describe(t, c.link.got[0])})
	require.Equal(t, bad.MsgID, long(c.link.got[0].Body))
}

// A container's seqno must not be held against the messages in it, nor theirs
// against those that follow.
func TestSeqnosAroundContainers(t *testing.T) {
	c := begun(t)
	for range 5 {
		a, b := c.content1(aQuery), c.content1(aQuery)
		c.send(c.plain(packed(a, b)))
		require.Empty(t, c.got.Refusals)
		c.send(c.content1(aQuery))
		require.Empty(t, c.got.Refusals)
	}
}

func TestLyingContainerCostsNothing(t *testing.T) {
	body := make([]byte, 64)
	binary.LittleEndian.PutUint32(body, proto.MessageContainerTypeID)
	binary.LittleEndian.PutUint32(body[4:], MaxContainer)
	n := testing.AllocsPerRun(100, func() {
		_, reason := splitContainer(Message{MsgID: 1 << 40, Body: body})
		if reason == "" {
			t.Error("accepted")
		}
	})
	require.LessOrEqual(t, n, 2.0, "nothing is allocated by a claimed number")
}
