package session

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (c *client) under(key, session int64) *Session {
	return c.table.Receive(c.now, Incoming{
		Key: key, Salts: c.salts, SessionID: session, Salt: c.salts.Current(c.now), Message: c.content1(ping(1)),
	}, c.link, &c.got)
}

func TestSessionsPerKey(t *testing.T) {
	c := newClient(t)
	first := c.under(1, 100)
	for i := range int64(testTable.PerKey) {
		c.now = c.now.Add(time.Second)
		c.under(1, i)
		c.under(2, 200)
	}
	require.Len(t, c.table.all, testTable.PerKey+1)
	require.True(t, first.Ended(), "the one used least recently makes room")
	c.under(2, 200)
	require.False(t, c.got.Created, "another key's session stays")
	c.under(1, 100)
	require.True(t, c.got.Created)
}

func TestSessionsInAll(t *testing.T) {
	c := newClient(t)
	var first []*Session
	for i := range int64(testTable.Sessions + 5) {
		c.now = c.now.Add(time.Second)
		first = append(first, c.under(i, 1))
	}
	require.Len(t, c.table.all, testTable.Sessions)
	for i, s := range first {
		require.Equal(t, i < 5, s.Ended(), "session %d", i)
	}
	require.Len(t, c.table.perKey, testTable.Sessions, "keys without a session are not counted for ever")

	c.under(5, 1) // the oldest that is left is used again
	require.False(t, c.got.Created)
	c.under(1000, 1)
	require.False(t, first[5].Ended())
	require.True(t, first[6].Ended(), "the one used least recently makes room")
}

// Who floods a full table with sessions makes others wait for no longer than if it were
// small: the one that goes is not looked for among all of them.
func BenchmarkBeginInAFullTable(b *testing.B) {
	for _, all := range []int{500, 32_000} {
		b.Run(fmt.Sprint(all), func(b *testing.B) {
			c := newClient(b)
			c.table = NewTable(testLimits, TableLimits{Sessions: all, PerKey: all, TTL: time.Hour}, nothing{})
			id := int64(0)
			for range all {
				id++
				c.under(1, id)
			}
			b.ReportAllocs()
			for b.Loop() {
				id++
				c.under(1, id)
			}
		})
	}
}

// waiting is a link that asks for the table while a message is answered over it.
type waiting struct {
	fakeLink
	table *Table
	free  bool
}

func (l *waiting) Deliver(s *Session, m Outgoing) bool {
	if l.free = l.table.mu.TryLock(); l.free {
		l.table.mu.Unlock()
	}
	return l.fakeLink.Deliver(s, m)
}

// The first message of a session may be a container of thousands: the sessions of others do not
// wait for it.
func TestFirstMessageIsTakenWithoutTheTable(t *testing.T) {
	c := newClient(t)
	l := &waiting{table: c.table}
	m := c.content1(ping(1))
	c.table.Receive(c.now, Incoming{Key: testKey, Salts: c.salts, SessionID: c.session, Salt: c.salts.Current(c.now), Message: m}, l, &c.got)
	require.Equal(t, []string{"new_session", "pong 1"}, l.take(t))
	require.True(t, l.free)
}

// A message that is refused must not push an honest session out.
func TestARefusedMessageEvictsNothing(t *testing.T) {
	c := newClient(t)
	for i := range int64(testTable.PerKey) {
		c.under(testKey, i)
	}
	c.session = 4711
	for range 50 {
		c.sendWith(c.content1(aQuery), 0)
	}
	require.Len(t, c.table.all, testTable.PerKey)
}

// An evicted session still answers what it took: its client waits for that.
func TestAnEvictedSessionAnswers(t *testing.T) {
	c := newClient(t)
	s, id := c.query()
	c.now = c.now.Add(time.Second)
	for i := range int64(testTable.PerKey) {
		c.under(testKey, 100+i)
	}
	require.True(t, s.Ended())
	c.link.got = nil
	s.Answer(c.now, id, answer(id, "yes!"))
	require.Equal(t, []string{"result of yes!"}, c.link.take(t))
}

func TestSweep(t *testing.T) {
	c := newClient(t)
	old := c.under(1, 1)
	c.now = c.now.Add(testTable.TTL)
	young := c.under(2, 1)
	require.Zero(t, c.table.Sweep(c.now))
	require.False(t, old.Ended(), "to its last moment")
	c.now = c.now.Add(time.Second)
	require.Equal(t, 1, c.table.Sweep(c.now))
	require.True(t, old.Ended())
	require.False(t, young.Ended())
	require.Len(t, c.table.all, 1)

	c.now = c.now.Add(10 * time.Minute)
	c.table.Sweep(c.now)
	require.Empty(t, young.window.entries, "an idle session gives its window back")
}

