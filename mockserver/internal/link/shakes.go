package link

import (
	"fmt"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// shakes are the connections over which keys are being made, each with a place of the
// gate. When there is none left, the one whose client has said nothing for the longest
// makes room, if that is long: keys that nobody finishes must not keep those away who
// want one, nor those that come break off the others.
type shakes struct {
	mu    sync.Mutex
	steps map[*Link]time.Time // the latest
}

// shakePause is how long a client has for a step before it may have to make room.
const shakePause = 2 * time.Second

// enter takes a place for a connection. If another one had to make room for it, that is
// returned; false means that there is no place, and none to be had.
func (s *shakes) enter(l *Link, now time.Time, places *bounds.Gate) (stalest *Link, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.steps == nil {
		s.steps = map[*Link]time.Time{}
	}
	if !places.Enter(1) {
		for o, at := range s.steps {
			if stalest == nil || at.Before(s.steps[stalest]) {
				stalest = o
			}
		}
		if stalest == nil || now.Sub(s.steps[stalest]) < shakePause {
			return nil, false // or another datacenter's have them all
		}
		delete(s.steps, stalest) // and its place is l's
	}
	s.steps[l] = now
	return stalest, true
}

// step notes that the client has gone on.
func (s *shakes) step(l *Link, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.steps[l]; there {
		s.steps[l] = now
	}
}

// leave gives the place back, unless somebody else has it.
func (s *shakes) leave(l *Link, places *bounds.Gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.steps[l]; there {
		delete(s.steps, l)
		places.Leave(1)
	}
}

// beginShake takes a place for the making of a key; false: there is none.
func (l *Link) beginShake(now time.Time) bool {
	stalest, ok := l.hub.shakes.enter(l, now, l.hub.Handshakes)
	switch {
	case !ok:
		l.note(journal.Event{Kind: journal.KindLimit, Text: fmt.Sprintf("Handshakes: %d under way", l.hub.Handshakes.Limit())})
		l.setWhy("too many keys are being made")
		return false
	case stalest != nil:
		stalest.note(journal.Event{Kind: journal.KindLimit, Text: fmt.Sprintf("Handshakes: %d under way; the one that has waited the longest made room", l.hub.Handshakes.Limit())})
		stalest.Close("its key was not finished, and made room for another")
	}
	l.shaking, l.shakeBy = true, now.Add(l.hub.Limits.Handshake)
	return true
}

func (l *Link) endShake() {
	if l.shaking {
		l.shaking = false
		l.hub.shakes.leave(l, l.hub.Handshakes)
	}
}
