package mockserver_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/admin"
)

// desk is the admin API of a server.
type desk struct {
	*bubble
	api *admin.Handler
}

func (b *bubble) admin() *desk { return &desk{b, admin.New(b.Server, admin.Options{Token: "token"})} }

func (d *desk) request(method, path string, body []byte) *http.Request {
	r := httptest.NewRequest(method, "http://localhost"+path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer token")
	r.Header.Set("Content-Type", "application/yaml")
	return r
}

// sends puts something where a scenario belongs.
func (d *desk) sends(body []byte) {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, d.request("PUT", "/api/v1/scenario", body))
	require.Equal(d.t, 413, w.Code, w.Body.String())
}

// streams follows the journal n times, which is once too often.
func (d *desk) streams(n int) {
	d.t.Helper()
	ctx, cancel := context.WithCancel(d.t.Context())
	defer func() { cancel(); synctest.Wait() }()
	for range n - 1 {
		d.wg.Go(func() {
			d.api.ServeHTTP(httptest.NewRecorder(), d.request("GET", "/api/v1/journal/follow", nil).WithContext(ctx))
		})
	}
	synctest.Wait()
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, d.request("GET", "/api/v1/journal/follow", nil))
	require.Equal(d.t, 503, w.Code)
}

// handing is a listener that hands out connections that there are.
type handing struct {
	net.Listener
	conns []net.Conn
}

var errNoMore = errors.New("no more connections")

func (h *handing) Accept() (net.Conn, error) {
	if len(h.conns) == 0 {
		return nil, errNoMore
	}
	c := h.conns[0]
	h.conns = h.conns[1:]
	return c, nil
}

// connections opens n connections, which is one too many, and two more when the first
// has ended, twice.
func (d *desk) connections(n int) {
	d.t.Helper()
	h := &handing{}
	l := admin.Listen(d.Server, h)
	theirs := func() net.Conn {
		here, there := net.Pipe()
		d.t.Cleanup(func() { _ = here.Close() })
		h.conns = append(h.conns, there)
		return here
	}
	var first net.Conn
	for range n {
		theirs()
	}
	for range n - 1 {
		c, err := l.Accept()
		require.NoError(d.t, err)
		first = c
	}
	_, err := l.Accept()
	require.ErrorIs(d.t, err, errNoMore, "the last was closed")
	require.NoError(d.t, first.Close())
	_ = first.Close() // which gives no second place back
	theirs()
	refused := theirs()
	_, err = l.Accept()
	require.NoError(d.t, err, "there is a place again")
	_, err = l.Accept()
	require.ErrorIs(d.t, err, errNoMore)
	_, err = refused.Read(make([]byte, 1))
	require.Error(d.t, err)
}
