package session

import (
	"encoding/binary"
	"testing"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// https://core.telegram.org/method/destroy_auth_key: destroy_auth_key#d1435160,
// answered by destroy_auth_key_ok#f660e1d4, destroy_auth_key_none#0a9f2259 or
// destroy_auth_key_fail#ea109b13.
func TestDestroyAuthKey(t *testing.T) {
	for _, tc := range []struct {
		fate KeyFate
		want uint32
	}{{KeyGone, 0xf660e1d4}, {KeyMissing, 0x0a9f2259}, {KeyStays, 0xea109b13}} {
		c := begun(t)
		m := c.content1(binary.LittleEndian.AppendUint32(nil, 0xd1435160))
		s := c.send(m)
		require.Empty(t, c.queries())
		require.Equal(t, m.MsgID, c.got.DestroyKey)
		s.KeyDestroyed(c.now, m.MsgID, tc.fate)
		require.Len(t, c.link.got, 1)
		out := c.link.got[0]
		require.Equal(t, binary.LittleEndian.AppendUint32(nil, tc.want), out.Body)
		require.Equal(t, m.MsgID, out.Request)
		require.EqualValues(t, 1, out.MsgID&3)
		require.EqualValues(t, 2, out.SeqNo, "not content-related")
		require.True(t, s.mu.TryLock(), "the session is not left locked")
		s.mu.Unlock()

		c.send(c.content1(ping(1)))
		require.Zero(t, c.got.DestroyKey, "what a former message asked for is not asked for again")
	}
}

// Clear makes a table as it was in the beginning.
func TestClear(t *testing.T) {
	c := newClient(t)
	first := c.under(1, 1)
	for i := range int64(testTable.PerKey) {
		c.under(2, i)
	}
	c.under(2, 100) // for which another one goes
	require.Len(t, c.table.all, testTable.PerKey+1)
	c.table.Clear()
	require.Empty(t, c.table.all)
	require.Empty(t, c.table.perKey)
	require.True(t, first.Ended())
	s := c.under(1, 1)
	require.True(t, c.got.Created)
	require.EqualValues(t, 1, s.Ordinal)
}

// The bound that was reached has a name, so that a journal can tell of it.
func TestEvictionNamesItsBound(t *testing.T) {
	c := newClient(t)
	for i := range int64(testTable.PerKey) {
		c.under(1, i)
		require.Empty(t, c.got.Evicted)
	}
	c.under(1, 100)
	require.Equal(t, "SessionsPerKey", c.got.Evicted)
	for i := range int64(testTable.Sessions - testTable.PerKey) {
		c.under(100+i, 1)
		require.Empty(t, c.got.Evicted)
	}
	c.under(4711, 1)
	require.Equal(t, "Sessions", c.got.Evicted)
}

// Under one key it is that key's session that has to go, not one of another key that
// was used less recently.
func TestAKeyEvictsItsOwn(t *testing.T) {
	c := newClient(t)
	stranger := c.under(2, 1)
	c.now = c.now.Add(1)
	for i := range int64(testTable.PerKey + 1) {
		c.under(1, i)
	}
	require.False(t, stranger.Ended())
}

// What the client acknowledges is told by the query that it answers.
func TestAcknowledgedQueries(t *testing.T) {
	c := newClient(t)
	s, id := c.query()
	s.Answer(c.now, id, answer(id, "yes!"))
	created, result := c.link.got[0], c.link.got[1]
	c.ackOf(created.MsgID, result.MsgID, 4711)
	require.Equal(t, []int64{id}, c.got.Acked, "new_session_created answers nothing")
	c.ackOf(result.MsgID)
	require.Empty(t, c.got.Acked, "once")
}

// requireTold demands that the journal hears of a list that was too long by one, and
// of no other.
func requireTold(t *testing.T, c *client, whole bool) {
	t.Helper()
	if whole {
		require.Empty(t, c.got.Refusals)
		return
	}
	require.Len(t, c.got.Refusals, 1)
	require.Zero(t, c.got.Refusals[0].Code, "the client is told nothing")
	require.Equal(t, "a list of 8193 ids: only the first 8192 are looked at", c.got.Refusals[0].Reason)
}

// A msgs_ack of more than 8192 ids is read up to there.
// https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
func TestAcknowledgementIsBounded(t *testing.T) {
	for _, tc := range []struct {
		before int
		acked  bool
	}{{MaxIDs - 1, true}, {MaxIDs, false}} {
		c := begun(t)
		s, id := c.query()
		s.Answer(c.now, id, answer(id, "yes!"))
		ids := append(make([]int64, tc.before), c.link.got[0].MsgID)
		c.send(c.plain(encode(&mt.MsgsAck{MsgIDs: ids})))
		require.Equal(t, tc.acked, len(c.got.Acked) == 1)
		requireTold(t, c, tc.acked)
	}
}

// So is msg_resend_req.
func TestResendRequestIsBounded(t *testing.T) {
	for _, tc := range []struct {
		before int
		want   []string
	}{{MaxIDs - 1, []string{"result of more", "result of yes!"}}, {MaxIDs, []string{"result of more"}}} {
		c := begun(t)
		s, id := c.query()
		s.Answer(c.now, id, answer(id, "yes!"))
		sent := c.link.got[0].MsgID
		_, other := c.query()
		s.Answer(c.now, other, answer(other, "more"))
		ids := make([]int64, tc.before)
		for i := range ids {
			ids[i] = c.link.got[1].MsgID
		}
		c.link.got = nil
		c.send(c.content1(encode(&mt.MsgResendReq{MsgIDs: append(ids, sent)})))
		require.Equal(t, tc.want, c.link.take(t))
		requireTold(t, c, len(tc.want) == 2)
	}
}

// Acknowledgements that wait are bounded as well: a client that never lets any leave
// gets those of its first 8192 messages.
func TestPendingAcknowledgementsAreBounded(t *testing.T) {
	s := newSession(1, 1, NewSalts(nil, 1, testStart), &testLimits, 1, testStart)
	for id := range int64(MaxIDs + 1) {
		s.needAck(id)
	}
	require.Len(t, s.acks, MaxIDs)
}
