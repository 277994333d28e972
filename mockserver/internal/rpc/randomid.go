package rpc

import (
	"fmt"
	"slices"
)

// How many random ids an account remembers; the oldest makes room. Fewer are kept beyond
// the process, where they are written again with each message: what a client repeats then
// are the messages that were on their way.
const (
	maxRandomIDs  = 4096
	keptRandomIDs = 256
)

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

// newest returns up to n ids, those that were taken last, the oldest of them first.
func (r *randomIDs) newest(n int) []int64 {
	all := slices.Concat(r.ring[r.next:], r.ring[:r.next])
	return all[max(0, len(all)-n):]
}

// sendAs numbers messages, one after the other from first, and refuses to send a second
// time what was sent under the same random_id: how a client that lost the answer learns
// that it was. https://core.telegram.org/method/messages.sendMedia
//
// Both are one step, so that what is kept of the account has both or neither.
func (a *Account) sendAs(all []outgoing) (first int32, err error) {
	ids := make([]int64, len(all))
	for i := range all {
		ids[i] = all[i].randomID
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if id, ok := a.sent.take(ids...); !ok {
		return 0, &Error{Code: 500, Message: "RANDOM_ID_DUPLICATE", Why: fmt.Sprintf("a message was sent under random_id %d before", id)}
	}
	first = a.messages + 1
	a.messages += int32(len(all))
	a.changes.Add(1)
	return first, nil
}
