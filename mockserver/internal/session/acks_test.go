package session

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A query that one link is carrying out is not acknowledged by what another says:
// it may yet be forgotten, and the client would wait for its answer for ever.
func TestUndecidedQueryIsNotAcknowledged(t *testing.T) {
	for name, decide := range map[string]func(*client, *Session){
		"Decide":    func(c *client, s *Session) { s.Decide(c.got.Queries); s.FlushAcks(c.now) },
		"FlushAcks": func(c *client, s *Session) { s.FlushAcks(c.now, c.got.Queries...) },
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			in := Incoming{
				Key: testKey, Salts: c.salts, SessionID: c.session, Salt: c.salts.Current(c.now), Message: c.content1(aQuery), Undecided: true,
			}
			s := c.table.Receive(c.now, in, c.link, &c.got)
			s.FlushAcks(c.now)
			require.Empty(t, c.link.take(t))
			require.Len(t, s.acks, 1)
			decide(c, s)
			require.Equal(t, []string{"ack of 1"}, c.link.take(t))
			require.Empty(t, s.acks)
		})
	}
	c := begun(t)
	in := Incoming{
		Key: testKey, Salts: c.salts, SessionID: c.session, Salt: c.salts.Current(c.now), Message: c.content1(aQuery), Undecided: true,
	}
	s := c.table.Receive(c.now, in, c.link, &c.got)
	s.Forget(c.got.Queries[0].MsgID)
	s.FlushAcks(c.now)
	require.Empty(t, c.link.take(t), "what is forgotten is never acknowledged")
}

// A query that came again while it ran is acknowledged no more than one that did not, once
// it is silenced or forgotten.
func TestRepeatedQueryIsNotAcknowledged(t *testing.T) {
	for name, end := range map[string]func(s *Session, id int64){
		"Silence": (*Session).Silence,
		"Forget":  (*Session).Forget,
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			m := c.content1(aQuery)
			s := c.send(m)
			c.send(m)
			require.Equal(t, 1, c.got.Repeats)
			end(s, m.MsgID)
			s.FlushAcks(c.now)
			require.Empty(t, c.link.take(t))
		})
	}
}
