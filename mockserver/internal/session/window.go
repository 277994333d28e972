package session

import (
	"slices"
	"time"
)

// status is what became of a received message.
type status uint8

const (
	statusSeen     status = iota // taken, nothing to answer
	statusRunning                // a query without an answer so far
	statusAnswered               // its answer is, or was, in the outbox
	statusSilenced               // a scenario says that it is never answered
)

// received is one message of the window.
type received struct {
	id     int64
	answer int64 // msg_id of the answer, 0 if none
	seqno  int32
	status status
}

// window remembers received msg_ids, ordered, so that none is taken twice. What
// falls out of it is remembered as a floor: an id below cannot be told from a
// repeat any more and is refused.
// https://core.telegram.org/mtproto/security_guidelines#checking-msg-id
type window struct {
	entries []received
	floor   int64
	size    int
}

func (w *window) search(id int64) (int, bool) {
	n := len(w.entries)
	if n == 0 || w.entries[n-1].id < id {
		return n, false // the usual case: the newest
	}
	return slices.BinarySearchFunc(w.entries, id, func(r received, id int64) int {
		switch {
		case r.id < id:
			return -1
		case r.id > id:
			return 1
		}
		return 0
	})
}

func (w *window) find(id int64) *received {
	if i, ok := w.search(id); ok {
		return &w.entries[i]
	}
	return nil
}

func (w *window) add(r received) {
	i, ok := w.search(r.id)
	if ok {
		w.entries[i] = r
		return
	}
	if len(w.entries) >= w.size {
		// A quarter at a time, so that the shift is paid rarely.
		drop := max(1, w.size/4)
		drop = w.keepRunning(drop)
		if drop == 0 {
			drop = 1
		}
		w.floor = max(w.floor, w.entries[drop-1].id)
		w.entries = slices.Delete(w.entries, 0, drop)
		i = max(0, i-drop)
	}
	w.entries = slices.Insert(w.entries, i, r)
}

// keepRunning shortens a cut so that queries that still run are not forgotten.
func (w *window) keepRunning(drop int) int {
	for i := range drop {
		if w.entries[i].status == statusRunning {
			return i
		}
	}
	return drop
}

func (w *window) remove(id int64) {
	if i, ok := w.search(id); ok {
		w.entries = slices.Delete(w.entries, i, i+1)
	}
}

// prune drops what is so old that its msg_id alone gets it refused, and gives
// the memory of an idle session back.
func (w *window) prune(now time.Time) {
	limit := msgIDAt(now.Add(-maxAge - time.Minute))
	n := 0
	for n < len(w.entries) && w.entries[n].id < limit && w.entries[n].status != statusRunning {
		n++
	}
	if n == 0 {
		return
	}
	w.floor = max(w.floor, w.entries[n-1].id)
	w.entries = slices.Clone(w.entries[n:])
}

// seqnoCode judges a seqno by its neighbours: msg_ids and seqnos of one session
// rise together. It returns 32 (too low), 33 (too high) or 0.
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
func (w *window) seqnoCode(id int64, seqno int32) int {
	i, _ := w.search(id)
	if i > 0 {
		if p := w.entries[i-1].seqno; p > seqno || p == seqno && p&1 == 1 {
			return codeSeqnoLow
		}
	}
	if i < len(w.entries) {
		if s := w.entries[i].seqno; s < seqno || s == seqno && s&1 == 1 {
			return codeSeqnoHigh
		}
	}
	return 0
}
