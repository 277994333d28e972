package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is undone was not sent, and what came meanwhile was: a random id is given back, its
// number only where nothing comes after it.
func TestUndoOfWhatWasNotKept(t *testing.T) {
	for name, c := range map[string]struct {
		sent      []int64
		meanwhile func(t *testing.T, a *Account)
		stays     bool  // it was kept by somebody else
		all       bool  // nothing else is left to be kept
		next      int32 // the number of what is sent next
		taken     []int64
	}{
		"nothing came meanwhile":          {sent: []int64{5}, next: 2, taken: []int64{1}},
		"of an album":                     {sent: []int64{5, 6, 7}, next: 2},
		"without a random_id":             {sent: []int64{0}, next: 2},
		"another message":                 {sent: []int64{5}, meanwhile: func(t *testing.T, a *Account) { sends(t, a, 9) }, next: 4, taken: []int64{1, 9}},
		"a refused repetition":            {sent: []int64{5}, meanwhile: func(t *testing.T, a *Account) { refuses(t, a, 5) }, next: 2},
		"room was made":                   {sent: []int64{5}, meanwhile: func(_ *testing.T, a *Account) { a.sent.all.clear() }, next: 2},
		"kept with what another one sent": {sent: []int64{5}, meanwhile: func(t *testing.T, a *Account) { sends(t, a, 9); keeps(a) }, stays: true, all: true, next: 4, taken: []int64{1, 5, 9}},
		"kept, and another message":       {sent: []int64{5}, meanwhile: func(t *testing.T, a *Account) { keeps(a); sends(t, a, 9) }, stays: true, next: 4, taken: []int64{1, 5, 9}},
	} {
		t.Run(name, func(t *testing.T) {
			a := accountOf(New(Config{Limits: testLimits}), 1)
			sends(t, a, 1)
			keeps(a)
			s := sends(t, a, c.sent...)
			if c.meanwhile != nil {
				c.meanwhile(t, a)
			}
			require.Equal(t, !c.stays, s.Undo())
			_, unkept := a.Unkept()
			require.Equal(t, !c.all, unkept, "of what was undone it is not known whether it is on disk")
			for _, id := range c.taken {
				refuses(t, a, id)
			}
			again := sends(t, a, 100)
			require.Equal(t, c.next, again.first)
			if !c.stays {
				sends(t, a, c.sent...)
			}
		})
	}
}

// An account that has sent nothing else costs nothing once that is undone.
func TestUndoCountsBytes(t *testing.T) {
	h := New(Config{Limits: testLimits})
	s := sends(t, accountOf(h, 1), 5, 6)
	require.Positive(t, h.accounts.sent.bytes)
	require.True(t, s.Undo())
	require.Zero(t, h.accounts.sent.bytes)
	require.Zero(t, h.accounts.sent.order.Len())
}

func sends(t *testing.T, a *Account, ids ...int64) *Sent {
	t.Helper()
	s, err := a.sendAs(ownBox, sending(ids...))
	require.NoError(t, err)
	return s
}

func refuses(t *testing.T, a *Account, id int64) {
	t.Helper()
	_, err := a.sendAs(ownBox, sending(id))
	require.ErrorContains(t, err, "RANDOM_ID_DUPLICATE", id)
}

func keeps(a *Account) {
	n, _ := a.Unkept()
	a.Kept(n)
}
