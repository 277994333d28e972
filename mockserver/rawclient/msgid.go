package rawclient

import (
	"sync"
	"time"
)

// MsgID makes the message identifier of a moment: seconds since 1970 in the
// upper half, the fraction in the lower, divisible by 4 as a client's are.
//
// https://core.telegram.org/mtproto/description#message-identifier-msg-id
func MsgID(t time.Time) int64 {
	fraction := int64(t.Nanosecond()) << 32 / int64(time.Second)
	return (t.Unix()<<32 | fraction) &^ 3
}

// MsgIDTime is the moment that a message identifier speaks of.
func MsgIDTime(id int64) time.Time {
	nanos := (id & 0xffffffff) * int64(time.Second) >> 32
	return time.Unix(id>>32, nanos)
}

// msgIDs gives out identifiers that only rise, also when the clock stands still
// as it does in a synctest bubble.
type msgIDs struct {
	mu   sync.Mutex
	last int64
}

func (g *msgIDs) next() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = max(MsgID(time.Now()), g.last+4)
	return g.last
}
