package rpc

import (
	"container/list"
	"math/rand/v2"
	"strconv"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func sending(ids ...int64) (all []outgoing) {
	for _, id := range ids {
		all = append(all, outgoing{randomID: id})
	}
	return all
}

func accountOf(h *Handler, id int64) *Account {
	return h.accounts.get(id, func() *Account { return &Account{ID: id} })
}

// What was sent last is refused a second time in another process too: as many ids as are
// kept, and an account that several keys bring back has each once.
func TestRandomIDsAreRestored(t *testing.T) {
	for _, sent := range []int64{0, 1, keptRandomIDs, keptRandomIDs + 1, MaxRandomIDs, MaxRandomIDs + 7} {
		a := accountOf(New(Config{Limits: testLimits}), 1)
		for id := range sent {
			m, err := a.sendAs(ownBox, sending(id+1))
			require.NoError(t, err)
			require.EqualValues(t, id+1, m.first)
		}
		h := New(Config{Limits: testLimits})
		again := h.RestoreAccount(1, a.State())
		require.Same(t, again, h.RestoreAccount(1, a.State()))
		require.Equal(t, a.State(), again.State())
		kept := min(sent, keptRandomIDs)
		require.Len(t, again.sent.ids, int(kept))
		for id := sent - kept + 1; id <= sent; id++ {
			_, err := again.sendAs(ownBox, sending(id))
			require.ErrorContains(t, err, "RANDOM_ID_DUPLICATE", id)
		}
		_, unkept := again.Unkept()
		require.False(t, unkept, "what was refused changed nothing")
		m, err := again.sendAs(ownBox, sending(sent+1))
		require.NoError(t, err)
		require.EqualValues(t, sent+1, m.first)
	}
}

// An album is numbered without a gap, and nothing of one is when it is refused.
func TestAlbumIsNumberedAtOnce(t *testing.T) {
	a := accountOf(New(Config{Limits: testLimits}), 1)
	m, err := a.sendAs(ownBox, sending(1, 2, 3))
	require.NoError(t, err)
	require.EqualValues(t, 1, m.first)
	_, err = a.sendAs(ownBox, sending(4, 2))
	require.Error(t, err)
	m, err = a.sendAs(ownBox, sending(4, 0, 0))
	require.NoError(t, err)
	require.EqualValues(t, 4, m.first)
	require.EqualValues(t, 6, a.State().Messages)
}

// The oldest id of an account makes room, and no other.
func TestRandomIDsOfAnAccount(t *testing.T) {
	a := accountOf(New(Config{Limits: testLimits}), 1)
	for id := range int64(MaxRandomIDs + 1) {
		_, err := a.sendAs(ownBox, sending(id+1))
		require.NoError(t, err)
	}
	for _, id := range []int64{2, MaxRandomIDs, MaxRandomIDs + 1} {
		_, err := a.sendAs(ownBox, sending(id))
		require.ErrorContains(t, err, "RANDOM_ID_DUPLICATE", id)
	}
	_, err := a.sendAs(ownBox, sending(1))
	require.NoError(t, err)
}

// What all accounts remember is bounded: whoever makes accounts to send from costs those
// that do not send what they sent, and nobody who goes on sending.
func TestAccountThatSentLeastRecentlyMakesRoom(t *testing.T) {
	limits := testLimits
	limits.RandomIDs = 3 * (accountBytes + 8)
	h := New(Config{Limits: limits})
	send := func(account, id int64) error {
		_, err := accountOf(h, account).sendAs(ownBox, sending(id))
		return err
	}
	for account := range int64(3) {
		require.NoError(t, send(account, 7))
	}
	require.Empty(t, h.accounts.sent.lost(), "it is full, and not beyond")
	require.ErrorContains(t, send(0, 7), "RANDOM_ID_DUPLICATE")
	require.NoError(t, send(1, 0), "which asks for nothing, and is used all the same")
	require.NoError(t, send(0, 0))
	require.NoError(t, send(3, 7))
	require.Equal(t, "the random_ids of those that sent least recently made room (accounts: 1, random_ids: 1): what is sent again under one of them is not refused", h.accounts.sent.lost())
	require.Empty(t, h.accounts.sent.lost(), "it is told once")
	for _, account := range []int64{0, 1, 3} {
		require.ErrorContains(t, send(account, 7), "RANDOM_ID_DUPLICATE", account)
	}
	require.NoError(t, send(2, 7))

	h.accounts.sent.limit = 0
	require.NoError(t, send(4, 8))
	require.NoError(t, send(4, 8), "where nothing is remembered, sending works")
	require.Zero(t, h.accounts.sent.bytes)
}

// Whatever accounts send, those included that have no place among the accounts: the bytes
// are those that are there, and within the limit.
func TestRandomIDBytesAreCounted(t *testing.T) {
	limits := testLimits
	limits.RandomIDs = 20_000
	h := New(Config{Limits: limits})
	r := rand.New(rand.NewPCG(1, 2))
	all := map[*Account]bool{}
	lost := 0
	for n := range 20_000 {
		a := accountOf(h, r.Int64N(40))
		all[a] = true
		var ids []int64
		for range r.IntN(10) {
			ids = append(ids, r.Int64N(400))
		}
		_, _ = a.sendAs(ownBox, sending(ids...))
		if r.IntN(500) == 0 {
			clear(h.accounts.byID) // these are others from now on
		}
		if r.IntN(2_000) == 0 {
			h.Clear()
			require.Zero(t, h.accounts.sent.bytes)
		}
		if h.accounts.sent.lost() != "" {
			lost++
		}
		sum, some := int64(0), 0
		for a := range all {
			if len(a.sent.ids) > 0 {
				sum, some = sum+accountBytes+8*int64(cap(a.sent.ids)), some+1
			}
		}
		require.Equal(t, sum, h.accounts.sent.bytes, n)
		require.Equal(t, some, h.accounts.sent.order.Len())
		require.LessOrEqual(t, sum, limits.RandomIDs)
	}
	require.Positive(t, lost)
}

// What is counted for an account is what it takes: nothing else bounds those that no
// auth key and no table has any more.
func TestAccountBytes(t *testing.T) {
	const names = 4 * 32 // first name, user name, phone, and what the message of a login left of it
	require.LessOrEqual(t, unsafe.Sizeof(Account{})+unsafe.Sizeof(list.Element{})+names, uintptr(accountBytes))
	if strconv.IntSize == 32 {
		return // pointers have half the size
	}
	require.Greater(t, 2*(unsafe.Sizeof(Account{})+unsafe.Sizeof(list.Element{})+names), uintptr(accountBytes), "and not far more")
}
