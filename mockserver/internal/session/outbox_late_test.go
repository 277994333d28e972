package session

import (
	"testing"
	"time"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// listener is a client whose outbox has room for three of its answers of 1,000 bytes.
type listener struct {
	*client
	t    *testing.T
	told []string
}

func newListener(t *testing.T) *listener {
	l := &listener{client: begun(t), t: t}
	l.table.limits.Outbox, l.table.limits.OutboxBytes = 1000, 3000
	l.table.limits.Passed = func(_ time.Time, _ *Session, bound, how string) { l.told = append(l.told, bound+": "+how) }
	return l
}

// ask has a query answered, and returns it and the answer's msg_id.
func (l *listener) ask() (query Message, answered int64) {
	l.t.Helper()
	query = l.content1(aQuery)
	s := l.send(query)
	l.link.got = nil
	s.Answer(l.now, query.MsgID, make([]byte, 1000))
	require.Len(l.t, l.link.got, 1)
	return query, l.link.got[0].MsgID
}

const (
	cut   = "OutboxBytes: a connection ended, and answers that the client had not acknowledged had made room for others: they cannot be sent again"
	deaf  = "OutboxBytes: the client does not acknowledge its answers; from here on the oldest make room"
	asked = "OutboxBytes: the client asks for an answer that it had not acknowledged, and that has made room for others"
)

// A client that gathers its acknowledgements, as it may, is not blamed for it, however
// many answers made room meanwhile: it has them. Nor is one that asks for what it has
// acknowledged.
func TestLateAcknowledgementsAreNotTold(t *testing.T) {
	for _, together := range []int{3, 20, 3 + maxMissed} {
		l := newListener(t)
		var last int64
		for range 5 {
			var ids []int64
			for range together {
				_, last = l.ask()
				ids = append(ids, last)
			}
			l.ackOf(ids...)
		}
		l.send(l.content1(encode(&mt.MsgResendReq{MsgIDs: []int64{last}})))
		require.Empty(t, l.told, "%d at once", together)
		s := l.send(l.content1(ping(1)))
		require.Empty(t, s.out.missed)
	}
}

// One that acknowledges nothing is told of, once, when that can be no delay any more.
func TestNoAcknowledgementsAreTold(t *testing.T) {
	l := newListener(t)
	for range 3 + maxMissed {
		l.ask()
		require.Empty(t, l.told)
	}
	for range 10 * maxMissed {
		l.ask()
		require.Equal(t, []string{deaf}, l.told)
	}
	s := l.send(l.content1(ping(1)))
	require.Empty(t, s.out.missed, "nothing is noted for nobody")
}

// One that asks for an answer which has made room is told of at once: by msg_resend_req,
// or by the query again.
func TestAskedForWhatMadeRoom(t *testing.T) {
	for name, ask := range map[string]func(l *listener, query Message, answered int64){
		"msg_resend_req": func(l *listener, _ Message, id int64) {
			l.send(l.content1(encode(&mt.MsgResendReq{MsgIDs: []int64{id}})))
		},
		"the query again": func(l *listener, query Message, _ int64) { l.send(query) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newListener(t)
			query, id := l.ask()
			for range 2 {
				l.ask()
			}
			ask(l, query, id)
			require.Empty(t, l.told, "it is there still")
			l.ask()
			for range 2 {
				ask(l, query, id)
				require.Equal(t, []string{asked}, l.told)
			}
			for range 10 * maxMissed {
				l.ask()
			}
			require.Equal(t, []string{asked}, l.told)
		})
	}
}

// One whose connection ends may have lost answers that cannot be sent again: that is told
// when it comes back, and not of one that only leaves, or that opens a further connection.
func TestConnectionEndsWhenAnswersHadMadeRoom(t *testing.T) {
	l := newListener(t)
	l.reconnect(l.send(l.content1(ping(1)))) // that cost nothing
	l.send(l.content1(ping(1)))
	for range 4 {
		l.ask()
	}
	s := l.send(l.content1(ping(1)))
	l.link = &fakeLink{number: 3}
	l.send(l.content1(ping(1)))
	require.Empty(t, l.told)
	l.reconnect(s)
	require.Empty(t, l.told)
	l.send(l.content1(ping(1)))
	require.Equal(t, []string{cut}, l.told)

	for name, other := range map[string]bool{"before": false, "over another connection": true} {
		l = newListener(t)
		var ids []int64
		for range 4 {
			_, id := l.ask()
			ids = append(ids, id)
		}
		s = l.send(l.content1(ping(1)))
		if !other {
			l.ackOf(ids...)
		}
		old := l.link
		l.link = &fakeLink{number: 2}
		l.send(l.content1(ping(1)))
		s.Detach(old)
		l.ackOf(ids...)
		l.link = &fakeLink{number: 3}
		l.send(l.content1(ping(1)))
		require.Empty(t, l.told, "it has acknowledged them, %s", name)
		for range 4 {
			l.ask()
		}
		l.link = &fakeLink{number: 4}
		l.send(l.content1(ping(1)))
		require.Empty(t, l.told, "no connection has ended since")
	}
}

// The same of answers that came while the client was away.
func TestAnswersMadeRoomWhileTheClientWasAway(t *testing.T) {
	l := newListener(t)
	s := l.send(l.content1(ping(1)))
	var queries []int64
	for range 4 {
		_, id := l.query()
		queries = append(queries, id)
	}
	l.reconnect(s)
	for _, id := range queries {
		s.Answer(l.now, id, make([]byte, 1000))
	}
	require.Empty(t, l.told)
	l.send(l.content1(ping(1)))
	require.Equal(t, []string{cut}, l.told)
}

// One of two connections that ends costs nothing if nothing had made room.
func TestOneOfTwoConnectionsEnds(t *testing.T) {
	l := newListener(t)
	s := l.send(l.content1(ping(1)))
	old := l.link
	l.link = &fakeLink{number: 2}
	l.send(l.content1(ping(1)))
	s.Detach(old)
	for range 4 {
		l.ask()
	}
	l.link = &fakeLink{number: 3}
	l.send(l.content1(ping(1)))
	require.Empty(t, l.told)
}

// Of a connection that has ended nothing is left to say once the client has acknowledged
// what had made room until then: what makes room later went over one that is open.
func TestWhatWasMissedBeforeTheEndIsAcknowledged(t *testing.T) {
	for name, rest := range map[string]int{"all of it": 0, "all but one": 1} {
		t.Run(name, func(t *testing.T) {
			l := newListener(t)
			s := l.send(l.content1(ping(1)))
			var ids []int64
			for range 5 {
				_, id := l.ask()
				ids = append(ids, id)
			}
			old := l.link
			l.link = &fakeLink{number: 2}
			l.send(l.content1(ping(1)))
			s.Detach(old)
			l.ackOf(ids[rest:]...)
			for range 4 {
				l.ask()
			}
			l.link = &fakeLink{number: 3}
			l.send(l.content1(ping(1)))
			if rest == 0 {
				require.Empty(t, l.told)
			} else {
				require.Equal(t, []string{cut}, l.told)
			}
		})
	}
}
