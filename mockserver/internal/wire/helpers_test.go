package wire

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/mtproxy"
	"github.com/gotd/td/mtproxy/obfuscated2"
	"github.com/gotd/td/proto/codec"
	"github.com/stretchr/testify/require"
)

// script is a connection whose client has sent everything already: in chunks of a given size, then the end.
type script struct {
	in     *bytes.Reader
	chunk  int // bytes per Read; 0: as many as asked for
	out    bytes.Buffer
	writes int
	fail   error // of Write
	closed int   // calls of Close
}

func newScript(in []byte, chunk int) *script { return &script{in: bytes.NewReader(in), chunk: chunk} }

func (s *script) Read(p []byte) (int, error) {
	if s.chunk > 0 && len(p) > s.chunk {
		p = p[:s.chunk]
	}
	return s.in.Read(p)
}

func (s *script) Write(p []byte) (int, error) {
	if s.fail != nil {
		return 0, s.fail
	}
	s.writes++
	return s.out.Write(p)
}

func (s *script) Close() error                     { s.closed++; return nil }
func (s *script) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (s *script) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (s *script) SetDeadline(time.Time) error      { return nil }
func (s *script) SetReadDeadline(time.Time) error  { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

// transport is one framing as gotd's client speaks it.
type transport struct {
	name  string
	tag   [4]byte // the zero tag: cannot be obfuscated
	codec func() codec.Codec
}

var transports = []transport{
	{nameAbridged, codec.Abridged{}.ObfuscatedTag(), func() codec.Codec { return codec.Abridged{} }},
	{nameIntermediate, codec.Intermediate{}.ObfuscatedTag(), func() codec.Codec { return codec.Intermediate{} }},
	{namePadded, codec.PaddedIntermediate{}.ObfuscatedTag(), func() codec.Codec { return codec.PaddedIntermediate{} }},
	{nameFull, [4]byte{}, func() codec.Codec { return &codec.Full{} }},
}

// carrier is what a framing travels in.
type carrier struct {
	webSocket, obfuscated bool
}

var carriers = []carrier{{}, {obfuscated: true}, {webSocket: true}, {webSocket: true, obfuscated: true}}

// name is what Conn.Name must say.
func (c carrier) name(tr transport) string {
	name := tr.name
	if c.obfuscated {
		name = "obfuscated " + name
	}
	if c.webSocket {
		name = "websocket " + name
	}
	return name
}

// eachTransport runs a test for every transport in everything that can carry it.
func eachTransport(t *testing.T, test func(t *testing.T, tr transport, c carrier)) {
	t.Helper()
	for _, tr := range transports {
		for _, c := range carriers {
			if c.obfuscated && tr.tag == [4]byte{} {
				continue
			}
			t.Run(c.name(tr), func(t *testing.T) { test(t, tr, c) })
		}
	}
}

// client is gotd's side of a connection.
type client struct {
	stream io.ReadWriter
	codec  codec.Codec
	ws     *websocket.Conn // nil unless websocket
}

// dial makes a client speak over conn up to the point where frames follow.
func dial(conn net.Conn, tr transport, c carrier, dc int) (*client, error) {
	out := &client{stream: conn, codec: tr.codec()}
	if c.webSocket {
		ws, err := dialWebSocket(conn, "/apiws")
		if err != nil {
			return nil, err
		}
		out.ws, out.stream = ws, websocket.NetConn(context.Background(), ws, websocket.MessageBinary)
	}
	if !c.obfuscated {
		return out, out.codec.WriteHeader(out.stream)
	}
	stream := obfuscated2.NewObfuscated2(rand.Reader, out.stream)
	if err := stream.Handshake(tr.tag, dc, mtproxy.Secret{}); err != nil {
		return nil, err
	}
	out.stream = stream
	return out, nil
}

// dialWebSocket asks for a websocket over conn with the library's own client.
func dialWebSocket(conn net.Conn, path string) (*websocket.Conn, error) {
	over := &http.Client{Transport: &http.Transport{
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		DisableKeepAlives: true,
	}}
	ws, _, err := websocket.Dial(context.Background(), "ws://fakedc.invalid"+path, &websocket.DialOptions{
		HTTPClient: over, Subprotocols: []string{"binary"},
		HTTPHeader: http.Header{"Origin": {"https://example.org"}},
	})
	return ws, err
}

func (c *client) send(payload []byte) error {
	return c.codec.Write(c.stream, &bin.Buffer{Buf: bytes.Clone(payload)})
}

func (c *client) receive() ([]byte, error) {
	var b bin.Buffer
	err := c.codec.Read(c.stream, &b)
	return b.Buf, err
}

// recorder is a connection of which only Write works.
type recorder struct {
	net.Conn
	out *bytes.Buffer
}

func (r recorder) Write(p []byte) (int, error) { return r.out.Write(p) }

// sent returns the bytes that gotd's client sends for the payloads, opening included; no websocket.
func sent(t testing.TB, tr transport, obfuscated bool, payloads ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	c, err := dial(recorder{nil, &out}, tr, carrier{obfuscated: obfuscated}, 2)
	require.NoError(t, err)
	for _, p := range payloads {
		require.NoError(t, c.send(p))
	}
	return out.Bytes()
}

// encrypted returns what has the shape of an encrypted message of n*16+24 bytes.
func encrypted(n int) []byte {
	b := make([]byte, encryptedHead+n*cipherBlock)
	_, _ = rand.Read(b)
	b[0] |= 1
	return b
}

// unencrypted returns an unencrypted message with n bytes of data.
func unencrypted(n int) []byte {
	b := make([]byte, unencryptedHead+n)
	_, _ = rand.Read(b[8:])
	binary.LittleEndian.PutUint32(b[16:], uint32(n))
	return b
}

// requireViolation demands a ProtocolError whose text contains all of the given words.
func requireViolation(t testing.TB, err error, words ...string) {
	t.Helper()
	var protocol *ProtocolError
	require.ErrorAs(t, err, &protocol)
	for _, w := range words {
		require.Contains(t, err.Error(), w)
	}
}

// pipe returns two ends of a connection in memory that are closed after the test.
func pipe(t testing.TB) (server, client net.Conn) {
	server, client = net.Pipe()
	t.Cleanup(func() { _ = server.Close(); _ = client.Close() })
	return server, client
}
