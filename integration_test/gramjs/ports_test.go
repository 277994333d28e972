package gramjs_test

import (
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// A fake datacenter at the very ports that GramJS dials needs no socket class:
// the first connection goes to 80, the one for parts to 443. This also shows that
// those are the ports.
func TestPortsThatGramJSDials(t *testing.T) {
	node(t)
	const host = "127.0.0.1"
	dc, err := mockserver.New(mockserver.Options{Strict: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dc.Close()) })
	for _, port := range []string{"80", "443"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			t.Skipf("port %s is not to be had here: %v", port, err)
		}
		done := make(chan error, 1)
		go func() { done <- dc.Serve(l) }()
		t.Cleanup(func() {
			_ = dc.Close()
			if err := <-done; !errors.Is(err, mockserver.ErrClosed) {
				t.Errorf("serving port %s: %v", port, err)
			}
		})
	}
	small := drivers.NewFile(t, smallSize)
	got := run[[]answer[transferred]](t, "transfer.js", job{
		DC: drivers.DC{ID: dc.DC(), Host: host, PublicKey: dc.PublicKey().PEM}, As: "user", Bare: true,
		Steps: []step{{How: "sendFile", Path: small.Path, Workers: 1}},
	})
	require.Nil(t, got[0].Error)
	require.Equal(t, small.SHA256, got[0].Value.SHA256)
	drivers.RequireStored(t, dc.Uploads()[0], small)
}