// Two links that begin the same session at once make one.
func TestOneSessionBegunTwice(t *testing.T) {
	for range 50 {
		table := NewTable(testLimits, testTable, nothing{})
		salts := NewSalts([]byte("k"), 1, testStart)
		got := make([]*Session, 4)
		var created [4]bool
		var all sync.WaitGroup
		for i := range got {
			all.Go(func() {
				var r Received
				got[i] = table.Receive(testStart, Incoming{
					Key: 1, Salts: salts, SessionID: 1, Salt: 1,
					Message: Message{MsgID: msgIDAt(testStart) + int64(i)*4, SeqNo: int32(2*i + 1), Body: ping(1)},
				}, &fakeLink{number: int64(i)}, &r)
				created[i] = r.Created
			})
		}
		all.Wait()
		n := 0
		for i := range got {
			require.Same(t, got[0], got[i])
			if created[i] {
				n++
			}
		}
		require.Equal(t, 1, n)
	}
}

type nothing struct{}

func (nothing) Read(b []byte) (int, error) { return len(b), nil }

func TestWindow(t *testing.T) {
	w := window{size: 8}
	for id := int64(1); id <= 8; id++ {
		w.add(received{id: id * 4, seqno: int32(id), status: statusSeen})
	}
	w.add(received{id: 36, seqno: 9})
	require.EqualValues(t, 8, w.floor, "a quarter made room")
	require.Len(t, w.entries, 7)
	require.Nil(t, w.find(8))
	require.NotNil(t, w.find(12))
	w.add(received{id: 36, seqno: 10})
	require.Len(t, w.entries, 7, "an id is there once")
	require.EqualValues(t, 10, w.find(36).seqno, "as it was added last")
}

// A query that runs is not forgotten, however much comes after it: its repetition
// would be refused as too old, and its answer would find nobody.
func TestWindowKeepsRunningQueries(t *testing.T) {
	c := begun(t)
	m := c.content1(aQuery)
	s := c.send(m)
	for range 10 * testLimits.Window {
		c.send(c.content1(ping(1)))
	}
	require.LessOrEqual(t, len(s.window.entries), testLimits.Window)
	c.link.got = nil
	c.send(m)
	require.Equal(t, 1, c.got.Repeats)
	require.Empty(t, c.queries())
	s.Answer(c.now, m.MsgID, answer(m.MsgID, "yes!"))
	require.Equal(t, []string{"result of yes!"}, c.link.take(t))
}

// Even a window in which everything runs is bounded, and each of its queries is
// answered once and executed once.
func TestWindowFullOfRunningQueries(t *testing.T) {
	c := begun(t)
	var all []Message
	var s *Session
	for range 3 * testLimits.Window {
		m := c.content1(aQuery)
		s = c.send(m)
		require.Len(t, c.queries(), 1)
		all = append(all, m)
	}
	require.LessOrEqual(t, len(s.window.entries), testLimits.Window)
	for _, m := range all {
		c.send(m)
		require.Empty(t, c.queries())
	}
	c.link.got = nil
	for _, m := range all {
		s.Answer(c.now, m.MsgID, answer(m.MsgID, "yes!"))
	}
	require.Len(t, c.link.got, len(all))
}

// prune forgets what the clock alone refuses, and remembers where it stopped.
func TestPrune(t *testing.T) {
	c := begun(t)
	waiting := c.content1(aQuery) // sent much later, in a container
	old, running := c.content1(ping(1)), c.content1(aQuery)
	s := c.send(old)
	c.send(running)
	c.now = c.now.Add(10 * time.Minute)
	fresh := c.content1(aQuery)
	c.send(fresh)
	c.table.Sweep(c.now)
	require.Len(t, s.window.entries, 2, "the fresh one and the one that runs")
	c.link.got = nil
	c.send(c.plain(packed(waiting)))
	require.Equal(t, []string{"bad_msg 20"}, c.link.take(t), "whether it came before cannot be told any more")
	c.send(c.plain(packed(running)))
	require.Equal(t, 1, c.got.Repeats)
}

// Whatever the order in which ids come, the window is sorted, bounded, and knows
// each one as found or below the floor.
func TestWindowAnyOrder(t *testing.T) {
	for seed := range uint64(50) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			w := window{size: 16}
			for range 500 {
				id := r.Int64N(200) * 4
				if w.find(id) != nil || id <= w.floor && w.floor > 0 {
					continue
				}
				w.add(received{id: id, status: status(r.IntN(4))})
				require.NotNil(t, w.find(id))
				require.LessOrEqual(t, len(w.entries), w.size)
				for i := 1; i < len(w.entries); i++ {
					require.Less(t, w.entries[i-1].id, w.entries[i].id)
				}
			}
		})
	}
}
