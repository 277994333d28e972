package rpc

import "fmt"

// maxRandomIDs is how many random ids an account remembers; the oldest makes room.
const maxRandomIDs = 4096

// randomIDs are those that an account has sent messages under. The account's lock
// guards it.
type randomIDs struct {
	used map[int64]bool
	ring []int64
	next int
}

// take notes ids, none of them if one was used before.
func (r *randomIDs) take(ids ...int64) (taken int64, ok bool) {
	for i, id := range ids {
		if r.used[id] {
			return id, false
		}
		for _, other := range ids[:i] {
			if id != 0 && id == other {
				return id, false
			}
		}
	}
	if r.used == nil {
		r.used = map[int64]bool{}
	}
	for _, id := range ids {
		if id == 0 {
			continue // it asks for nothing
		}
		if len(r.ring) < maxRandomIDs {
			r.ring = append(r.ring, id)
		} else {
			delete(r.used, r.ring[r.next])
			r.ring[r.next] = id
			r.next = (r.next + 1) % maxRandomIDs
		}
		r.used[id] = true
	}
	return 0, true
}

// takeRandomIDs refuses to send a second time what was sent under the same
// random_id: how a client that lost the answer learns that it was.
// https://core.telegram.org/method/messages.sendMedia
func (a *Account) takeRandomIDs(all []outgoing) error {
	ids := make([]int64, len(all))
	for i := range all {
		ids[i] = all[i].randomID
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if id, ok := a.sent.take(ids...); !ok {
		return &Error{Code: 500, Message: "RANDOM_ID_DUPLICATE", Why: fmt.Sprintf("a message was sent under random_id %d before", id)}
	}
	return nil
}
