package gramjs_test

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// listenLow finds a port that a GramJS session has room for: it reads the number
// with a sign.
func listenLow(t *testing.T) net.Listener {
	t.Helper()
	for port := 20_000; port <= 32_767; port += 7 {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return l
		}
	}
	require.FailNow(t, "no port below 32768 is free")
	return nil
}

// startLow is mockserver.Start at such a port.
func startLow(t *testing.T) *mockserver.Server {
	t.Helper()
	dc, err := mockserver.New(mockserver.Options{Strict: true})
	require.NoError(t, err)
	l := listenLow(t)
	require.NoError(t, dc.Announce(dc.DC(), l.Addr()))
	done := make(chan error, 1)
	go func() { done <- dc.Serve(l) }()
	t.Cleanup(func() {
		require.NoError(t, dc.Close())
		if err := <-done; !errors.Is(err, mockserver.ErrClosed) {
			t.Errorf("serving %v: %v", l.Addr(), err)
		}
	})
	return dc
}

// A ready session needs neither the RSA key nor a login, and GramJS saves the very
// string that it was given.
func TestReadySession(t *testing.T) {
	for _, bot := range []bool{false, true} {
		t.Run(fmt.Sprintf("bot=%t", bot), func(t *testing.T) {
			t.Parallel()
			node(t)
			dc, f := startLow(t), drivers.NewFile(t, bigSize)
			ready, err := dc.Session(mockserver.SessionOptions{Account: 3, Bot: bot})
			require.NoError(t, err)
			text, err := ready.For("gramjs")
			require.NoError(t, err)
			got := run[struct {
				ID, SHA256, Session string
				Bot                 bool
			}](t, "ready.js", job{Session: text, Params: map[string]any{"path": f.Path}})
			require.Equal(t, strconv.FormatInt(ready.UserID, 10), got.ID)
			require.Equal(t, bot, got.Bot)
			require.Equal(t, f.SHA256, got.SHA256)
			require.Equal(t, text, got.Session)
			require.Len(t, dc.Uploads(), 1)
			drivers.RequireStored(t, dc.Uploads()[0], f)
			require.Equal(t, ready.UserID, dc.Uploads()[0].Account)
			require.Empty(t, drivers.Events(dc, mockserver.EventAuthKey))
			require.Empty(t, drivers.Events(dc, mockserver.EventLogin))
			require.Empty(t, drivers.Events(dc, mockserver.EventUnknown))
		})
	}
}
