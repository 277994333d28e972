package link

import (
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/wire"
)

// A client that sends faster than its messages are opened has the next one here before the
// last one is opened, and two are opened in little more than the time of one: either has to
// wait for itself, but not for the other. What is here is opened by twos, therefore; nothing
// is ever waited for, and either frame is carried out as if it had been opened alone.

// leastPair is the length of a frame that is worth it, in bytes: a part's.
const leastPair = strangerFrame

// mayPair tells whether the frame that begins could be opened with the one behind it: it is
// long, all of it is here, and so is as much of another one as makes it worth to look.
func (l *Link) mayPair(length int) bool {
	return length > leastPair && l.known && !l.overHTTP() && envelope.BothGain() && l.hub.Handler.Finder() == nil &&
		l.conn.Waiting() > length+leastPair
}

// take sees to a frame that was read; false ends the connection.
func (l *Link) take(frame wire.Frame, err error) (ok bool) {
	if l.unopened {
		if err == nil && l.nextIsHere() {
			return l.both(frame)
		}
		l.unopened = false
	}
	return l.come(frame, err)
}

// nextIsHere tells whether another long frame is, all of it. While too many bytes are on
// their way no frame is kept beside another one.
func (l *Link) nextIsHere() bool {
	length, whole := l.conn.Next()
	return whole && length > leastPair && l.hub.claims.room(int64(length))
}

// openings are for second frames: an idle connection holds none.
var openings = sync.Pool{New: func() any { return new(envelope.Opening) }}

// both reads the frame behind the first, opens the two and carries out one after the other.
// The second keeps its claim until its turn: the first may have to wait for room.
func (l *Link) both(first wire.Frame) (ok bool) {
	l.leaveClaim()
	second, err := l.conn.ReadFrame(buffers.Get)
	l.unopened = false
	behind := openings.Get().(*envelope.Opening)
	defer openings.Put(behind)
	defer behind.Drop()
	if err == nil {
		l.openBoth(first.Payload, second.Payload, behind)
	}
	claimed := l.claimed
	l.claimed = 0
	ok = l.come(first, nil) && l.ready()
	l.claimed = claimed
	if !ok {
		l.leaveClaim()
		l.release(second)
		return false
	}
	l.opening = *behind
	return l.come(second, err)
}

// openBoth opens two frames as far as they go together. A frame that it cannot begin with
// is left to who carries it out.
func (l *Link) openBoth(first, second []byte, behind *envelope.Opening) {
	defer l.contain("opening two frames at once")
	if l.start(&l.opening, first) && l.start(behind, second) {
		envelope.AdvanceBoth(&l.opening, behind)
		l.hub.pairs.Add(1)
	}
}

// Pairs returns how many times two frames were opened at once.
func (h *Hub) Pairs() int64 { return h.pairs.Load() }

func (l *Link) start(o *envelope.Opening, payload []byte) bool {
	k := l.keyOf(payload)
	return k != nil && o.Start(k.Key, payload, l.hub.Handler.Finder())
}
