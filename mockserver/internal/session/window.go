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
	failed bool // its answer is an rpc_error
	// undecided: a link is carrying the query out, and may yet be told to forget it.
	undecided bool
	packs     bool // it is a container
	packed    bool // it came in one
	acked     bool // the client was told that it came, not counting the result of a query
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

// sentWith returns the msg_id of the container that a message came in, or its own.
func (w *window) sentWith(id int64) int64 {
	i, ok := w.search(id)
	if !ok || !w.entries[i].packed {
		return id
	}
	for _, r := range w.entries[i:] {
		if r.packs {
			return r.id
		}
	}
	return id
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
		w.makeRoom()
		i, _ = w.search(r.id)
	}
	w.entries = slices.Insert(w.entries, i, r)
}

// makeRoom forgets the oldest quarter, so that the shift is paid rarely. Queries
// that still run stay: their repetitions must not run beside them. Only when there
// is nothing else the oldest of them goes too.
func (w *window) makeRoom() {
	drop := max(1, w.size/4)
	w.entries = slices.DeleteFunc(w.entries, func(r received) bool {
		if drop == 0 || r.status == statusRunning {
			return false
		}
		drop--
		w.floor = max(w.floor, r.id)
		return true
	})
	if len(w.entries) >= w.size {
		w.floor = max(w.floor, w.entries[0].id)
		w.entries = slices.Delete(w.entries, 0, 1)
	}
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
	kept := slices.DeleteFunc(w.entries, func(r received) bool {
		if r.id >= limit || r.status == statusRunning {
			return false
		}
		w.floor = max(w.floor, r.id)
		return true
	})
	if len(kept) < len(w.entries) {
		w.entries = slices.Clone(kept)
	}
}

// seqnoCode judges a seqno by its neighbours: msg_ids and seqnos of one session
// rise together. It returns 32 (too low), 33 (too high) or 0. Containers are no
// neighbours: their seqnos are not judged, and so say nothing about others'.
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
func (w *window) seqnoCode(id int64, seqno int32) int {
	above, _ := w.search(id)
	below := above - 1
	for below >= 0 && w.entries[below].packs {
		below--
	}
	for above < len(w.entries) && w.entries[above].packs {
		above++
	}
	if below >= 0 {
		if p := w.entries[below].seqno; p > seqno || p == seqno && p&1 == 1 {
			return codeSeqnoLow
		}
	}
	if above < len(w.entries) {
		if s := w.entries[above].seqno; s < seqno || s == seqno && s&1 == 1 {
			return codeSeqnoHigh
		}
	}
	return 0
}
