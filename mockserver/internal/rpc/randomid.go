package rpc

import (
	"container/list"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// How many random ids an account remembers; the oldest makes room. Fewer are kept beyond
// the process, where they are written again with each message: what a client repeats then
// are the messages that were on their way.
const (
	MaxRandomIDs  = 4096
	keptRandomIDs = 256
)

// accountBytes are counted for each account that remembers ids, beside these: one that
// has no place among the accounts is in memory for them alone.
const accountBytes = 512

// randomIDs are those of all accounts of a server. Accounts are made by whoever logs in
// and ids by whoever sends, so that the one bound is of all of it: beyond it the account
// that sent least recently forgets all of its own. Who sends goes on being protected, and
// who makes accounts to send from takes the place of others of these first.
//
// Its lock comes behind that of an account.
type randomIDs struct {
	limit int64 // bytes

	mu    sync.Mutex
	bytes int64
	order list.List // of *sentIDs that are not empty, the one that was used least recently first
	// What made room since somebody asked.
	some                  atomic.Bool
	lostIDs, lostAccounts int
}

// sentIDs are the ids that one account has sent messages under. The lock of randomIDs
// guards them: whoever sends may have another account forget its own.
type sentIDs struct {
	all   *randomIDs
	ids   []int64       // the oldest first
	place *list.Element // in order; nil: it is empty
}

// take notes ids, none of them if one was used before.
func (s *sentIDs) take(ids ...int64) (taken int64, ok bool) {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	for i, id := range ids {
		if id != 0 && (slices.Contains(s.ids, id) || slices.Contains(ids[:i], id)) {
			return id, false
		}
	}
	before := cap(s.ids)
	for _, id := range ids {
		if id != 0 { // which asks for nothing
			s.ids = append(s.ids, id)
		}
	}
	if over := len(s.ids) - MaxRandomIDs; over > 0 {
		s.ids = slices.Delete(s.ids, 0, over)
	}
	s.all.grown(s, before)
	return 0, true
}

// newest returns up to n ids, those that were taken last, the oldest of them first.
func (s *sentIDs) newest(n int) []int64 {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	return slices.Clone(s.ids[max(0, len(s.ids)-n):])
}

// grown counts what an account has more than before, and makes room.
func (r *randomIDs) grown(s *sentIDs, before int) {
	if len(s.ids) == 0 {
		return
	}
	r.bytes += idBytes(cap(s.ids) - before)
	if s.place == nil {
		r.bytes += accountBytes
		s.place = r.order.PushBack(s)
	}
	r.order.MoveToBack(s.place)
	for r.bytes > r.limit {
		oldest := r.order.Front().Value.(*sentIDs)
		r.lostIDs, r.lostAccounts = r.lostIDs+len(oldest.ids), r.lostAccounts+1
		r.forget(oldest)
		r.some.Store(true)
	}
}

// giveBack forgets ids as if they had never been taken.
func (s *sentIDs) giveBack(ids []int64) {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	s.ids = slices.DeleteFunc(s.ids, func(id int64) bool { return slices.Contains(ids, id) })
	if len(s.ids) == 0 && s.place != nil {
		s.all.forget(s)
	}
}

func (r *randomIDs) forget(s *sentIDs) {
	r.bytes -= idBytes(cap(s.ids)) + accountBytes
	r.order.Remove(s.place)
	s.ids, s.place = nil, nil
}

func idBytes(n int) int64 { return 8 * int64(n) }

// clear forgets all of them, those of accounts that nobody finds any more included.
func (r *randomIDs) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.order.Len() > 0 {
		r.forget(r.order.Front().Value.(*sentIDs))
	}
}

// lost tells what made room since it was asked last, "" for nothing.
func (r *randomIDs) lost() string {
	if !r.some.Load() { // each query asks
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lostAccounts == 0 { // another query was told
		return ""
	}
	text := fmt.Sprintf("the random_ids of those that sent least recently made room (accounts: %d, random_ids: %d): what is sent again under one of them is not refused",
		r.lostAccounts, r.lostIDs)
	r.lostIDs, r.lostAccounts = 0, 0
	r.some.Store(false)
	return text
}
