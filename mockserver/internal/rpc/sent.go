package rpc

import "fmt"

// Sent is what a query has sent, until it is known whether that is kept.
type Sent struct {
	Account *Account

	first, last int32 // numbers of messages
	box         box
	pts         int32 // of the box, after the first message
	ids         []int64
	change      uint64 // of the account's
	back        func() // undoes what became of earlier messages besides; nil: nothing did
}

// sendAs numbers messages, one after the other from first, and refuses to send a second
// time what was sent under the same random_id: how a client that lost the answer learns
// that it was. https://core.telegram.org/method/messages.sendMedia
//
// Both are one step, so that what is kept of the account has both or neither.
func (a *Account) sendAs(to box, all []outgoing) (*Sent, error) {
	s := &Sent{Account: a, box: to, ids: make([]int64, len(all))}
	for i := range all {
		s.ids[i] = all[i].randomID
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if id, ok := a.sent.take(s.ids...); !ok {
		return nil, &Error{Code: 500, Message: "RANDOM_ID_DUPLICATE", Why: fmt.Sprintf("a message was sent under random_id %d before", id)}
	}
	s.first, s.pts = a.messages+1, a.at(to)+1
	a.messages += int32(len(all))
	a.advance(to, int32(len(all)))
	s.last, s.change = a.messages, a.changes.Add(1)
	return s, nil
}

// Undo has the messages not be sent, because the account could not be kept: whoever sends
// them again is not to be told that they were. The caller holds Account.Keeping. If
// somebody else has kept the account with them meanwhile, they are sent, and stay so.
//
// Their numbers are used again, unless there are later ones.
func (s *Sent) Undo() (undone bool) {
	if undone = s.undo(); undone && s.back != nil {
		s.back()
	}
	return undone
}

func (s *Sent) undo() (undone bool) {
	a := s.Account
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept.Load() >= s.change {
		return false
	}
	a.sent.giveBack(s.ids)
	if a.messages == s.last {
		a.messages = s.first - 1
		a.advance(s.box, s.first-1-s.last)
	}
	return true
}
