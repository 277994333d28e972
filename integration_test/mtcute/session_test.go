package mtcute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// A ready session is all that mtcute needs: it has the address, an auth key, and the
// account, so no RSA key is installed and nobody logs in.
func TestReadySession(t *testing.T) {
	for _, as := range []string{"user", "bot"} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			dc, f := mockserver.Start(t, mockserver.Options{}), newFile(t, smallSize)
			ready, err := dc.Session(mockserver.SessionOptions{Account: 3, Bot: as == "bot"})
			require.NoError(t, err)
			text, err := ready.For("mtcute")
			require.NoError(t, err)
			r := drive(t, dc, f, job{Session: text, As: as})
			u := only(t, dc)
			requireTransferred(t, u, r, f)
			require.Equal(t, ready.UserID, u.Account)
			require.Empty(t, events(dc, mockserver.EventAuthKey))
			require.Empty(t, events(dc, mockserver.EventLogin))
		})
	}
}
