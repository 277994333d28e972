package mockserver_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// ask goes through the SOCKS conversation as a client does that wants to go to
// target, https://www.rfc-editor.org/rfc/rfc1928
func ask(t *testing.T, c net.Conn, target string) {
	t.Helper()
	host, port, err := net.SplitHostPort(target)
	require.NoError(t, err)
	number, err := strconv.ParseUint(port, 10, 16)
	require.NoError(t, err)
	address := append([]byte{3, byte(len(host))}, host...)
	if ip, err := netip.ParseAddr(host); err == nil {
		address = append([]byte{map[bool]byte{true: 1, false: 4}[ip.Is4()]}, ip.AsSlice()...)
	}
	say(t, c, []byte{5, 1, 0}, []byte{5, 0})
	request := binary.BigEndian.AppendUint16(append([]byte{5, 1, 0}, address...), uint16(number))
	say(t, c, request, []byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
}

// say writes, and reads an answer of the length of want.
func say(t *testing.T, c net.Conn, text, want []byte) {
	t.Helper()
	_, err := c.Write(text)
	require.NoError(t, err)
	got := make([]byte, len(want))
	_, err = io.ReadFull(c, got)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// socksOf serves a proxy until the test ends and returns its address.
func socksOf(t *testing.T, dc *mockserver.Server) string {
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

// Whatever the destination, the fake datacenter answers; with several, the one
// that the address stands for, be it Telegram's or what help.getConfig lists.
func TestSOCKS(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{DC: 2, MoreDCs: []int{4, 5}})
	proxy := socksOf(t, dc)
	for _, tc := range []struct {
		name, target string
		want         int
	}{
		{"Telegram's DC 2", "149.154.167.51:443", 2},
		{"Telegram's DC 4", "149.154.167.91:443", 4},
		{"Telegram's DC 5, another port", "91.108.56.130:80", 5},
		{"Telegram's DC 4 by IPv6", "[2001:67c:4e8:f004::a]:443", 4},
		{"Telegram's DC 1, which is not there", "149.154.175.53:443", 2},
		{"somewhere else", "192.0.2.1:443", 2},
		{"somewhere else by IPv6", "[2001:db8::1]:443", 2},
		{"a name", "telegram.invalid:443", 2},
		{"our own DC 2", dc.AddrOf(2), 2},
		{"our own DC 4", dc.AddrOf(4), 4},
		{"our own DC 5", dc.AddrOf(5), 5},
		{"our own DC 5, IPv4 in IPv6", strings.Replace(dc.AddrOf(5), "127.0.0.1", "[::ffff:127.0.0.1]", 1), 5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			raw, err := net.Dial("tcp", proxy)
			require.NoError(t, err)
			ask(t, raw, tc.target)
			conn, err := rawclient.NewConn(raw, rawclient.Options{Transport: rawclient.Intermediate})
			require.NoError(t, err)
			key, err := rawclient.CreateKey(t.Context(), conn, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA, DC: tc.want})
			require.NoError(t, err)
			c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, c.Close()) })
			config, err := c.InitConnection(t.Context(), 228)
			require.NoError(t, err)
			require.EqualValues(t, tc.want, config.ThisDC)
		})
	}
}

