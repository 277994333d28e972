package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/tg"

	"github.com/fakedc/fakedc/mockserver"
)

// requireBound holds every part to have come under a temporary key that was bound
// to one permanent key. https://core.telegram.org/api/pfs
func requireBound(t *testing.T, dc *mockserver.Server) {
	t.Helper()
	bound := map[int64]bool{}
	for _, e := range events(dc, ofKind(mockserver.EventCall)) {
		if e.Method == "auth.bindTempAuthKey" {
			require.Empty(t, e.Error)
			bound[e.Key] = true
		}
	}
	parts := events(dc, stored)
	require.NotEmpty(t, parts)
	for _, e := range parts {
		require.True(t, bound[e.Key], "%s", mockserver.Line(e))
	}
}

// With EnablePFS gotd makes two keys, binds one to the other, and uploads, logs in
// and downloads under the temporary one.
func TestPerfectForwardSecrecy(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	o := options(t, dc)
	o.EnablePFS = true
	c := bot(t, o)
	data := contents(uneven)
	finish(t, dc, c.API(), uploadBytes(t, c.API(), threads, data), threads, data)
	requireBound(t, dc)
	require.Len(t, events(dc, ofKind(mockserver.EventLogin)), 1)
	unharmed(t, dc)
}

// Several connections have a temporary key each, and the parts of one file meet.
func TestPerfectForwardSecrecyInAPool(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	o := options(t, dc)
	o.EnablePFS = true
	c := bot(t, o)
	pool, err := c.Pool(3)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	data := contents(24 * partSize)
	finish(t, dc, c.API(), streamLive(t, tg.NewClient(pool), threads, data), 1, data)
	requireBound(t, dc)
	unharmed(t, dc)
}

// The permanent key may be one of a ready session.
func TestPerfectForwardSecrecyWithAReadySession(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	s, err := dc.Session(mockserver.SessionOptions{})
	require.NoError(t, err)
	o := withSession(t, s, options(t, dc))
	o.EnablePFS = true
	c, _ := connect(t, o)
	data := contents(oneMiB)
	u := finish(t, dc, c.API(), uploadBytes(t, c.API(), 1, data), 1, data)
	require.Equal(t, s.UserID, u.Account)
	requireBound(t, dc)
	require.Empty(t, events(dc, ofKind(mockserver.EventLogin)))
	unharmed(t, dc)
}
