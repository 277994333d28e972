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
	code    int32  // set: a transport error
	ack     uint32 // quick ack token, if isAck
	isAck   bool
	plain   []byte   // set: a frame as it is
	http    *request // set: what an HTTP response has to say
}

func (i *item) size() int { return len(i.message.Body) + len(i.plain) + 64 }

// held is what waits for it in a mailbox, in bytes.
func (i *item) held() int {
	if i.http == nil {
		return 0
	}
	return i.http.held
}

// queue is what waits to be written. The reader stops reading while it is full,
// so that a client that does not read its answers gets no more of them; answers
// that come from elsewhere end the connection at four times the limit.
//
// One writes at a time: the reader itself, between two reads, or a writer's goroutine,
// which is there as long as there is something to write.
type queue struct {
	mu     sync.Mutex
	items  []item
	bytes  int
	mailed int // bytes in a mailbox when items came: the reader waits for them, too
	closed bool
	eager  bool          // the reader can write without waiting
	held   bool          // the reader writes what there is once it is done with what it has read
	busy   bool          // somebody writes
	begin  func()        // starts a writer; nil: one waits for wake
	wake   chan struct{} // of a writer that stays
	room   *sync.Cond    // of the reader
	limit  Limits

	backlog *Backlog
	owed    int  // of backlog: bytes that wait or are being written
	off     bool // they do not count any more
}

func (q *queue) init(l Limits) {
	q.wake = make(chan struct{}, 1)
	q.room = sync.NewCond(&q.mu)
	q.limit = l
}

// writers says how writers are started, and whether the reader can be one.
func (q *queue) writers(begin func(), eager bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.begin, q.eager = begin, eager
	if q.closed || len(q.items) > 0 {
		q.rouse()
	}
}

// put adds items; false means that the queue is closed. full is the name of the limit by
// which it is hopelessly full, "" if it is not. What is in a mailbox does not count for
// that: it is the same for each poll that waits for it, and post looks after it.
func (q *queue) put(items ...item) (ok bool, full string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, ""
	}
	bytes := 0
	for i := range items {
		bytes += items[i].size()
		q.mailed += items[i].held()
	}
	q.bytes += bytes
	q.charge(bytes)
	if q.items == nil {
		q.items = shelves.Get().(*shelf)[:0]
	}
	q.items = append(q.items, items...)
	if !q.held {
		q.rouse()
	}
	return true, q.limit.overflow(len(q.items), q.bytes)
}

// overflow is the name of the limit that so much passes four times, "" for none.
func (l *Limits) overflow(items, bytes int) string {
	switch {
	case fourTimes(items, l.QueueItems):
		return "QueueMessages"
	case fourTimes(bytes, l.QueueBytes):
		return "QueueBytes"
	}
	return ""
}

// fourTimes tells whether n is more than four times a limit, which may be the largest
// number that there is.
func fourTimes(n, limit int) bool { return n/4 > limit || n/4 == limit && n%4 > 0 }

// rouse sees to it that somebody writes. The caller holds mu.
func (q *queue) rouse() {
	switch {
	case q.begin == nil:
		select {
		case q.wake <- struct{}{}:
		default:
		}
	case !q.busy:
		q.busy = true
		q.begin()
	}
}

// hold says that the reader is at work: what it answers meanwhile leaves together.
func (q *queue) hold() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = q.eager
}

// most is how much the reader writes itself, in bytes: more of it waits for a socket.
const most = 64 << 10

// takeHeld ends hold. It returns what the reader is to write, nil if there is nothing
// or somebody else does; after that it calls rest.
func (q *queue) takeHeld() []item {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = false
	if len(q.items) == 0 || q.busy || !q.eager {
		return nil
	}
	if q.bytes > most {
		q.rouse()
		return nil
	}
	q.busy = true
	return q.all()
}

// look tells the reader whether there is more than one write should have, whether it has
// to wait for room, and whether the queue is closed.
func (q *queue) look() (much, full, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	much = q.held && (q.bytes > most || len(q.items) >= q.limit.QueueItems)
	return much, q.full(), q.closed
}

// rest ends the reader's writing.
func (q *queue) rest() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = false
	if q.closed {
		q.rouse() // for what comes after the last item
	}
}

// take returns what waits. With nothing there it returns nil and whether more can
// come; a writer that stays waits for that, any other one is none any more.
func (q *queue) take() (items []item, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	items = q.all()
	if len(items) == 0 && !q.closed {
		q.busy = false
	}
	return items, !q.closed
}

// all takes what waits. The caller holds mu.
func (q *queue) all() []item {
	items := q.items
	q.items, q.bytes, q.mailed = nil, 0, 0
	q.room.Broadcast()
	return items
}

// shelf is room for items. It is lent by a pool, because what goes out together is much
// more than an idle connection should hold.
type shelf [32]item

var shelves = sync.Pool{New: func() any { return new(shelf) }}

// done takes a slice of take or takeHeld back, to be used again.
func (q *queue) done(items []item) {
	bytes := 0
	for i := range items {
		bytes += items[i].size()
	}
	q.owe(-bytes)
	clear(items)
	if cap(items) == len(shelf{}) { // else it has outgrown its shelf
		shelves.Put((*shelf)(items[:cap(items)]))
	}
}

// waitRoom blocks the reader while the queue is full, and tells whether it was closed. Who
// waits writes nothing: what is held is left to a writer.
func (q *queue) waitRoom() (closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed && q.full() {
		q.held = false
		q.rouse()
		q.room.Wait()
	}
	return q.closed
}

// full tells that the reader has to wait. The caller holds mu.
func (q *queue) full() bool {
	return len(q.items) > q.limit.QueueItems || q.bytes+q.mailed > q.limit.QueueBytes
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
	q.rouse()
}

// nudge has a writer that stays look around.
func (q *queue) nudge() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rouse()
}

// state returns how many items wait, and whether no more can come.
func (q *queue) state() (waiting int, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items), q.closed
}
