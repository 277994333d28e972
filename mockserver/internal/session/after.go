package session

import (
	"slices"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// Answered looks at the queries that invokeAfterMsg(s) names: done says that none
// is awaited any more, failed that one was answered with an error, which ends the
// waiting too. A query that has not come yet is awaited.
// https://core.telegram.org/method/invokeAfterMsg
func (s *Session) Answered(queries []int64) (done, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered(queries)
}

func (s *Session) answered(queries []int64) (done, failed bool) {
	done = true
	for _, id := range queries {
		e := s.window.find(id)
		switch {
		case e != nil && e.failed:
			return true, true
		case e == nil && id > s.window.floor, e != nil && (e.status == statusRunning || e.status == statusSilenced):
			done = false
		}
	}
	return done, false
}

// waiter is told once that what it waits for is over.
type waiter struct {
	queries []int64
	tell    func()
}

// MaxAwaited is how many msg_ids the queries of one session wait for, all together: each answer
// looks at all of them. Implementation limit.
const MaxAwaited = 1024

// MayAwait tells whether a query may wait for so many more.
func (s *Session) MayAwait(more int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.waiters {
		more += len(w.queries)
	}
	return more <= MaxAwaited
}

// Await calls tell as soon as the queries are no longer awaited, perhaps at once.
// Tell is called with the session locked: it must not block nor call back. The
// function that is returned ends the waiting.
func (s *Session) Await(queries []int64, tell func()) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if done, _ := s.answered(queries); done {
		tell()
		return func() {}
	}
	w := &waiter{queries, tell}
	s.waiters = append(s.waiters, w)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiters = slices.DeleteFunc(s.waiters, func(o *waiter) bool { return o == w })
	}
}

// wake tells those whose waiting is over.
func (s *Session) wake() {
	if len(s.waiters) == 0 {
		return
	}
	s.waiters = slices.DeleteFunc(s.waiters, func(w *waiter) bool {
		done, _ := s.answered(w.queries)
		if done {
			w.tell()
		}
		return done
	})
}

// isError tells whether an encoded rpc_result holds an rpc_error.
func isError(result []byte) bool {
	const head = 12 // the constructor and the msg_id of the query
	body := result[min(head, len(result)):]
	if len(body) < maxPackedError && typeID(body) == proto.GZIPTypeID {
		var packed proto.GZIP
		if packed.Decode(&bin.Buffer{Buf: body}) == nil {
			body = packed.Data
		}
	}
	return typeID(body) == mt.RPCErrorTypeID
}

// maxPackedError is what no error takes that is packed, in bytes.
const maxPackedError = 1 << 10
