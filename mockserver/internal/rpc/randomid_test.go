package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func sending(ids ...int64) (all []outgoing) {
	for _, id := range ids {
		all = append(all, outgoing{randomID: id})
	}
	return all
}

// What was sent last is refused a second time in another process too: as many ids as are
// kept, and an account that several keys bring back has each once.
func TestRandomIDsAreRestored(t *testing.T) {
	for _, sent := range []int64{0, 1, keptRandomIDs, keptRandomIDs + 1, maxRandomIDs, maxRandomIDs + 7} {
		a := &Account{ID: 1}
		for id := range sent {
			first, err := a.sendAs(sending(id + 1))
			require.NoError(t, err)
			require.EqualValues(t, id+1, first)
		}
		h := New(Config{})
		again := h.RestoreAccount(1, a.State())
		require.Same(t, again, h.RestoreAccount(1, a.State()))
		require.Equal(t, a.State(), again.State())
		kept := min(sent, keptRandomIDs)
		require.Len(t, again.sent.ring, int(kept))
		for id := sent - kept + 1; id <= sent; id++ {
			_, err := again.sendAs(sending(id))
			require.ErrorContains(t, err, "RANDOM_ID_DUPLICATE", id)
		}
		_, unkept := again.Unkept()
		require.False(t, unkept, "what was refused changed nothing")
		first, err := again.sendAs(sending(sent + 1))
		require.NoError(t, err)
		require.EqualValues(t, sent+1, first)
	}
}

// An album is numbered without a gap, and nothing of one is when it is refused.
func TestAlbumIsNumberedAtOnce(t *testing.T) {
	a := &Account{ID: 1}
	first, err := a.sendAs(sending(1, 2, 3))
	require.NoError(t, err)
	require.EqualValues(t, 1, first)
	_, err = a.sendAs(sending(4, 2))
	require.Error(t, err)
	first, err = a.sendAs(sending(4, 0, 0))
	require.NoError(t, err)
	require.EqualValues(t, 4, first)
	require.EqualValues(t, 6, a.State().Messages)
}
