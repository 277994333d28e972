package session

import (
	"slices"
	"testing"

	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

// anError is an rpc_result with an rpc_error.
func anError(request int64) []byte {
	return encode(&proto.Result{RequestMessageID: request, Result: encode(&mt.RPCError{ErrorCode: 400, ErrorMessage: "NO"})})
}

// https://core.telegram.org/method/invokeAfterMsg: what a query may wait for.
func TestAnswered(t *testing.T) {
	for _, tc := range []struct {
		name         string
		run          func(c *client, s *Session, id int64) []int64 // what is waited for
		done, failed bool
	}{
		{"nothing", func(*client, *Session, int64) []int64 { return nil }, true, false},
		{"still running", func(_ *client, _ *Session, id int64) []int64 { return []int64{id} }, false, false},
		{"answered", func(c *client, s *Session, id int64) []int64 {
			s.Answer(c.now, id, answer(id, "yes!"))
			return []int64{id}
		}, true, false},
		{"answered with an error", func(c *client, s *Session, id int64) []int64 {
			s.Answer(c.now, id, anError(id))
			return []int64{id}
		}, true, true},
		{"an answer of nothing but its head", func(c *client, s *Session, id int64) []int64 {
			s.Answer(c.now, id, answer(id, ""))
			return []int64{id}
		}, true, false},
		{"an error among those that still run", func(c *client, s *Session, id int64) []int64 {
			s.Answer(c.now, id, anError(id))
			_, running := c.query()
			return []int64{running, id}
		}, true, true},
		{"one answered, one running", func(c *client, s *Session, id int64) []int64 {
			s.Answer(c.now, id, answer(id, "yes!"))
			_, running := c.query()
			return []int64{id, running}
		}, false, false},
		{"silenced: it never comes", func(_ *client, s *Session, id int64) []int64 {
			s.Silence(id)
			return []int64{id}
		}, false, false},
		{"not arrived yet", func(_ *client, _ *Session, id int64) []int64 { return []int64{id + 4000} }, false, false},
		{"not arrived, and too old to come", func(_ *client, s *Session, id int64) []int64 {
			s.window.floor = id + 4000
			return []int64{id + 4000}
		}, true, false},
		{"just above what is too old", func(_ *client, s *Session, id int64) []int64 {
			s.window.floor = id + 3996
			return []int64{id + 4000}
		}, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := begun(t)
			s, id := c.query()
			queries := tc.run(c, s, id)
			done, failed := s.Answered(queries)
			require.Equal(t, tc.done, done)
			require.Equal(t, tc.failed, failed)
			told := 0
			s.Await(queries, func() { told++ })()
			require.Equal(t, tc.done, told == 1, "at once if there is nothing to wait for")
		})
	}
}

// Whoever waits is told once, when the last of its queries is settled, in whatever
// way that happens; others wait on.
func TestAwait(t *testing.T) {
	for name, settle := range map[string]func(s *Session, c *client, id int64){
		"answer":   func(s *Session, c *client, id int64) { s.Answer(c.now, id, answer(id, "yes!")) },
		"error":    func(s *Session, c *client, id int64) { s.Answer(c.now, id, anError(id)) },
		"twice":    func(s *Session, c *client, id int64) { s.AnswerTwice(c.now, id, answer(id, "yes!")) },
		"spoilt":   func(s *Session, c *client, id int64) { s.AnswerSpoilt(c.now, id, answer(id, "yes!")) },
		"cut":      func(s *Session, c *client, id int64) { s.AnswerCut(c.now, id, answer(id, "yes!")) },
		"kept":     func(s *Session, c *client, id int64) { s.Keep(c.now, id, answer(id, "yes!")) },
		"overtake": func(s *Session, c *client, id int64) { s.AnswerBehind(c.now, id, answer(id, "yes!"), 0) },
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			s, first := c.query()
			_, second := c.query()
			_, other := c.query()
			told, others := 0, 0
			s.Await([]int64{first, second}, func() { told++ })
			s.Await([]int64{other}, func() { others++ })
			settle(s, c, second)
			if name != "error" { // which ends the waiting
				require.Zero(t, told, "the first still runs")
				settle(s, c, first)
			}
			require.Equal(t, 1, told)
			require.Zero(t, others)
			_, third := c.query()
			settle(s, c, third)
			require.Equal(t, 1, told, "once")
			settle(s, c, other)
			require.Equal(t, 1, others)
			require.Empty(t, s.waiters)
		})
	}
}

// Who stops waiting is not told any more, and those beside it are.
func TestAwaitStopped(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	var told []string
	stop := s.Await([]int64{id}, func() { told = append(told, "stopped") })
	s.Await([]int64{id}, func() { told = append(told, "waiting") })
	stop()
	stop()
	s.Answer(c.now, id, answer(id, "yes!"))
	require.Equal(t, []string{"waiting"}, told)
	require.True(t, s.mu.TryLock(), "the session is not left locked")
}

// A query that comes after one with an error fails, in whatever way the error was sent.
func TestErrorsFailWhatComesAfter(t *testing.T) {
	packed := encode(&proto.GZIP{Data: encode(&mt.RPCError{ErrorCode: 400, ErrorMessage: "NO"})})
	for name, settle := range map[string]func(s *Session, c *client, id int64){
		"twice":  func(s *Session, c *client, id int64) { s.AnswerTwice(c.now, id, anError(id)) },
		"spoilt": func(s *Session, c *client, id int64) { s.AnswerSpoilt(c.now, id, anError(id)) },
		"cut":    func(s *Session, c *client, id int64) { s.AnswerCut(c.now, id, anError(id)) },
		"kept":   func(s *Session, c *client, id int64) { s.Keep(c.now, id, anError(id)) },
		"packed": func(s *Session, c *client, id int64) {
			s.Answer(c.now, id, encode(&proto.Result{RequestMessageID: id, Result: packed}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			s, id := c.query()
			settle(s, c, id)
			done, failed := s.Answered([]int64{id})
			require.True(t, done)
			require.True(t, failed)
		})
	}
}

// What all queries of a session wait for is bounded together, however it is shared out.
func TestMayAwait(t *testing.T) {
	for name, tc := range map[string]struct {
		waits []int // how many msg_ids each query waits for
		more  int
		may   bool
	}{
		"nothing waits":            {nil, MaxAwaited, true},
		"nothing waits, too many":  {nil, MaxAwaited + 1, false},
		"as many as there may be":  {[]int{MaxAwaited - 1}, 1, true},
		"one too many":             {[]int{MaxAwaited - 1}, 2, false},
		"several queries together": {[]int{2, MaxAwaited - 4, 1}, 2, false},
		"and fewer":                {[]int{2, MaxAwaited - 4, 1}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t)
			s, id := c.query()
			stop := func() {}
			for _, n := range tc.waits {
				stop = s.Await(slices.Repeat([]int64{id}, n), func() {})
			}
			require.Equal(t, tc.may, s.MayAwait(tc.more))
			stop()
			require.True(t, s.MayAwait(1), "whose waiting ends counts no more")
		})
	}
}
