package journal

import (
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

// Journal keeps the newest events up to a limit. It is safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	chunks  [][]Event // the ring, in pieces that are made when they are needed
	kept    int       // events in it
	start   int       // of the ring, once it is full
	limit   int
	seq     int64
	dropped int64
	wake    chan struct{}
	tees    []func(Event)
}

// chunk is how many events are made room for at once: a single slice would be copied
// each time it grows, in a process whose memory is looked at. They are just below 64 KiB, as
// large objects are of whole pages of 8 KiB.
const chunk = 160

// at is a place of the ring.
func (j *Journal) at(i int) *Event { return &j.chunks[i/chunk][i%chunk] }

// New makes a journal of at most limit events.
func New(limit int) *Journal {
	return &Journal{limit: max(1, limit)}
}

// Add notes an event with the next number.
func (j *Journal) Add(now time.Time, e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.kept == j.limit && j.dropped == 0 {
		j.add(now, &Event{Kind: KindLimit, Text: fmt.Sprintf("JournalEvents: %d are kept, from here on the oldest make room", j.limit)})
	}
	j.add(now, &e)
	if j.wake != nil {
		close(j.wake)
		j.wake = nil
	}
}

// add notes an event. The caller holds the lock.
func (j *Journal) add(now time.Time, e *Event) {
	j.seq++
	e.Seq, e.Time = j.seq, now
	e.Text, e.Error = clip(e.Text), clip(e.Error)
	if j.kept < j.limit {
		if j.kept == chunk*len(j.chunks) {
			j.chunks = append(j.chunks, make([]Event, min(chunk, j.limit-j.kept)))
		}
		*j.at(j.kept) = *e
		j.kept++
	} else {
		*j.at(j.start) = *e
		j.start = (j.start + 1) % j.limit
		j.dropped++
	}
	for _, f := range j.tees {
		f(*e)
	}
}

// MaxText is the longest text of an event, and the longest error, in bytes: room for the stack of
// a panic. The ring bounds the number of events, and without this bound one alone could be of
// any length.
const MaxText = 8 << 10

// clip cuts what is longer, between two characters.
func clip(text string) string {
	if len(text) <= MaxText {
		return text
	}
	const more = "..."
	end := MaxText - len(more)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}

// Tell hands an event to those who listen and keeps nothing: for what is too
// frequent to be remembered. Its number is that of the event before.
func (j *Journal) Tell(now time.Time, e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Seq, e.Time = j.seq, now
	for _, f := range j.tees {
		f(e)
	}
}

// Tee has f called with every event, in order. It is set before the first one,
// and f must not call back.
func (j *Journal) Tee(f func(Event)) { j.tees = append(j.tees, f) }

// Since returns the events after number seq, oldest first.
func (j *Journal) Since(seq int64) []Event { return j.Append(nil, seq, j.limit) }

// Append appends the oldest of them to dst, most at the most. Whoever notes something waits for
// as long as they are copied.
func (j *Journal) Append(dst []Event, seq int64, most int) []Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := int64(j.kept)
	first := j.seq - n // number before the oldest kept
	skip := min(max(0, seq-first), n)
	end := min(n, skip+int64(most))
	dst = slices.Grow(dst, int(end-skip))
	for i := skip; i < end; i++ {
		dst = append(dst, *j.at(int((int64(j.start) + i) % n)))
	}
	return dst
}

// Clear forgets all events. Numbers go on, and listeners have heard them.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.chunks, j.kept, j.start, j.dropped = nil, 0, 0, 0
}

// Last returns the number of the newest event, 0 before the first.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq
}

// Changed returns a channel that is closed with the next event.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.wake == nil {
		j.wake = make(chan struct{})
	}
	return j.wake
}

// Dropped returns how many events had to make room.
func (j *Journal) Dropped() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.dropped
}
