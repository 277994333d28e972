package link

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// Backlog bounds what waits for all clients together to read it: what one client may leave
// unread, times all connections, is more than any computer has. It is safe for concurrent
// use; nil bounds nothing.
type Backlog struct {
	limit int64
	held  atomic.Int64

	mu    sync.Mutex // taken before that of a queue or a mailbox
	links map[*Link]struct{}
	hubs  map[*Hub]struct{} // that have had a link
}

// NewBacklog makes a bound of some bytes.
func NewBacklog(limit int64) *Backlog {
	return &Backlog{limit: limit, links: map[*Link]struct{}{}, hubs: map[*Hub]struct{}{}}
}

// Held returns the bytes that wait now.
func (b *Backlog) Held() int64 { return b.held.Load() }

func (b *Backlog) add(n int) {
	if b != nil {
		b.held.Add(int64(n))
	}
}

func (b *Backlog) enter(l *Link) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.links[l] = struct{}{}
	b.hubs[l.hub] = struct{}{}
}

func (b *Backlog) leave(l *Link) {
	if b == nil {
		return
	}
	l.queue.writeOff()
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.links, l)
}

// relieve ends connections if more waits than the bound, those first that leave the most
// unread, until an eighth of the bound is free. Whoever has added something calls it.
func (b *Backlog) relieve() {
	if b == nil || b.held.Load() <= b.limit {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held.Load() <= b.limit { // somebody else was here
		return
	}
	unread := map[*Link]int{}
	for l := range b.links {
		unread[l] = l.queue.unread()
	}
	for h := range b.hubs {
		h.mail.count(unread)
	}
	type hoard struct {
		*Link
		bytes int
	}
	hoards := make([]hoard, 0, len(unread))
	for l, n := range unread {
		hoards = append(hoards, hoard{l, n})
	}
	slices.SortFunc(hoards, func(a, b hoard) int { return cmp.Compare(b.bytes, a.bytes) })
	for _, h := range hoards {
		if b.held.Load() <= b.limit/8*7 || h.bytes == 0 {
			return
		}
		h.queue.writeOff()
		h.hub.mail.writeOff(h.Link)
		if !h.isGone() {
			h.note(journal.Event{Kind: journal.KindLimit, Text: fmt.Sprintf("QueueTotal: %d bytes wait for this client, who leaves the most unread of all", h.bytes)})
			h.Close("the client leaves the most unread of all")
		}
	}
}

// unread returns the bytes that wait for the client, with those being written.
func (q *queue) unread() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.owed
}

// writeOff has what waits, and what comes, count no more: the connection ends.
func (q *queue) writeOff() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.backlog.add(-q.owed)
	q.owed, q.off = 0, true
}

// owe counts bytes that wait, or, below 0, that do not any longer.
func (q *queue) owe(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.charge(n)
}

// charge does that for who holds mu.
func (q *queue) charge(n int) {
	if !q.off {
		q.owed += n
		q.backlog.add(n)
	}
}

// count adds what waits in mailboxes to the links that brought it there last.
func (m *mail) count(unread map[*Link]int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.boxes {
		if b.bytes > 0 {
			unread[b.by] += b.bytes
		}
	}
}

// writeOff empties what count counts for a link. Its sessions still have it in their
// outboxes.
func (m *mail) writeOff(l *Link) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.boxes {
		if b.by == l {
			b.charge(-b.bytes)
			b.messages = nil
		}
	}
}

// sizes are the bytes of messages.
func sizes(messages []session.Outgoing) (n int) {
	for i := range messages {
		n += len(messages[i].Body)
	}
	return n
}
