package drivers

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// SOCKS serves a proxy that leads to dc, until the test ends, and returns its address.
func SOCKS(t *testing.T, dc *mockserver.Server) string {
	t.Helper()
	l, err := mockserver.Listen()
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- dc.ServeSOCKS(l) }()
	t.Cleanup(func() {
		require.NoError(t, dc.Close())
		require.ErrorIs(t, <-ended, mockserver.ErrClosed)
	})
	return l.Addr().String()
}
