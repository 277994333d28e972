package link

import (
	"sync"
	"time"
)

// A stranger is a connection over which no message has been opened yet: whoever sends
// garbage stays one. Large frames of strangers are read in turns, at a rate that leaves
// the processors to those who are known: a frame costs its sender a copy, and the server
// up to three passes over it before it knows that there was nothing in it.
//
// Small frames, such as those that make keys and begin sessions, wait for nobody.
const (
	StrangerRate  = 64 << 20 // bytes per second, of all strangers together
	strangerFrame = 16 << 10 // up to here a frame is small

	// strangerWait is the longest that a frame waits: to claim many long ones costs
	// nothing, and must not keep an honest stranger away.
	strangerWait = 500 * time.Millisecond
)

// turns say when the next large frame of a stranger is read.
type turns struct {
	mu   sync.Mutex
	free time.Time
}

// take takes the next turn, for a frame of so many bytes, and says how long it is to wait.
func (t *turns) take(now time.Time, bytes int) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free.Before(now) {
		t.free = now
	}
	wait = min(t.free.Sub(now), strangerWait)
	t.free = now.Add(wait + time.Duration(bytes)*time.Second/StrangerRate)
	return wait
}

// awaitTurn has a large frame of a stranger wait before it is read.
func (l *Link) awaitTurn(length int) {
	if wait := l.hub.turns.take(time.Now(), length); wait > 0 {
		l.sleep(wait)
	}
}
