package mtcute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// A ready session is all that mtcute needs: it has the address, an auth key, and the
// account, so no RSA key is installed and nobody logs in.
func TestReadySession(t *testing.T) {
	for _, as := range []string{"user", "bot"} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			dc, f := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, smallSize)
			ready, err := dc.Session(mockserver.SessionOptions{Account: 3, Bot: as == "bot"})
			require.NoError(t, err)
			text, err := ready.For("mtcute")
			require.NoError(t, err)
			r := drivers.Only(t).Run(t, dc, f, drivers.Job{Session: text, As: as})
			u := drivers.RequireTransferred(t, dc, r, f)
			require.Equal(t, ready.UserID, u.Account)
			require.Empty(t, drivers.Events(dc, mockserver.EventAuthKey))
			require.Empty(t, drivers.Events(dc, mockserver.EventLogin))
		})
	}
}