// A file goes through the proxy with a ready session, so that the client needs
// neither an address nor a key of the server.
func TestUploadThroughSOCKSWithAReadySession(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	raw, err := net.Dial("tcp", socksOf(t, dc))
	require.NoError(t, err)
	ask(t, raw, "149.154.167.51:443")
	conn, err := rawclient.NewConn(raw, rawclient.Options{})
	require.NoError(t, err)
	s, err := dc.Session(mockserver.SessionOptions{})
	require.NoError(t, err)
	c, err := rawclient.NewClient(conn, rawclient.NewAuthKey(s.AuthKey, 0), rawclient.ClientOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	_, err = c.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	data := contents(1<<20 + 7)
	total, err := upload(t.Context(), c, 1, data, 128*kib)
	require.NoError(t, err)
	doc, err := c.UploadMedia(t.Context(), input(1, total))
	require.NoError(t, err)
	got, err := download(t.Context(), c, doc.Location)
	require.NoError(t, err)
	require.Equal(t, data, got)
}

// pipes is a listener of net.Pipe, for bubbles.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "pipe"} }

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

// socks serves a proxy over pipes until the bubble ends.
func (b *bubble) socks() *pipes {
	p := newPipes()
	b.wg.Go(func() { require.ErrorIs(b.t, b.ServeSOCKS(p), mockserver.ErrClosed) })
	return p
}

// whyRefused returns the text of the only event of refusal.
func (b *bubble) whyRefused() string {
	b.t.Helper()
	var texts []string
	for _, e := range b.Journal() {
		if e.Kind == mockserver.EventRefused {
			texts = append(texts, e.Text)
		}
	}
	require.Len(b.t, texts, 1)
	return texts[0]
}

// Who says nothing, or stops half way, is sent away after Limits.DetectTime.
func TestSilenceAtTheSOCKSDoor(t *testing.T) {
	const limit = 3 * time.Second
	for name, words := range map[string][]byte{
		"nothing": nil, "half a greeting": {5, 2, 0}, "a greeting": {5, 1, 0}, "half a request": {5, 1, 0, 5, 1, 0, 1, 149},
	} {
		t.Run(name, func(t *testing.T) {
			o := mockserver.Options{Limits: mockserver.Limits{DetectTime: limit}}
			inBubble(t, o, func(t *testing.T, b *bubble) {
				c := b.socks().dial()
				began := time.Now()
				go func() { _, _ = c.Write(words) }()
				_, err := io.Copy(io.Discard, c)
				require.NoError(t, err, "the server hangs up")
				require.Equal(t, limit, time.Since(began))
				require.Contains(t, b.whyRefused(), "timeout")
				require.Zero(t, b.Connections())
			})
		})
	}
}

// The deadline is that of the conversation: an upload afterwards takes its time.
func TestSOCKSDeadlineEndsWithTheConversation(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		raw := b.socks().dial()
		ask(t, raw, "149.154.167.51:443")
		conn, err := rawclient.NewConn(raw, rawclient.Options{})
		require.NoError(t, err)
		s, err := b.Session(mockserver.SessionOptions{})
		require.NoError(t, err)
		c := b.session(conn, rawclient.NewAuthKey(s.AuthKey, 0))
		_, err = c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		<-time.After(2 * time.Minute)
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
	})
}

// What is no SOCKS5 is refused, and the next client is served.
func TestGarbageAtTheSOCKSDoor(t *testing.T) {
	for _, tc := range []struct {
		name  string
		words []byte
		says  string
	}{
		{"SOCKS4", []byte{4, 1, 0, 80}, "does not speak SOCKS5"},
		{"HTTP", []byte("CONNECT a:1 HTTP/1.1\r\n\r\n"), "does not speak SOCKS5"},
		{"GSSAPI only", []byte{5, 1, 1}, "GSSAPI"},
		{"BIND", []byte{5, 1, 0, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80}, "only CONNECT"},
		{"address of kind 9", []byte{5, 1, 0, 5, 1, 0, 9, 1, 2, 3, 4, 0, 80}, "unknown kind of address"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				p := b.socks()
				c := p.dial()
				go func() { _, _ = c.Write(tc.words) }()
				_, err := io.Copy(io.Discard, c)
				require.NoError(t, err)
				require.Contains(t, b.whyRefused(), tc.says)
				require.Zero(t, b.Connections())
				ask(t, p.dial(), "192.0.2.1:443")
			})
		})
	}
}

// Who looks whether the port is open is no client that was refused, nor is who dials several
// addresses of a datacenter at once and goes on with the first that answers.
func TestLookAtTheSOCKSDoor(t *testing.T) {
	for name, greeted := range map[string]bool{"without a word": false, "after the greeting": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				c := b.socks().dial()
				if greeted {
					say(t, c, []byte{5, 1, 0}, []byte{5, 0})
				}
				require.NoError(t, c.Close())
				synctest.Wait()
				require.Empty(t, b.Journal())
				require.Zero(t, b.Connections())
			})
		})
	}
}

// Close does not wait for those who are still talking about where to go.
func TestCloseAtTheSOCKSDoor(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.socks().dial()
		say(t, c, []byte{5, 1, 0}, []byte{5, 0}) // it is served by now
		began := time.Now()
		require.NoError(t, b.Close())
		require.Zero(t, time.Since(began))
		_, err := c.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		require.ErrorIs(t, b.ServeSOCKS(newPipes()), mockserver.ErrClosed, "and nobody else comes in")
	})
}

// Connections behind the proxy, those still talking included, count like others.
func TestConnectionLimitAtTheSOCKSDoor(t *testing.T) {
	o := mockserver.Options{Limits: mockserver.Limits{Connections: 2}}
	inBubble(t, o, func(t *testing.T, b *bubble) {
		p := b.socks()
		talking, through := p.dial(), p.dial()
		say(t, talking, []byte{5, 1, 0}, []byte{5, 0})
		ask(t, through, "192.0.2.1:443")
		require.Equal(t, 2, b.Connections())
		third := p.dial()
		_, err := third.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF, "one too many")
		require.NoError(t, talking.Close())
		synctest.Wait() // the server has noticed
		ask(t, p.dial(), "192.0.2.1:443")
		last := 0
		for _, e := range b.Journal() {
			if e.Kind == mockserver.EventLimit {
				require.Contains(t, e.Text, "Connections")
				last++
			}
		}
		require.Equal(t, 1, last)
	})
}
