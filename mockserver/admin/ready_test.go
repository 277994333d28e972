package admin_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
)

// Only a server that clients can reach is ready, and it says why it is not; alive
// it is all the same.
func TestReady(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	probe := func(path string) (int, string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		admin.New(dc, admin.Options{}).ServeHTTP(w, r)
		require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
		return w.Code, w.Body.String()
	}
	is := func(ready int, says string) {
		t.Helper()
		code, text := probe("/readyz")
		require.Equal(t, ready, code)
		require.Contains(t, text, says)
		code, text = probe("/livez")
		require.Equal(t, 200, code)
		require.Equal(t, "ok\n", text)
	}
	is(503, "does not listen")

	l, err := mockserver.Listen()
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- dc.Serve(l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	for changed := dc.Changed(); dc.Connections() == 0; changed = dc.Changed() { // until it accepts
		<-changed
	}
	is(200, "ok\n")
	require.NoError(t, c.Close())
	require.NoError(t, l.Close())
	require.ErrorIs(t, <-served, net.ErrClosed)
	is(503, "does not listen")

	require.NoError(t, dc.Announce(2, l.Addr()))
	is(200, "ok\n")
	require.NoError(t, dc.Close())
	is(503, "closed")
}

// Whoever shuts the server down is told so, though that ends the connection.
func TestShutdownIsAnswered(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	var server *httptest.Server
	server = httptest.NewServer(admin.New(dc, admin.Options{Token: token, Shutdown: func() { _ = server.Config.Close() }}))
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/v1/shutdown", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, response.StatusCode)
	_, err = io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
}

// Names of hosts have no case, whoever writes them.
func TestHostsInAnyCase(t *testing.T) {
	h := admin.New(mockserver.Start(t, mockserver.Options{}), admin.Options{Hosts: []string{"FakeDC", "other"}})
	for host, want := range map[string]int{"fakedc": 200, "FAKEDC:80": 200, "OTHER": 200, "fake": 421} {
		r := httptest.NewRequest(http.MethodGet, "/livez", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, want, w.Code, host)
	}
}
