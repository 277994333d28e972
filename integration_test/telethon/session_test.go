package telethon_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// A ready session is all that Telethon needs: it has the address, an auth key, and
// the account, so no RSA key is added and nobody logs in.
func TestReadySession(t *testing.T) {
	f := drivers.NewFile(t, drivers.SmallSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		for _, as := range []string{"user", "bot"} {
			t.Run(as, func(t *testing.T) {
				t.Parallel()
				dc := mockserver.Start(t, mockserver.Options{})
				ready, err := dc.Session(mockserver.SessionOptions{Account: 3, Bot: as == "bot"})
				require.NoError(t, err)
				text, err := ready.For("telethon")
				require.NoError(t, err)
				u := drivers.RequireReady(t, dc, c.Run(t, dc, f, drivers.Job{Session: text}), f, as)
				require.Equal(t, ready.UserID, u.Account)
			})
		}
	})
}
