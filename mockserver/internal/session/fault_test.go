package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A query that was refused on command was never there: the very same message is
// executed when it comes again, and nothing of it is acknowledged.
func TestRefusedQueryMayComeAgain(t *testing.T) {
	for name, refuse := range map[string]func(*Session, time.Time, int64){
		"salt": (*Session).RefuseSalt,
		"code": func(s *Session, now time.Time, id int64) { s.Refuse(now, id, codeSeqnoLow) },
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			m := c.content1(aQuery)
			s := c.send(m)
			refuse(s, c.now, m.MsgID)
			require.Len(t, c.link.take(t), 1)
			require.Zero(t, s.PendingAcks())
			refuse(s, c.now, m.MsgID)
			require.Empty(t, c.link.take(t), "only once")
			c.send(m) // with the salt of now
			require.Equal(t, []int64{m.MsgID}, c.queries())
		})
	}
}

// What the client was sent twice or spoilt is in the outbox once, and good.
func TestFaultyAnswerIsKeptOnce(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(*Session, time.Time, int64, []byte)
		spoilt []bool
	}{
		"twice":  {(*Session).AnswerTwice, []bool{false, false}},
		"spoilt": {(*Session).AnswerSpoilt, []bool{true}},
	} {
		t.Run(name, func(t *testing.T) {
			client := begun(t)
			s, id := client.query()
			c.answer(s, client.now, id, answer(id, "yes!"))
			var spoilt []bool
			for _, m := range client.link.got {
				spoilt = append(spoilt, m.Spoil)
				require.Equal(t, client.link.got[0].MsgID, m.MsgID)
			}
			require.Equal(t, c.spoilt, spoilt)
			require.Len(t, s.out.messages(), 1)

			next := &fakeLink{number: 2}
			client.link = next
			client.send(client.content1(ping(2)))
			s.Detach(&fakeLink{number: 1})
			for _, m := range next.got {
				require.False(t, m.Spoil)
			}
			client.ackOf(s.out.messages()[0].MsgID)
			require.Empty(t, s.out.messages())
		})
	}
}
