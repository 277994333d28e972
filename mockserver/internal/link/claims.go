package link

import "sync/atomic"

// mostClaimed is for how many bytes of frames that have begun, and are not there yet, those
// who are known are taken at their word, all of a datacenter together. It is room for 480
// uploads of the largest parts, with each byte on its way.
const mostClaimed = 256 << 20

// claims are the lengths of such frames. Beyond the most, a frame gets its buffer as a
// stranger's does, by and by as it comes: nobody waits or is refused for that, but thousands
// of connections that say they will send the longest frame, and send its beginning, take no
// memory that was not sent. See [wire.Conn.Trust].
type claims struct{ held atomic.Int64 }

// enter counts a frame, and tells whether its length is to be believed.
func (c *claims) enter(length int64) bool { return c.held.Add(length) <= mostClaimed }

// room tells whether a frame of so many bytes would be believed.
func (c *claims) room(length int64) bool { return c.held.Load()+length <= mostClaimed }

func (c *claims) leave(length int64) { c.held.Add(-length) }

// enterClaim is for a frame that begins.
func (l *Link) enterClaim(length int) {
	l.leaveClaim()
	l.claimed = int64(length)
	l.conn.Trust(l.hub.claims.enter(l.claimed))
}

// leaveClaim is for a frame that is there, or will never be.
func (l *Link) leaveClaim() {
	if l.claimed > 0 {
		l.hub.claims.leave(l.claimed)
		l.claimed = 0
	}
}
