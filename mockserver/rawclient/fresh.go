package rawclient

import "time"

// How old and how new a message may be.
// https://core.telegram.org/mtproto/security_guidelines#checking-msg-id
const (
	maxAge   = 300 * time.Second
	maxAhead = 30 * time.Second
)

// maxSeen is how many msg_ids a client remembers.
const maxSeen = 4096

// seenIDs are the newest msg_ids that a client received.
type seenIDs struct {
	known map[int64]bool
	ring  []int64
	next  int
}

// add notes a msg_id and tells whether it is new.
func (s *seenIDs) add(id int64) bool {
	if s.known[id] {
		return false
	}
	if s.known == nil {
		s.known = map[int64]bool{}
	}
	if len(s.ring) < maxSeen {
		s.ring = append(s.ring, id)
	} else {
		delete(s.known, s.ring[s.next])
		s.ring[s.next] = id
		s.next = (s.next + 1) % maxSeen
	}
	s.known[id] = true
	return true
}

// fresh tells whether a message is to be looked at. One from another time is not;
// nor is one that comes again, which is acknowledged once more.
func (c *Client) fresh(m Message) (fresh, again bool) {
	if c.opts.Trusting {
		return true, false
	}
	if age := time.Since(MsgIDTime(m.MsgID)); age > maxAge || -age > maxAhead {
		return false, false
	}
	again = !c.seen.add(m.MsgID)
	return !again, again
}
