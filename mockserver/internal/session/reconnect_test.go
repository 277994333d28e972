package session

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// A client that connects again keeps its session, and the answers come to the new
// connection: whether they were sent before, while or after it came.
func TestAnswersFollowTheClient(t *testing.T) {
	again := func(c *client, s *Session) { c.send(c.content1(ping(1))) }
	for name, tc := range map[string]struct {
		run  func(c *client, s *Session, id int64)
		want []string
	}{
		"answered after the new link came": {func(c *client, s *Session, id int64) {
			c.reconnect(s)
			again(c, s)
			s.Answer(c.now, id, answer(id, "yes!"))
		}, []string{"pong 1", "result of yes!"}},
		"answered while there was none": {func(c *client, s *Session, id int64) {
			c.reconnect(s)
			s.Answer(c.now, id, answer(id, "yes!"))
			again(c, s)
		}, []string{"result of yes!", "pong 1"}},
		"answered and swallowed": {func(c *client, s *Session, id int64) {
			s.Answer(c.now, id, answer(id, "yes!"))
			c.reconnect(s)
			again(c, s)
		}, []string{"result of yes!", "pong 1"}},
		"kept": {func(c *client, s *Session, id int64) {
			s.Keep(c.now, id, answer(id, "kept"))
			c.reconnect(s)
			again(c, s)
		}, []string{"result of kept", "pong 1"}},
		"the new link comes before the old one is known to be gone": {func(c *client, s *Session, id int64) {
			old := c.link
			s.Answer(c.now, id, answer(id, "yes!"))
			c.link = &fakeLink{number: 2}
			again(c, s)
			s.Detach(old)
		}, []string{"pong 1", "result of yes!"}},
		"answered while the old link closes": {func(c *client, s *Session, id int64) {
			old := c.link
			old.closed = true // it says goodbye and takes nothing any more
			s.Answer(c.now, id, answer(id, "yes!"))
			c.link = &fakeLink{number: 2}
			again(c, s)
			s.Detach(old)
		}, []string{"result of yes!", "pong 1"}},
		"acknowledged in time": {func(c *client, s *Session, id int64) {
			s.Answer(c.now, id, answer(id, "yes!"))
			c.ackOf(c.link.got[0].MsgID)
			c.reconnect(s)
			again(c, s)
		}, []string{"pong 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			s, id := c.query()
			tc.run(c, s, id)
			require.Equal(t, tc.want, c.link.take(t))
		})
	}
}

// A client that connects again and repeats its query at once must not get the
// answer twice: once because the link is new, and once for the repetition.
func TestRepeatOnANewLinkIsAnsweredOnce(t *testing.T) {
	c := begun(t)
	m := c.content1(aQuery)
	s := c.send(m)
	s.Answer(c.now, m.MsgID, answer(m.MsgID, "yes!"))
	c.reconnect(s)
	c.send(m)
	require.Equal(t, []string{"result of yes!"}, c.link.take(t))
	c.send(m)
	require.Equal(t, []string{"result of yes!"}, c.link.take(t), "but again for the next repetition")
}

// The newest link wins even against a late message over an older one.
func TestLateMessageOnAnOlderLink(t *testing.T) {
	c := begun(t)
	older := c.link
	m := c.content1(aQuery)
	s := c.send(m)
	newer := &fakeLink{number: 2}
	c.link = newer
	c.send(c.content1(ping(1)))
	c.link = older
	c.send(c.content1(ping(2)))
	s.Answer(c.now, m.MsgID, answer(m.MsgID, "yes!"))
	c.send(m) // repeated over the older one
	require.Empty(t, older.take(t))
	require.Equal(t, []string{"pong 1", "pong 2", "result of yes!", "result of yes!"}, newer.take(t))

	s.Detach(newer)
	require.Equal(t, []string{"result of yes!"}, older.take(t), "the older one is still a way out")
	s.Detach(older)
	s.Answer(c.now, m.MsgID, answer(m.MsgID, "more"))
	require.Empty(t, s.ways)
}

// A message that was refused does not say where the client is.
func TestARefusedMessageMovesNothing(t *testing.T) {
	c := begun(t)
	first := c.link
	s, id := c.query()
	c.link = &fakeLink{number: 2}
	c.sendWith(c.content1(aQuery), 4711)
	require.Equal(t, []string{"bad_salt 48"}, c.link.take(t), "the refusal goes where the message came from")
	s.Answer(c.now, id, answer(id, "yes!"))
	require.Equal(t, []string{"result of yes!"}, first.take(t))
}

