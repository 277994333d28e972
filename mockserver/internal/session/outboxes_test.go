package session

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// crowd is a table whose outboxes are bounded together.
type crowd struct {
	t     *testing.T
	all   *Outboxes
	table *Table
	salts *Salts
	got   Received
	next  int64
}

func newCrowd(t *testing.T, total int64) *crowd {
	l := Limits{Window: 100, Outbox: 1000, OutboxBytes: 1 << 20, Outboxes: NewOutboxes(total)}
	random := bytes.NewReader(bytes.Repeat([]byte{9}, 1<<16))
	return &crowd{
		t: t, all: l.Outboxes, next: msgIDAt(testStart), salts: NewSalts([]byte("auth key"), 1234, testStart),
		table: NewTable(l, TableLimits{Sessions: 100, PerKey: 100, TTL: time.Hour}, random),
	}
}

// begin makes a session and acknowledges its greeting.
func (c *crowd) begin(id int64) *Session {
	c.t.Helper()
	c.next += 4
	s := c.table.Receive(testStart, Incoming{Key: testKey, Salts: c.salts, SessionID: id, Salt: c.salts.Current(testStart), Message: Message{MsgID: c.next, SeqNo: 1, Body: ping(1)}}, &fakeLink{number: id}, &c.got)
	require.True(c.t, c.got.Created)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.drop(len(s.out.messages()))
	return s
}

// say keeps n answers of 872 bytes, which with what a message costs are 1,000.
func (c *crowd) say(s *Session, n int) {
	for range n {
		s.mu.Lock()
		s.send(testStart, make([]byte, 1000-messageCost), true, 0)
		s.mu.Unlock()
	}
}

func kept(s *Session) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.out.messages())
}

// Who keeps the most pays, as far as is needed; who keeps little notices nothing.
func TestOutboxesRelieve(t *testing.T) {
	for name, tc := range map[string]struct{ have, want []int }{
		"below the bound":         {[]int{50, 50}, []int{50, 50}},
		"one":                     {[]int{101}, []int{87}},
		"one of three":            {[]int{80, 20, 1}, []int{66, 20, 1}},
		"two alike and a small":   {[]int{50, 50, 1}, []int{36, 50, 1}},
		"the second pays as well": {[]int{60, 59, 10}, []int{30, 47, 10}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, 100_000)
			var all []*Session
			for i, n := range tc.have {
				s := c.begin(int64(i))
				c.say(s, n)
				all = append(all, s)
			}
			before := c.all.held.Load()
			dropped := 0
			for _, r := range c.all.Relieve() {
				require.Positive(t, r.Dropped)
				dropped += r.Dropped
			}
			var have []int
			for _, s := range all {
				have = append(have, kept(s))
			}
			sum := 0
			for _, n := range have {
				sum += n
			}
			want := 0
			for _, n := range tc.want {
				want += n
			}
			require.Equal(t, want, sum, "%v: which of two alike pays, chance says", have)
			require.Equal(t, tc.want[len(tc.want)-1], have[len(have)-1], "the smallest")
			require.Equal(t, before-int64(1000*dropped), c.all.held.Load())
			require.Empty(t, c.all.Relieve())
		})
	}
}

// Whatever ends a kept message gives its room back: an acknowledgement, a bound of its
// session, and the end of that.
func TestOutboxesCountTruly(t *testing.T) {
	c := newCrowd(t, 1<<30)
	a, b := c.begin(1), c.begin(2)
	require.Zero(t, c.all.held.Load())
	c.say(a, 10)
	c.say(b, 1500) // 1,000 is the most
	require.EqualValues(t, 1_010_000, c.all.held.Load())
	a.mu.Lock()
	a.out.acknowledge(a.out.messages()[4].MsgID)
	a.out.acknowledge(a.out.messages()[0].MsgID)
	a.mu.Unlock()
	require.EqualValues(t, 1_008_000, c.all.held.Load())
	c.table.Drop(2)
	require.EqualValues(t, 8_000, c.all.held.Load())
	c.say(b, 1)
	require.EqualValues(t, 8_000, c.all.held.Load(), "a session that has ended keeps nothing")
	c.table.Clear()
	require.Zero(t, c.all.held.Load())
}

// Who passes a bound is told of once for each, not for each answer.
func TestPassedIsToldOnce(t *testing.T) {
	var told []string
	c := newCrowd(t, 1<<30)
	c.table.limits.Outbox, c.table.limits.OutboxBytes = 5, 1<<20
	c.table.limits.Passed = func(_ time.Time, _ *Session, bound, _ string) { told = append(told, bound) }
	s := c.begin(1)
	c.say(s, 5)
	require.Empty(t, told)
	c.say(s, 20)
	require.Equal(t, []string{"Outbox"}, told)
	c.table.limits.Outbox, c.table.limits.OutboxBytes = 1000, 3000
	c.say(s, 2*maxMissed)
	require.Equal(t, []string{"Outbox", "OutboxBytes"}, told)
	require.Equal(t, 3, kept(s))
}
