package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"

	"github.com/fakedc/fakedc/mockserver"
)

// withSession stores a ready session where gotd looks for one.
func withSession(t *testing.T, s mockserver.Session, o telegram.Options) telegram.Options {
	t.Helper()
	text, err := s.For("gotd")
	require.NoError(t, err)
	storage := new(session.StorageMemory)
	require.NoError(t, storage.StoreSession(t.Context(), []byte(text)))
	o.SessionStorage = storage
	return o
}

// A ready session is a login without a login and a key without an exchange: the
// client does not even know the server's RSA key.
func TestReadySession(t *testing.T) {
	for name, asBot := range map[string]bool{"user": false, "bot": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dc := serve(t, mockserver.Options{Seed: 7})
			s, err := dc.Session(mockserver.SessionOptions{Account: 3, Bot: asBot})
			require.NoError(t, err)
			o := withSession(t, s, options(t, dc))
			o.PublicKeys = nil
			c, _ := connect(t, o)
			self, err := c.Self(deadline(t))
			require.NoError(t, err)
			require.Equal(t, s.UserID, self.ID)
			require.Equal(t, asBot, self.Bot)
			data := contents(oneMiB + 5)
			u := finish(t, dc, c.API(), uploadBytes(t, c.API(), threads, data), threads, data)
			require.Equal(t, s.UserID, u.Account)
			require.Empty(t, events(dc, ofKind(mockserver.EventAuthKey)))
			require.Empty(t, events(dc, ofKind(mockserver.EventLogin)))
			unharmed(t, dc) // not even a wrong salt: the session has it
		})
	}
}

// Two ready sessions are two accounts: tests that run side by side share nothing.
func TestReadySessionsAreApart(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	data := contents(3 * rawPart)
	accounts := map[int64]bool{}
	for account := 1; account <= 2; account++ {
		s, err := dc.Session(mockserver.SessionOptions{Account: account})
		require.NoError(t, err)
		c, _ := connect(t, withSession(t, s, options(t, dc)))
		saveParts(t, c.API(), 7, data[:account*rawPart], 0) // one file_id for both
	}
	for _, u := range dc.Uploads() {
		accounts[u.Account] = true
		require.Len(t, u.Parts, 1)
	}
	require.Len(t, accounts, 2)
	unharmed(t, dc)
}
