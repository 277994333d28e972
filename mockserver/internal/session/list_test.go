package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What runs while its session is dropped is answered no more: neither by the session
// nor in the one that the same client begins afterwards.
func TestDrop(t *testing.T) {
	c := newClient(t)
	s := c.send(c.content1(aQuery))
	query := c.got.Queries[0].MsgID
	old := c.link.Number()
	require.Equal(t, []Info{{
		ID: c.session, Key: testKey, Ordinal: 1, Ways: []int64{old}, Unacknowledged: 1, LastUsed: c.now,
	}}, c.table.List(), "new_session_created is not acknowledged yet")
	c.link = &fakeLink{number: old + 1}
	c.send(c.plain(ping(1)))
	require.Equal(t, []int64{old, old + 1}, c.table.List()[0].Ways)

	require.Equal(t, 1, c.table.Drop(c.session))
	require.True(t, s.Ended())
	require.Empty(t, c.table.List())
	require.Empty(t, c.table.perKey)
	c.link.take(t)
	s.Answer(c.now, query, answer(query, "late"))
	require.Empty(t, c.link.take(t))

	require.Zero(t, c.table.Drop(c.session))
	c.now = c.now.Add(time.Second)
	c.send(c.content1(aQuery))
	require.True(t, c.got.Created)
}
