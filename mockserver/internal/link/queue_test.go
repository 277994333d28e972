package link

import (
	"math"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func newQueue() *queue {
	var q queue
	q.init(Limits{QueueItems: 2, QueueBytes: 1000})
	return &q
}

// The reader waits while either bound is passed, and goes on when the writer has
// taken what is there or the connection ends.
func TestReaderWaitsForRoom(t *testing.T) {
	for name, fill := range map[string][]item{
		"items": {{}, {}, {}},
		"bytes": {{plain: make([]byte, 2000)}},
	} {
		for _, ends := range []string{"take", "close"} {
			t.Run(name+"/"+ends, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					q := newQueue()
					ok, full := q.put(fill...)
					require.True(t, ok)
					require.Empty(t, full)
					passed := false
					done := make(chan struct{})
					go func() {
						q.waitRoom()
						passed = true
						close(done)
					}()
					synctest.Wait()
					require.False(t, passed)
					if ends == "take" {
						got, open := q.take()
						require.Len(t, got, len(fill))
						require.True(t, open)
					} else {
						q.close()
					}
					<-done
				})
			})
		}
	}
}

func TestQueueOverflows(t *testing.T) {
	q := newQueue()
	for range 8 {
		_, full := q.put(item{})
		require.Empty(t, full)
	}
	ok, full := q.put(item{})
	require.True(t, ok)
	require.Equal(t, "QueueMessages", full, "at four times the bound")
	q = newQueue()
	_, full = q.put(item{plain: make([]byte, 5000)})
	require.Equal(t, "QueueBytes", full)
}

// A closed queue takes nothing, and gives what it has.
func TestClosedQueue(t *testing.T) {
	q := newQueue()
	q.put(item{code: 1})
	q.close()
	q.close()
	ok, full := q.put(item{code: 2})
	require.False(t, ok)
	require.Empty(t, full)
	got, open := q.take()
	require.Len(t, got, 1)
	require.False(t, open)
	select {
	case <-q.wake:
	default:
		require.Fail(t, "the writer must hear of the end")
	}
}

// While the reader is at work nobody is started for what it answers; it writes that
// itself, unless it is much or somebody writes already.
func TestHeldQueue(t *testing.T) {
	started := 0
	held := func(eager bool) *queue {
		q := newQueue()
		started = 0
		q.writers(func() { started++ }, eager)
		q.hold()
		return q
	}
	q := held(true)
	q.put(item{code: 1}, item{code: 2})
	require.Zero(t, started)
	items := q.takeHeld()
	require.Len(t, items, 2)
	q.put(item{code: 3})
	require.Zero(t, started, "the reader looks again")
	q.done(items)
	q.rest()
	require.Len(t, q.takeHeld(), 1)
	q.rest()
	require.Nil(t, q.takeHeld())
	q.put(item{code: 4})
	require.Equal(t, 1, started, "the reader waits")
	q.hold()
	require.Nil(t, q.takeHeld(), "somebody writes")

	q = held(true)
	q.put(item{plain: make([]byte, most)})
	require.Nil(t, q.takeHeld(), "much")
	require.Equal(t, 1, started)

	q = held(false)
	q.put(item{code: 1})
	require.Equal(t, 1, started, "the reader would have to wait")

	q = held(true)
	q.put(item{code: 1})
	require.Len(t, q.takeHeld(), 1)
	q.close()
	require.Zero(t, started)
	q.rest()
	require.Equal(t, 1, started, "somebody has to say the end")
}

// A reader that has to wait for room leaves what it held to a writer: with QueueBytes
// below what one write should have, or after answers that came from elsewhere, it had
// not written it itself, and nobody else would.
func TestWaitingReaderHoldsNothing(t *testing.T) {
	for name, fill := range map[string][]item{
		"items": {{}, {}, {}},
		"bytes": {{plain: make([]byte, 2000)}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newQueue()
				q.writers(func() { go q.take() }, true)
				q.hold()
				q.put(fill...)
				passed := false
				go func() {
					q.waitRoom()
					passed = true
				}()
				synctest.Wait()
				defer q.close() // or the reader would outlive the bubble
				require.True(t, passed)
			})
		})
	}
}

func TestOverflow(t *testing.T) {
	for name, tc := range map[string]struct {
		items, bytes int
		limits       Limits
		want         string
	}{
		"four times as many":             {8, 40, Limits{QueueItems: 2, QueueBytes: 10}, ""},
		"one more":                       {9, 40, Limits{QueueItems: 2, QueueBytes: 10}, "QueueMessages"},
		"a byte more":                    {8, 41, Limits{QueueItems: 2, QueueBytes: 10}, "QueueBytes"},
		"more items, and bytes":          {12, 44, Limits{QueueItems: 2, QueueBytes: 10}, "QueueMessages"},
		"the largest number is no bound": {1 << 20, 1 << 30, Limits{QueueItems: math.MaxInt, QueueBytes: math.MaxInt}, ""},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, tc.limits.overflow(tc.items, tc.bytes)) })
	}
}

// Each poll holds the reader for all that was in the mailbox, but does not add to it.
func TestQueueOfPolls(t *testing.T) {
	for name, tc := range map[string]struct {
		held  []int // by each poll
		waits bool
	}{
		"nothing":                   {[]int{0, 0}, false},
		"as much as fits":           {[]int{800}, false},
		"more than fits":            {[]int{1001}, true},
		"grown between two of them": {[]int{800, 3500}, true},
		"full for each of several":  {[]int{900, 4000, 4000}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var q queue
			q.init(Limits{QueueItems: 8, QueueBytes: 1000})
			for _, held := range tc.held {
				_, full := q.put(item{http: &request{held: held}})
				require.Empty(t, full)
			}
			_, waits, _ := q.look()
			require.Equal(t, tc.waits, waits)
			q.take()
			_, waits, _ = q.look()
			require.False(t, waits)
		})
	}
}
