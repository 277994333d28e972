package link

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/session"
)

var start = time.Unix(1_700_000_000, 0)

func keyOf(n byte, now time.Time) *Key { return NewKey([256]byte{n}, 1, now) }

// The key used least recently makes room; pinned ones neither go nor count.
func TestKeysAreBounded(t *testing.T) {
	keys := NewKeys(3)
	pinned := keyOf(100, start.Add(-time.Hour))
	pinned.Pinned = true
	keys.Add(pinned)
	var all []*Key
	for n := range byte(3) {
		k := keyOf(n, start.Add(time.Duration(n)*time.Second))
		keys.Add(k)
		all = append(all, k)
	}
	all[0].touch(start.Add(time.Minute))
	keys.Add(keyOf(3, start.Add(time.Minute)))
	require.Nil(t, keys.Get(start, all[1].ID), "unused for longest")
	for _, k := range []*Key{all[0], all[2], pinned} {
		require.Same(t, k, keys.Get(start, k.ID))
		require.True(t, keys.Has(k.ID))
	}
	keys.Remove(all[0].ID)
	keys.Remove(all[0].ID)
	require.False(t, keys.Has(all[0].ID))
}

// A temporary key is gone at the moment that it ends, as if it had never been.
func TestTemporaryKeyEnds(t *testing.T) {
	keys := NewKeys(10)
	k := NewTemporaryKey([256]byte{1}, 1, start, time.Hour)
	keys.Add(k)
	require.Same(t, k, keys.Get(start.Add(time.Hour-1), k.ID))
	require.Nil(t, keys.Get(start.Add(time.Hour), k.ID))
	require.False(t, keys.Has(k.ID), "and costs nothing")
}

// A connection that begins ever new sessions remembers only those that live.
func TestALinkForgetsEndedSessions(t *testing.T) {
	table := session.NewTable(session.Limits{Window: 8, Outbox: 8, OutboxBytes: 1 << 10},
		session.TableLimits{Sessions: 100, PerKey: 10, TTL: time.Hour}, bytes.NewReader(nil))
	salts := session.NewSalts([]byte("key"), 1, start)
	l := &Link{hub: &Hub{Keys: NewKeys(1)}, sessions: map[*session.Session]struct{}{}}
	l.queue.init(Limits{QueueItems: 1 << 20, QueueBytes: 1 << 30})
	var got session.Received
	var last *session.Session
	ping := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint32(nil, mt.PingRequestTypeID), 1)
	for id := range int64(5000) {
		now := start.Add(time.Duration(id) * time.Millisecond)
		last = table.Receive(now, session.Incoming{
			Key: 1, Salts: salts, SessionID: id, Salt: 1,
			Message: session.Message{MsgID: now.Unix() << 32, SeqNo: 1, Body: ping},
		}, l, &got)
		require.True(t, got.Accepted)
		l.remember(last)
		require.LessOrEqual(t, len(l.sessions), minTidy+1)
	}
	require.Contains(t, l.sessions, last)
	live := 0
	for s := range l.sessions {
		if !s.Ended() {
			live++
		}
	}
	require.Equal(t, 10, live, "none that lives was forgotten")
}
