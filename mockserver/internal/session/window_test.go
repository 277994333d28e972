package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// https://core.telegram.org/mtproto/description#message-identifier-msg-id: the time
// in seconds times 2^32, the fraction included, divisible by four.
func TestMsgIDAt(t *testing.T) {
	for _, tc := range []struct {
		sec, nsec, want int64
	}{
		{0, 0, 0},
		{1, 0, 1 << 32},
		{1, 500_000_000, 1<<32 + 1<<31},
		{1, 250_000_000, 1<<32 + 1<<30},
		{0, 1, 4},
		{0, 5, 20}, // 21.47
		{0, 999_999_999, 1<<32 - 8},
		{-1, 0, -1 << 32},
	} {
		require.Equal(t, tc.want, msgIDAt(time.Unix(tc.sec, tc.nsec)), "%d s, %d ns", tc.sec, tc.nsec)
	}
}

// https://core.telegram.org/mtproto/description#message-identifier-msg-id: a message
// that is 300 seconds old is still taken.
func TestOldestMsgID(t *testing.T) {
	for _, tc := range []struct {
		less    int64
		created bool
	}{{0, true}, {4, false}} {
		c := newClient(t)
		m := c.content1(aQuery)
		m.MsgID = msgIDAt(c.now.Add(-300*time.Second)) - tc.less
		c.send(m)
		require.Equal(t, tc.created, c.got.Created)
	}
}

// Neighbours in a window decide about a seqno, be there one or many.
func TestSeqnoCode(t *testing.T) {
	one := []received{{id: 8, seqno: 3}}
	even := []received{{id: 8, seqno: 2}}
	three := []received{{id: 8, seqno: 3}, {id: 16, seqno: 5}, {id: 24, seqno: 6}}
	packed := []received{{id: 8, seqno: 4, packs: true}}
	around := []received{{id: 8, seqno: 3}, {id: 16, seqno: 2, packs: true}, {id: 24, seqno: 9}}
	for _, tc := range []struct {
		name    string
		entries []received
		id      int64
		seqno   int32
		want    int
	}{
		{"nothing before", nil, 8, 99, 0},
		{"above the only one", one, 12, 5, 0},
		{"lower than the only one's", one, 12, 2, 32},
		{"the only one's, odd", one, 12, 3, 32},
		{"the only one's, even", even, 12, 2, 0},
		{"one more than an even one", even, 12, 3, 0},
		{"below the only one", one, 4, 1, 0},
		{"higher than that of a newer one", one, 4, 4, 33},
		{"that of a newer one, odd", one, 4, 3, 33},
		{"that of a newer one, even", even, 4, 2, 0},
		{"one less than a newer even one", even, 4, 1, 0},
		{"between two", three, 20, 6, 0},
		{"too low between two", three, 20, 5, 32},
		{"too high between two", three, 20, 7, 33},
		{"at the end", three, 28, 7, 0},
		{"above a container alone", packed, 12, 3, 0},
		{"below a container alone", packed, 4, 5, 0},
		{"below a container, right", around, 12, 5, 0},
		{"below a container, too high for what is above it", around, 12, 11, 33},
		{"above a container, right", around, 20, 5, 0},
		{"above a container, too low for what is below it", around, 20, 2, 32},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := window{entries: tc.entries}
			require.Equal(t, tc.want, w.seqnoCode(tc.id, tc.seqno))
		})
	}
}

// Even the smallest window forgets what is done before what still runs, and then the
// oldest: the floor is its id.
func TestSmallWindow(t *testing.T) {
	w := window{size: 2}
	w.add(received{id: 4, status: statusRunning})
	w.add(received{id: 8, status: statusSeen})
	w.add(received{id: 12, status: statusRunning})
	require.NotNil(t, w.find(4))
	require.Nil(t, w.find(8))
	require.EqualValues(t, 8, w.floor)

	w = window{size: 2}
	for id := int64(4); id <= 12; id += 4 {
		w.add(received{id: id, status: statusRunning})
	}
	require.EqualValues(t, 4, w.floor)
	require.Len(t, w.entries, 2)
}

// The session that was used least recently makes room, not the oldest.
func TestUseKeepsASession(t *testing.T) {
	c := newClient(t)
	var all []*Session
	for i := range int64(testTable.PerKey) {
		all = append(all, c.under(1, i))
		c.now = c.now.Add(time.Second)
	}
	c.under(1, 0)
	c.under(1, 100)
	require.False(t, all[0].Ended(), "it was used just now")
	require.True(t, all[1].Ended())

	c.now = c.now.Add(testTable.TTL)
	c.under(1, 2)
	c.now = c.now.Add(time.Second)
	c.table.Sweep(c.now)
	require.Len(t, c.table.all, 1)
	require.False(t, all[2].Ended())
}

// Of two links that both find no session, the second finds it when it is its turn.
func TestSessionBegunMeanwhile(t *testing.T) {
	c := newClient(t)
	s := c.send(c.content1(ping(1)))
	m := c.content1(aQuery)
	c.got.reset()
	again, taken := c.table.begin(c.now, Incoming{Key: testKey, Salts: c.salts, SessionID: c.session, Salt: c.salts.Current(c.now), Message: m}, c.link, &c.got)
	require.Same(t, s, again)
	require.True(t, taken, "and takes its message")
	require.False(t, c.got.Created)
	require.Len(t, c.table.all, 1)
}
