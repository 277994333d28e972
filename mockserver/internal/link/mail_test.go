package link

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/session"
)

func outgoing(ids ...int64) (messages []session.Outgoing) {
	for _, id := range ids {
		messages = append(messages, session.Outgoing{MsgID: id, Body: make([]byte, 16)})
	}
	return messages
}

// What a lost connection had is handed in a second time and leaves once.
func TestMailHoldsAMessageOnce(t *testing.T) {
	var m mail
	s := &session.Session{}
	now := time.Now()
	m.enter(s)
	items, bytes := m.put(now, nil, s, outgoing(1, 5))
	require.Equal(t, []int{2, 32}, []int{items, bytes})
	items, bytes = m.put(now, nil, s, outgoing(5, 9, 1))
	require.Equal(t, []int{3, 48}, []int{items, bytes})
	require.Equal(t, outgoing(1, 5, 9), m.take(s))
	require.Empty(t, m.take(s))
	items, bytes = m.put(now, nil, s, outgoing(13))
	require.Equal(t, []int{1, 16}, []int{items, bytes}, "what was taken counts no more")
}

// A response holds no more than its share, but always one message.
func TestMailTakesWhatFits(t *testing.T) {
	var m mail
	s := &session.Session{}
	many := outgoing(make([]int64, session.MaxPacked+1)...)
	for i := range many {
		many[i].MsgID = int64(i)
	}
	m.put(time.Now(), nil, s, many)
	require.Len(t, m.take(s), session.MaxPacked)
	require.Len(t, m.take(s), 1)

	large := outgoing(1, 2, 3)
	large[0].Body, large[1].Body = make([]byte, 2*batch), make([]byte, batch)
	m.put(time.Now(), nil, s, large)
	for _, want := range []int64{1, 2, 3} {
		got := m.take(s)
		require.Len(t, got, 1)
		require.Equal(t, want, got[0].MsgID)
	}
}

// A mailbox lasts as long as somebody may come for it.
func TestMailIsForgotten(t *testing.T) {
	var m mail
	s := &session.Session{}
	m.enter(s)
	m.enter(s)
	m.put(time.Now(), nil, s, outgoing(1))
	m.leave(s)
	m.tidy(s)
	require.Len(t, m.boxes, 1)
	m.leave(s)
	require.Empty(t, m.boxes)
	m.put(time.Now(), nil, s, outgoing(1)) // a refusal, to a session that does not come to be
	m.tidy(s)
	require.Empty(t, m.boxes)
	m.leave(s)
	require.Empty(t, m.boxes)
}

func TestMailIsDue(t *testing.T) {
	var m mail
	s := &session.Session{}
	at := time.Unix(1000, 0)
	w := session.HTTPWait{MaxDelay: 3 * time.Second, WaitAfter: 2 * time.Second, MaxWait: 10 * time.Second}
	due := func() time.Duration {
		d, _ := m.due(s, at, w)
		return d.Sub(at)
	}
	require.Equal(t, 10*time.Second, due())
	_, news := m.due(s, at, w)
	m.put(at.Add(time.Second), nil, s, outgoing(1))
	<-news // closed
	require.Equal(t, 3*time.Second, due(), "wait_after")
	m.put(at.Add(2500*time.Millisecond), nil, s, outgoing(2))
	require.Equal(t, 4*time.Second, due(), "max_delay from the first")
	m.take(s)
	require.Equal(t, 10*time.Second, due())
	m.put(at.Add(9*time.Second), nil, s, outgoing(3))
	require.Equal(t, 10*time.Second, due(), "max_wait")
}