// The outbox is bounded by messages and by bytes; the oldest make room, and the
// newest stays however large it is.
func TestOutboxBounds(t *testing.T) {
	for _, tc := range []struct{ answers, size, want int }{
		{5, 4, 5}, {8, 4, 8}, {9, 4, 8}, {100, 4, 8},
		{5, 300, 3}, {3, 2000, 1}, {1, 1 << 20, 1},
		{4, 256, 4}, {5, 256, 4}, // to the last byte
	} {
		t.Run(fmt.Sprintf("%d of %d bytes", tc.answers, tc.size), func(t *testing.T) {
			c := begun(t)
			var s *Session
			for range tc.answers {
				var id int64
				s, id = c.query()
				s.Answer(c.now, id, make([]byte, tc.size))
			}
			require.Len(t, s.out.messages(), tc.want)
			require.Equal(t, tc.want*tc.size, s.out.bytes)

			var ids []int64
			for _, m := range c.link.got {
				ids = append(ids, m.MsgID)
			}
			for i, m := range s.out.messages() {
				require.Equal(t, ids[tc.answers-tc.want+i], m.MsgID, "the newest are kept")
			}
			c.ackOf(append(ids, ids...)...)
			require.Empty(t, s.out.messages())
			require.Zero(t, s.out.bytes, "what is acknowledged costs nothing")
		})
	}
}

// Content-related messages wait for their acknowledgement, others do not.
func TestWhatIsKept(t *testing.T) {
	c := newClient(t)
	s := c.send(c.content1(ping(1)))
	s.FlushAcks(c.now)
	require.Equal(t, []string{"new_session", "pong 1"}, c.link.take(t))
	require.Len(t, s.out.messages(), 1, "new_session_created")
	require.EqualValues(t, 1, s.out.messages()[0].SeqNo)
}

// Acknowledgements come in any order, and each takes away its own message.
func TestOutboxAcknowledgedInAnyOrder(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {1, 2, 0}, {2, 1, 0}} {
		c := begun(t)
		kept := map[int64]bool{}
		var s *Session
		for range order {
			var id int64
			s, id = c.query()
			s.Answer(c.now, id, answer(id, "yes!"))
		}
		sent := c.link.got
		for _, m := range sent {
			kept[m.MsgID] = true
		}
		for _, i := range order {
			c.ackOf(sent[i].MsgID)
			delete(kept, sent[i].MsgID)
			require.Len(t, s.out.messages(), len(kept))
			for _, m := range s.out.messages() {
				require.True(t, kept[m.MsgID], "acknowledged in the order %v", order)
			}
		}
	}
}

// However many answers a session gives, its outbox takes no more memory than those
// that wait, and holds none that are acknowledged.
func TestOutboxMemoryIsBounded(t *testing.T) {
	for name, acknowledge := range map[string]bool{"acknowledged": true, "never acknowledged": false} {
		t.Run(name, func(t *testing.T) {
			o := outbox{limits: &testLimits}
			for id := range int64(10_000) {
				o.add(Outgoing{MsgID: id, Body: []byte("yes!")})
				if acknowledge {
					o.acknowledge(id - 4)
				}
			}
			require.LessOrEqual(t, cap(o.all), 16*testLimits.Outbox)
			held := 0
			for _, m := range o.all[:cap(o.all)] {
				if m.Body != nil {
					held++
				}
			}
			require.Equal(t, len(o.messages()), held)
		})
	}
}

// What a burst of answers needed is given back as they are acknowledged: the room is
// never more than so many times what waits.
func TestOutboxGivesRoomBack(t *testing.T) {
	const many = 1000
	for name, order := range map[string]func(i int) int64{
		"oldest first": func(i int) int64 { return int64(i) }, "newest first": func(i int) int64 { return int64(many - 1 - i) },
	} {
		t.Run(name, func(t *testing.T) {
			o := outbox{limits: &Limits{Outbox: many, OutboxBytes: 1 << 20}}
			for id := range int64(many) {
				o.add(Outgoing{MsgID: id, Request: id + many})
			}
			for i := range many {
				require.Equal(t, order(i)+many, o.acknowledge(order(i)))
				left := many - 1 - i
				require.Len(t, o.messages(), left)
				require.LessOrEqual(t, cap(o.all), keptRoom*(left+1), "%d wait", left)
				for j := 1; j < left; j += 97 {
					require.Less(t, o.messages()[j-1].MsgID, o.messages()[j].MsgID)
				}
			}
			o.add(Outgoing{MsgID: many})
			require.Len(t, o.messages(), 1)
		})
	}
}
