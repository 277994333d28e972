package pyrogram_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

func readyString(t *testing.T, dc *mockserver.Server, o mockserver.SessionOptions) (text string, id int64) {
	t.Helper()
	ready, err := dc.Session(o)
	require.NoError(t, err)
	text, err = ready.For("pyrogram")
	require.NoError(t, err)
	return text, ready.UserID
}

// With a ready session no RSA key is added and nobody logs in.
func TestReadySession(t *testing.T) {
	f := drivers.NewFile(t, drivers.SmallSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		for _, as := range []string{"user", "bot"} {
			t.Run(as, func(t *testing.T) {
				t.Parallel()
				dc := mockserver.Start(t, mockserver.Options{})
				text, id := readyString(t, dc, mockserver.SessionOptions{Account: 3, Bot: as == "bot"})
				u := drivers.RequireReady(t, dc, c.Run(t, dc, f, drivers.Job{Session: text}), f, as)
				require.Equal(t, id, u.Account)
			})
		}
	})
}

// A proxy is the library's own way to another address: with a ready session nothing
// at all is patched, and without one the RSA key is all that is added.
func TestThroughSOCKS(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		t.Run("ready session", func(t *testing.T) {
			t.Parallel()
			dc := mockserver.Start(t, mockserver.Options{})
			text, id := readyString(t, dc, mockserver.SessionOptions{})
			u := drivers.RequireReady(t, dc, c.Run(t, dc, f, drivers.Job{Session: text, SOCKS: drivers.SOCKS(t, dc)}), f, "user")
			require.Equal(t, id, u.Account)
		})
		t.Run("login", func(t *testing.T) {
			t.Parallel()
			dc := mockserver.Start(t, mockserver.Options{})
			got := c.Run(t, dc, f, drivers.Job{SOCKS: drivers.SOCKS(t, dc), As: "bot"})
			drivers.RequireRoundTrip(t, dc, got, f)
			drivers.RequireLogin(t, dc, got, "bot")
		})
	})
}
