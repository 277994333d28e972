package link

import (
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// mail keeps what sessions have to say until an HTTP request comes that it can be
// the response to, over whichever connection.
type mail struct {
	mu    sync.Mutex
	boxes map[*session.Session]*mailbox
}

// mailbox holds the messages of one session.
type mailbox struct {
	messages      []session.Outgoing
	bytes         int
	by            *Link         // that brought the latest of them
	first, latest time.Time     // when messages came, since the last response
	news          chan struct{} // closed when one comes
	refs          int           // connections of the session and requests that wait
}

// box finds a mailbox or makes one. The caller holds mu.
func (m *mail) box(s *session.Session) *mailbox {
	b := m.boxes[s]
	if b == nil {
		if m.boxes == nil {
			m.boxes = map[*session.Session]*mailbox{}
		}
		b = &mailbox{news: make(chan struct{})}
		m.boxes[s] = b
	}
	return b
}

// put adds messages that a link brings; it returns how many wait now, and their bytes. A message that
// waits already is not added again: a session repeats what a lost connection had.
func (m *mail) put(now time.Time, l *Link, s *session.Session, messages []session.Outgoing) (items, bytes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.box(s)
	b.by = l
	for _, o := range messages {
		if b.holds(o.MsgID) {
			continue
		}
		if len(b.messages) == 0 {
			b.first = now
		}
		b.latest = now
		b.messages = append(b.messages, o)
		b.charge(len(o.Body))
	}
	close(b.news)
	b.news = make(chan struct{})
	return len(b.messages), b.bytes
}

// charge counts bytes that came, or, below 0, went.
func (b *mailbox) charge(n int) {
	b.bytes += n
	if b.by != nil {
		b.by.hub.Backlog.add(n)
	}
}

func (b *mailbox) holds(id int64) bool {
	for i := range b.messages {
		if b.messages[i].MsgID == id {
			return true
		}
	}
	return false
}

// due tells when a response has to leave that a request of the given time asked
// for, and what is closed when that may have changed.
func (m *mail) due(s *session.Session, at time.Time, w session.HTTPWait) (time.Time, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.box(s)
	due := at.Add(w.MaxWait)
	if len(b.messages) > 0 {
		for _, t := range []time.Time{b.first.Add(w.MaxDelay), b.latest.Add(w.WaitAfter)} {
			if t.Before(due) {
				due = t
			}
		}
	}
	return due, b.news
}

// take returns what goes into one response: as many messages as it takes to fill it.
// An acknowledgement must not take the place of an answer that is due: a client that
// never polls has no other response for that.
func (m *mail) take(s *session.Session) []session.Outgoing {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.box(s)
	n, bytes := 0, 0
	for n < len(b.messages) && n < session.MaxPacked && bytes < batch {
		bytes += len(b.messages[n].Body)
		n++
	}
	taken := b.messages[:n:n]
	b.messages = append([]session.Outgoing(nil), b.messages[n:]...)
	b.charge(-bytes)
	return taken
}

// size returns how many bytes wait.
func (m *mail) size(s *session.Session) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.box(s).bytes
}

// enter keeps a mailbox from being forgotten; leave ends that.
func (m *mail) enter(s *session.Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.box(s).refs++
}

// leave forgets the mailbox with its last user. What matters of it is still in the
// session's outbox.
func (m *mail) leave(s *session.Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b := m.boxes[s]; b != nil {
		b.refs--
	}
	m.drop(s)
}

// tidy forgets a mailbox that nobody uses.
func (m *mail) tidy(s *session.Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(s)
}

func (m *mail) drop(s *session.Session) {
	if b := m.boxes[s]; b != nil && b.refs <= 0 {
		b.charge(-b.bytes)
		delete(m.boxes, s)
	}
}
