package journal

import (
	"sync"
	"time"
)

// Journal keeps the newest events up to a limit. It is safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	events  []Event
	start   int // of the ring, once it is full
	limit   int
	seq     int64
	dropped int64
	wake    chan struct{}
	tees    []func(Event)
}

// New makes a journal of at most limit events.
func New(limit int) *Journal {
	return &Journal{limit: max(1, limit)}
}

// Add notes an event with the next number.
func (j *Journal) Add(now time.Time, e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	e.Seq, e.Time = j.seq, now
	if len(j.events) < j.limit {
		j.events = append(j.events, e)
	} else {
		j.events[j.start] = e
		j.start = (j.start + 1) % j.limit
		j.dropped++
	}
	if j.wake != nil {
		close(j.wake)
		j.wake = nil
	}
	for _, f := range j.tees {
		f(e)
	}
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
func (j *Journal) Since(seq int64) []Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := int64(len(j.events))
	first := j.seq - n // number before the oldest kept
	skip := min(max(0, seq-first), n)
	out := make([]Event, 0, n-skip)
	for i := skip; i < n; i++ {
		out = append(out, j.events[(int64(j.start)+i)%n])
	}
	return out
}

// Clear forgets all events. Numbers go on, and listeners have heard them.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events, j.start, j.dropped = nil, 0, 0
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
