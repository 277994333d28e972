package link

import (
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// item is one thing to be written.
type item struct {
	session *session.Session // set: an encrypted message
	key     *Key             // to seal it with
	message session.Outgoing
	plain   []byte // set: a frame as it is
	code    int32  // set: a transport error
	ack     uint32 // quick ack token, if isAck
	isAck   bool
	http    *request // set: what an HTTP response has to say
}

func (i *item) size() int {
	n := len(i.message.Body) + len(i.plain) + 64
	if i.http != nil {
		n += i.http.held
	}
	return n
}

// queue is what waits to be written. The reader stops reading while it is full,
// so that a client that does not read its answers gets no more of them; answers
// that come from elsewhere end the connection at four times the limit.
type queue struct {
	mu     sync.Mutex
	items  []item
	spare  []item // room that the writer is done with
	bytes  int
	closed bool
	wake   chan struct{} // of the writer
	room   *sync.Cond    // of the reader
	limit  Limits
}

func (q *queue) init(l Limits) {
	q.wake = make(chan struct{}, 1)
	q.room = sync.NewCond(&q.mu)
	q.limit = l
}

// put adds items; false means that the queue is closed or hopelessly full.
func (q *queue) put(items ...item) (ok, overflow bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, false
	}
	for i := range items {
		q.bytes += items[i].size()
	}
	q.items = append(q.items, items...)
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return true, len(q.items) > 4*q.limit.QueueItems || q.bytes > 4*q.limit.QueueBytes
}

// take returns what waits. With nothing there it returns nil and whether more
// can come. Done takes the slice back.
func (q *queue) take() (items []item, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	items = q.items
	q.items, q.spare, q.bytes = q.spare, nil, 0
	q.room.Broadcast()
	return items, !q.closed
}

// maxSpare is the most items that room is kept for while a connection is idle.
const maxSpare = 16

// done takes a slice of take back, to be used again.
func (q *queue) done(items []item) {
	clear(items)
	if cap(items) == 0 || cap(items) > maxSpare {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.spare = items[:0]
}

// waitRoom blocks the reader while the queue is full.
func (q *queue) waitRoom() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed && (len(q.items) > q.limit.QueueItems || q.bytes > q.limit.QueueBytes) {
		q.room.Wait()
	}
}

func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// close lets nothing more in; what is there is still written.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.room.Broadcast()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// state returns how many items wait, and whether no more can come.
func (q *queue) state() (waiting int, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items), q.closed
}
