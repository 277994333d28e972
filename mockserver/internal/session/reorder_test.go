package session

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ask sends n queries and returns how to answer each of them by a word.
func ask(c *client, n int) (s *Session, ids []int64) {
	for range n {
		var id int64
		s, id = c.query()
		ids = append(ids, id)
	}
	return s, ids
}

func TestAnswerBehind(t *testing.T) {
	c := begun(t)
	s, id := ask(c, 5)
	require.True(t, s.AnswerBehind(c.now, id[0], answer(id[0], "behind two"), 2))
	require.True(t, s.AnswerBehind(c.now, id[1], answer(id[1], "behind one"), 1))
	require.Empty(t, c.link.take(t))
	s.Answer(c.now, id[2], answer(id[2], "one!"))
	require.Equal(t, []string{"result of one!", "result of behind one"}, c.link.take(t))
	s.Answer(c.now, id[3], answer(id[3], "two!"))
	require.Equal(t, []string{"result of two!", "result of behind two"}, c.link.take(t))
	s.Answer(c.now, id[4], answer(id[4], "more"))
	require.Equal(t, []string{"result of more"}, c.link.take(t), "each leaves once")
	require.Empty(t, s.overtaken)
}

// An answer that leaves twice, or spoilt, is one that others can be behind, too.
func TestAnswerBehindASpecialOne(t *testing.T) {
	for name, leave := range map[string]func(*Session, time.Time, int64, []byte){
		"twice": (*Session).AnswerTwice, "spoilt": (*Session).AnswerSpoilt,
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			s, id := ask(c, 2)
			s.AnswerBehind(c.now, id[0], answer(id[0], "behind one"), 1)
			leave(s, c.now, id[1], answer(id[1], "one!"))
			said := c.link.take(t)
			require.Equal(t, "result of behind one", said[len(said)-1])
		})
	}
}

// Behind nothing is at once.
func TestAnswerBehindNothing(t *testing.T) {
	for _, n := range []int{0, -1} {
		c := begun(t)
		s, id := c.query()
		require.False(t, s.AnswerBehind(c.now, id, answer(id, "now!"), n))
		require.Equal(t, []string{"result of now!"}, c.link.take(t))
	}
}

// A client that asks for all answers to be late does not fill the memory: those
// beyond the bound leave at once.
func TestAnswerBehindIsBounded(t *testing.T) {
	c := begun(t)
	c.table.limits.Window, c.table.limits.OutboxBytes = 1000, 1<<20
	s, id := ask(c, maxOvertaken+1)
	for _, id := range id[:maxOvertaken] {
		require.True(t, s.AnswerBehind(c.now, id, answer(id, "late"), 9))
	}
	last := id[maxOvertaken]
	require.False(t, s.AnswerBehind(c.now, last, answer(last, "full"), 9))
	require.Equal(t, []string{"result of full"}, c.link.take(t))
	require.Len(t, s.overtaken, maxOvertaken)
}

// Overtake sends an answer that nothing came to leave before, and leaves the others.
func TestOvertake(t *testing.T) {
	c := begun(t)
	s, id := ask(c, 4)
	for i, word := range []string{"a---", "b---", "c---"} {
		s.AnswerBehind(c.now, id[i], answer(id[i], word), 1)
	}
	s.Overtake(c.now, id[1])
	require.Equal(t, []string{"result of b---"}, c.link.take(t))
	s.Overtake(c.now, id[1])
	s.Overtake(c.now, 4711)
	require.Empty(t, c.link.take(t), "once, and only what is there")
	require.Len(t, s.overtaken, 2, "what has left is not kept")
	s.Answer(c.now, id[3], answer(id[3], "last"))
	require.Equal(t, []string{"result of last", "result of a---", "result of c---"}, c.link.take(t))
}

// An answer that has left is not kept in the room of those that are to leave.
func TestOvertakenLeavesNothingBehind(t *testing.T) {
	c := begun(t)
	s, id := ask(c, 4)
	for _, id := range id[:3] {
		s.AnswerBehind(c.now, id, answer(id, "late"), 1)
	}
	s.Overtake(c.now, id[0])
	s.Answer(c.now, id[3], answer(id[3], "last"))
	for _, o := range s.overtaken[:cap(s.overtaken)] {
		require.Empty(t, o.body)
	}
}

// Nor does one whose answers are large, or all sessions together: what is kept back counts
// as what is kept until it is acknowledged does, until it leaves.
func TestAnswerBehindIsBoundedInBytes(t *testing.T) {
	for name, limits := range map[string]Limits{
		"of a session":    {Window: 100, Outbox: 8, OutboxBytes: 150},
		"of all sessions": {Window: 100, Outbox: 8, OutboxBytes: 1 << 10, Outboxes: NewOutboxes(messageCost)},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t)
			c.table = NewTable(limits, testTable, bytes.NewReader(make([]byte, 1<<10)))
			c.send(c.content1(ping(1)))
			c.ackOf(c.link.got[0].MsgID)
			c.link.take(t)
			s, id := ask(c, 2)
			large := strings.Repeat("x", 80)
			require.True(t, s.AnswerBehind(c.now, id[0], answer(id[0], large), 1))
			require.False(t, s.AnswerBehind(c.now, id[1], answer(id[1], large), 1))
			require.Equal(t, []string{"result of " + large}, c.link.take(t))
			s.Overtake(c.now, id[0])
			s.end(true)
			if limits.Outboxes != nil {
				require.Zero(t, limits.Outboxes.held.Load())
			}
		})
	}
}

// To the byte: what fits is kept back.
func TestAnswerBehindFits(t *testing.T) {
	c := begun(t)
	s, id := ask(c, 2)
	body := answer(id[0], "of some bytes")
	s.out.limits.OutboxBytes = 2 * len(body)
	require.True(t, s.AnswerBehind(c.now, id[0], body, 1))
	require.True(t, s.AnswerBehind(c.now, id[1], answer(id[1], "of some bytes"), 1))
}
