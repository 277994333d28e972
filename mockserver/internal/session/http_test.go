package session

import (
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

// https://core.telegram.org/mtproto/service_messages#http-wait-long-poll
func TestHTTPWait(t *testing.T) {
	const ms = time.Millisecond
	for _, tc := range []struct {
		name string
		asks []mt.HTTPWaitRequest
		want HTTPWait
	}{
		{"none", nil, HTTPWait{0, 0, 25000 * ms}},
		{"as asked", []mt.HTTPWaitRequest{{MaxDelay: 500, WaitAfter: 150, MaxWait: 3000}}, HTTPWait{500 * ms, 150 * ms, 3000 * ms}},
		{"the last counts", []mt.HTTPWaitRequest{{MaxWait: 1}, {MaxWait: 2}}, HTTPWait{0, 0, 2 * ms}},
		{"nothing, not even less", []mt.HTTPWaitRequest{{MaxDelay: -1, WaitAfter: -1 << 31, MaxWait: 0}}, HTTPWait{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := begun(t)
			inner := []Message{c.content1(ping(1))}
			for _, q := range tc.asks {
				inner = append(inner, c.plain(encode(&q)))
			}
			s := c.send(c.plain(packed(inner...)))
			require.Equal(t, tc.want, c.got.Wait)
			require.Empty(t, s.acks)
			c.send(c.content1(ping(2)))
			require.Equal(t, HTTPWait{MaxWait: 25 * time.Second}, c.got.Wait, "for this request only")
		})
	}
}

func TestHTTPWaitCutShort(t *testing.T) {
	c := begun(t)
	c.send(c.plain(encode(&mt.HTTPWaitRequest{MaxWait: 1})[:8]))
	require.Len(t, c.got.Refusals, 1)
	require.Equal(t, HTTPWait{MaxWait: 25 * time.Second}, c.got.Wait)
}

// One message stays as it is; of several, gotd's reader finds all in the container.
func TestPack(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	s.Answer(c.now, id, answer(id, "yes!"))
	c.send(c.content1(ping(2)))
	all := c.link.got
	require.Len(t, all, 2)
	require.Equal(t, all[1], s.Pack(c.now, all[1:]))

	for name, messages := range map[string][]Outgoing{"none": nil, "two": all} {
		t.Run(name, func(t *testing.T) {
			last := s.lastMsgID
			m := s.Pack(c.now, messages)
			require.Greater(t, m.MsgID, last)
			require.EqualValues(t, 3, m.MsgID&3, "it answers nothing")
			require.EqualValues(t, 4, m.SeqNo, "two that are content-related came before, and it is none")
			require.Equal(t, cap(m.Body), len(m.Body), "its size was known")
			b := &bin.Buffer{Buf: m.Body}
			var v proto.MessageContainer
			require.NoError(t, v.Decode(b))
			require.Zero(t, b.Len())
			require.Len(t, v.Messages, len(messages))
			for i, want := range messages {
				require.Equal(t, want.MsgID, v.Messages[i].ID)
				require.EqualValues(t, want.SeqNo, v.Messages[i].SeqNo)
				require.Equal(t, want.Body, v.Messages[i].Body)
			}
			require.False(t, m.Spoil)
		})
	}
}

// A response is one envelope: if one message of it has to be thrown away, all have.
func TestPackSpoilsTheWhole(t *testing.T) {
	s := newSession(1, 1, NewSalts(nil, 1, testStart), &testLimits, 1, testStart)
	for _, messages := range [][]Outgoing{{{Spoil: true}, {}}, {{}, {Spoil: true}}} {
		require.True(t, s.Pack(testStart, messages).Spoil)
	}
}
