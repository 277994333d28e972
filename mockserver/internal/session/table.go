package session

import (
	"container/list"
	"encoding/binary"
	"io"
	"sync"
	"time"

	"github.com/gotd/td/mt"
)

// TableLimits bound the table.
type TableLimits struct {
	Sessions int           // in all
	PerKey   int           // of one auth key
	TTL      time.Duration // a session unused for so long is forgotten
}

type tableKey struct{ key, session int64 }

// Table holds all sessions, each found by its auth key and its session_id: the
// same session_id under two keys is two sessions.
// https://core.telegram.org/mtproto/security_guidelines#checking-session-id
type Table struct {
	limits Limits
	bounds TableLimits
	random io.Reader

	mu          sync.Mutex
	all         map[tableKey]*Session
	order       list.List            // of *Session, the one that was used least recently first
	perKey      map[int64]*list.List // the same, of each key
	begun       int64                // sessions so far
	lastRefusal int64                // msg_id of the last answer to a message that made no session
}

// NewTable makes an empty table. Random yields the unique_id of each session.
func NewTable(l Limits, b TableLimits, random io.Reader) *Table {
	t := &Table{limits: l, bounds: b, random: random, all: map[tableKey]*Session{}, perKey: map[int64]*list.List{}}
	if l.Outboxes != nil {
		l.Outboxes.tables = append(l.Outboxes.tables, t)
	}
	return t
}

// Incoming is a decrypted message as it came out of its envelope.
type Incoming struct {
	Key       int64 // auth_key_id
	Salts     *Salts
	SessionID int64
	Salt      int64
	Message
	// Undecided keeps queries from being acknowledged until [Session.Decide] is told
	// of them, so that none is that a scenario is about to lose.
	Undecided bool
}

// Receive takes one message: it makes or finds the session, attaches sink to it,
// answers what the session itself answers, and leaves the queries in r. A message
// that is refused makes no session, and nothing makes room for it.
func (t *Table) Receive(now time.Time, in Incoming, sink Sink, r *Received) *Session {
	r.reset()
	r.undecided = in.Undecided
	s, taken := t.find(tableKey{in.Key, in.SessionID}), true
	if s == nil {
		s, taken = t.begin(now, in, sink, r)
	}
	if taken { // the table is not locked: a message may be long, and all others wait for that
		s.receive(now, in.Salt, in.Message, sink, r)
	}
	for _, d := range r.destroy {
		target := t.destroy(tableKey{in.Key, d.session})
		s.destroyed(now, d, target != nil)
		if target != nil {
			target.end(true)
		}
	}
	return s
}

// find returns a session, which is used by that.
func (t *Table) find(k tableKey) *Session {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.all[k]
	if s != nil {
		t.order.MoveToBack(s.place)
		t.perKey[k.key].MoveToBack(s.ofKey)
	}
	return s
}

// begin makes the session of a message that is to be taken, unless it has begun over another
// link meanwhile, or refuses the message.
func (t *Table) begin(now time.Time, in Incoming, sink Sink, r *Received) (s *Session, taken bool) {
	s = newSession(in.Key, in.SessionID, in.Salts, &t.limits, t.unique(), now)
	t.mu.Lock()
	defer t.mu.Unlock()
	k := tableKey{in.Key, in.SessionID}
	if other := t.all[k]; other != nil {
		return other, true
	}
	// A client may see refusals before its session begins: msg_ids go on from there.
	s.lastMsgID = t.lastRefusal
	if s.refuses(now, in.Salt, in.Message, sink, r) {
		t.lastRefusal = s.lastMsgID
		return s, false
	}
	r.Evicted = t.makeRoom(in.Key)
	t.begun++
	s.Ordinal = t.begun
	t.all[k] = s
	own := t.perKey[in.Key]
	if own == nil {
		own = &list.List{}
		t.perKey[in.Key] = own
	}
	s.place, s.ofKey = t.order.PushBack(s), own.PushBack(s)
	return s, true
}

func (t *Table) unique() int64 {
	var b [8]byte
	_, _ = io.ReadFull(t.random, b[:]) // an id of zeros harms nobody
	return int64(binary.LittleEndian.Uint64(b[:]))
}

// makeRoom returns the name of the bound that another session had to go for, ""
// if none had to.
func (t *Table) makeRoom(key int64) (bound string) {
	if own := t.perKey[key]; own != nil && own.Len() >= t.bounds.PerKey {
		t.evict(own)
		bound = "SessionsPerKey"
	}
	if t.order.Len() >= t.bounds.Sessions {
		t.evict(&t.order)
		bound = "Sessions"
	}
	return bound
}

// evict makes room: the session of some that was used least recently goes.
func (t *Table) evict(from *list.List) {
	if first := from.Front(); first != nil {
		s := first.Value.(*Session)
		t.remove(tableKey{s.Key, s.ID})
	}
}

func (s *Session) used() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastUsed
}

// remove forgets a session, and has it know.
func (t *Table) remove(k tableKey) *Session {
	s := t.all[k]
	if s == nil {
		return nil
	}
	delete(t.all, k)
	t.order.Remove(s.place)
	own := t.perKey[k.key]
	if own.Remove(s.ofKey); own.Len() == 0 {
		delete(t.perKey, k.key)
	}
	s.end(false)
	return s
}

// destroy forgets a session that its client has no more use for; nil if there is
// none. https://core.telegram.org/mtproto/service_messages#request-to-destroy-session
func (t *Table) destroy(k tableKey) *Session {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.remove(k)
}

func (s *Session) destroyed(now time.Time, d destroy, ok bool) {
	body := encode(&mt.DestroySessionNone{SessionID: d.session})
	if ok {
		body = encode(&mt.DestroySessionOk{SessionID: d.session})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply(now, body, d.request)
}

// Sweep forgets sessions that were not used within the TTL, and returns how many those
// were, and trims the others.
func (t *Table) Sweep(now time.Time) (forgotten int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, s := range t.all {
		if now.Sub(s.used()) > t.bounds.TTL {
			t.remove(k)
			forgotten++
			continue
		}
		s.mu.Lock()
		s.window.prune(now)
		s.mu.Unlock()
	}
	return forgotten
}

// Clear forgets all sessions; the next one is number 1 again.
func (t *Table) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k := range t.all {
		t.remove(k)
	}
	t.begun = 0
}
