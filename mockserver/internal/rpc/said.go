package rpc

import (
	"container/list"
	"slices"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// said is a message that an account has sent, as it can be asked for.
type said struct {
	id       int32
	to       peer
	date     int32
	edited   int32 // when, 0: never
	text     string
	looks    looks
	document int64 // 0: text alone
	photo    bool  // the document is one
	group    int64 // of an album
	answers  answering
	pinned   bool
	// forwarded says whose message it was; nil: the account's own words.
	forwarded *tl.Object
	// action is what a message of the chat itself tells of; nil: it is one of somebody's.
	// https://core.telegram.org/constructor/messageService
	action *tl.Object
}

// saidBytes are counted for each message that is remembered, beside its text and its
// entities, and as many for whose it was and for what it tells of.
const saidBytes = 512

func (s *said) bytes() int64 {
	n := saidBytes + int64(len(s.text)+len(s.looks.text.entities))
	for _, o := range []*tl.Object{s.forwarded, s.action} {
		if o != nil {
			n += saidBytes + int64(len(o.Str("title")))
		}
	}
	return n
}

// remembered is a message and whose it is.
type remembered struct {
	said
	by *Account
}

// memory is what all accounts of a server have said: the one bound is of all of it, and
// beyond it the oldest messages make room. Its lock comes behind that of an account.
type memory struct {
	limit int64 // bytes

	mu    sync.Mutex
	bytes int64
	order list.List // of *remembered, the oldest first
}

// saidBy is what one account has said. The lock of memory guards it.
type saidBy struct {
	byID map[int32]*list.Element
	// Of messages up to these numbers nobody knows whether they are there: one of the second
	// is of an earlier run, any other made room.
	madeRoom, earlier int32
}

// state is what is known of a message.
type state int

const (
	absent   state = iota // never sent, sent elsewhere, or deleted
	there                 // remembered
	madeRoom              // sent, and forgotten, unless it was deleted before
	earlier               // the same, of an earlier run
)

// lost tells that the message may be there, and not what it is.
func (s state) lost() bool { return s >= madeRoom }

// unknown is the state of a message that is not remembered.
func (s *saidBy) unknown(id int32) state {
	switch {
	case id < 1 || id > max(s.madeRoom, s.earlier):
		return absent
	case id <= s.earlier:
		return earlier
	}
	return madeRoom
}

// add remembers messages, the oldest first.
func (m *memory) add(a *Account, all ...said) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a.said.byID == nil {
		a.said.byID = map[int32]*list.Element{}
	}
	for _, s := range all {
		m.drop(a, s.id)
		a.said.byID[s.id] = m.order.PushBack(&remembered{said: s, by: a})
		m.bytes += s.bytes()
	}
	m.makeRoom()
}

func (m *memory) makeRoom() {
	for m.bytes > m.limit && m.order.Len() > 0 {
		oldest := m.order.Front().Value.(*remembered)
		by := &oldest.by.said
		by.madeRoom = max(by.madeRoom, oldest.id)
		m.drop(oldest.by, oldest.id)
	}
}

// drop forgets a message, and returns it if it was there.
func (m *memory) drop(a *Account, id int32) (s said, was bool) {
	e, was := a.said.byID[id]
	if !was {
		return said{}, false
	}
	s = m.order.Remove(e).(*remembered).said
	delete(a.said.byID, id)
	m.bytes -= s.bytes()
	return s, true
}

// find returns a message of a box, if it is there.
func (m *memory) find(a *Account, in box, id int32) (said, state) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, known := a.said.byID[id]
	if !known {
		return said{}, a.said.unknown(id)
	}
	if s := e.Value.(*remembered).said; s.to.box() == in {
		return s, there
	}
	return said{}, absent
}

// change puts a message in the place of the one with its number, if that is there.
func (m *memory) change(a *Account, s said) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, known := a.said.byID[s.id]
	if !known {
		return
	}
	r := e.Value.(*remembered)
	m.bytes += s.bytes() - r.bytes()
	r.said = s
	m.makeRoom()
}

// remove forgets messages of a box, and returns those that it had. Of how many nobody
// knows is lost.
func (m *memory) remove(a *Account, in box, ids []int32) (removed []said, lost int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		switch e, known := a.said.byID[id]; {
		case known && e.Value.(*remembered).to.box() == in:
			s, _ := m.drop(a, id)
			removed = append(removed, s)
		case !known && a.said.unknown(id).lost():
			lost++
		}
	}
	return removed, lost
}

// forget forgets messages as if they had never been sent.
func (m *memory) forget(a *Account, first, last int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := first; id <= last; id++ {
		m.drop(a, id)
	}
}

// with returns what an account has said to somebody, the newest first.
func (m *memory) with(a *Account, to peer) []said {
	return m.where(a, func(s *said) bool { return s.to.key() == to.key() })
}

// where returns what an account has said that is as asked, the newest first.
func (m *memory) where(a *Account, asked func(*said) bool) (all []said) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range a.said.byID {
		if s := &e.Value.(*remembered).said; asked(s) {
			all = append(all, *s)
		}
	}
	slices.SortFunc(all, newestFirst)
	return all
}

// latest returns the newest message to everybody whom an account has written to.
func (m *memory) latest(a *Account) map[peerKey]said {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest := map[peerKey]said{}
	for _, e := range a.said.byID {
		s := e.Value.(*remembered).said
		if k := s.to.key(); s.id > newest[k].id {
			newest[k] = s
		}
	}
	return newest
}

func newestFirst(a, b said) int { return int(b.id) - int(a.id) }

// clear forgets all of it.
func (m *memory) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for e := m.order.Front(); e != nil; e = e.Next() {
		e.Value.(*remembered).by.said.byID = nil
	}
	m.order.Init()
	m.bytes = 0
}

// restored says that an account has sent so many messages in an earlier run, of which
// nothing else is kept.
func (m *memory) restored(a *Account, sent int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a.said.earlier = max(a.said.earlier, sent)
}

// setMedia has the message carry a document; nil for none. It keeps its number alone:
// documents have a bound of their own.
func (s *said) setMedia(d *upload.Document) {
	s.document, s.photo = 0, false
	if d != nil {
		s.document, s.photo = d.ID, d.Meta.(*media).photo
	}
}
