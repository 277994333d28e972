package admin_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
)

// pipes is a listener of connections without a network, and so without buffers
// either: what nobody reads cannot be written.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

// bubble is a server with its admin API in simulated time.
type bubble struct {
	t     *testing.T
	dc    *mockserver.Server
	pipes *pipes
	web   http.Client
}

// inBubble runs a test in simulated time. The HTTP server has the bounds that the
// command gives it.
func inBubble(t *testing.T, test func(t *testing.T, b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		dc, err := mockserver.New(mockserver.Options{})
		require.NoError(t, err)
		b := &bubble{t: t, dc: dc, pipes: &pipes{make(chan net.Conn), make(chan struct{})}}
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return b.pipes.dial(), nil }}
		b.web.Transport = transport
		web := &http.Server{
			Handler:           admin.New(dc, admin.Options{Token: token}),
			ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		}
		served := make(chan error, 1)
		go func() { served <- web.Serve(b.pipes) }()
		defer func() {
			transport.CloseIdleConnections()
			require.NoError(t, web.Close())
			<-served
			require.NoError(t, dc.Close())
		}()
		test(t, b)
	})
}

// event notes something in the journal.
func (b *bubble) event() { require.NoError(b.t, b.dc.SetScenario(nil)) }

// get asks and returns the answer with an open body.
func (b *bubble) get(path string, head ...string) *http.Response {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, "http://localhost"+path, nil)
	require.NoError(b.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	a, err := b.web.Do(r)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = a.Body.Close() })
	return a
}

// text is the whole of an answer that ends.
func (b *bubble) text(path string) (status int, text string) {
	b.t.Helper()
	a := b.get(path)
	const most = 4 << 20 // a stream would never end, and simulated time goes fast
	body, err := io.ReadAll(io.LimitReader(a.Body, most))
	require.NoError(b.t, err)
	require.Less(b.t, len(body), most)
	return a.StatusCode, string(body)
}

// deaf asks for a stream and reads nothing of it.
func (b *bubble) deaf(path string) net.Conn {
	b.t.Helper()
	c := b.pipes.dial()
	b.t.Cleanup(func() { _ = c.Close() })
	_, err := io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+token+"\r\n\r\n")
	require.NoError(b.t, err)
	return c
}

// sent is one message of a stream, or a sign of life.
type sent struct{ id, data, comment string }

// messages reads a stream, message by message.
func messages(t *testing.T, body io.Reader) (next func() sent) {
	lines := bufio.NewReader(body)
	return func() (m sent) {
		t.Helper()
		for {
			line, err := lines.ReadString('\n')
			require.NoError(t, err)
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch name {
			case "id":
				m.id = value
			case "data":
				m.data = value
			case "":
				if value == "" {
					return m
				}
				m.comment = value
			}
		}
	}
}
