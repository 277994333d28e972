package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// webSockets returns a server side inside a websocket, a client that has announced the intermediate transport, and
// the connection below the server side.
func webSockets(t testing.TB, o Options) (*Conn, *websocket.Conn, *counted) {
	t.Helper()
	serverEnd, clientEnd := loopback(t)
	below := &counted{Conn: serverEnd}
	dialled := make(chan *websocket.Conn, 1)
	go func() {
		ws, err := dialWebSocket(clientEnd, "/apiws_test")
		if err == nil {
			err = ws.Write(context.Background(), websocket.MessageBinary, announced(nameIntermediate))
		}
		if err != nil {
			_ = clientEnd.Close()
		}
		dialled <- ws
	}()
	conn, err := Accept(below, o)
	require.NoError(t, err)
	ws := <-dialled
	require.Equal(t, "websocket intermediate", conn.Name())
	require.Equal(t, "binary", ws.Subprotocol())
	t.Cleanup(func() { _ = conn.Close(); _ = ws.CloseNow() })
	return conn, ws, below
}

// counted counts the writes of a connection.
type counted struct {
	net.Conn
	writes atomic.Int64
}

func (c *counted) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

// intermediateFrame builds a frame of the intermediate transport.
func intermediateFrame(payload []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(payload))), payload...)
}

func TestWebSocketMessagesAreAStream(t *testing.T) {
	t.Parallel()
	payloads := [][]byte{encrypted(1), encrypted(40), encrypted(400), encrypted(3)}
	var stream []byte
	for _, p := range payloads {
		stream = append(stream, intermediateFrame(p)...)
	}
	for _, size := range []int{1, 3, 41, 4096, 5000, len(stream)} {
		conn, ws, _ := webSockets(t, Options{})
		go func() {
			for rest := stream; len(rest) > 0; {
				n := min(size, len(rest))
				_ = ws.Write(t.Context(), websocket.MessageBinary, rest[:n])
				rest = rest[n:]
				if n == 41 {
					_ = ws.Write(t.Context(), websocket.MessageBinary, nil)
				}
			}
			_ = ws.Close(websocket.StatusGoingAway, "done")
		}()
		got, err := readAll(conn)
		require.Equal(t, io.EOF, err, "a close frame is an end in good order")
		require.Equal(t, payloads, got, "messages of %d bytes", size)
	}
}

func TestWebSocketFragmentedMessage(t *testing.T) {
	t.Parallel()
	conn, ws, _ := webSockets(t, Options{})
	want := encrypted(700)
	go func() {
		w, err := ws.Writer(t.Context(), websocket.MessageBinary)
		if err != nil {
			return
		}
		frame := intermediateFrame(want)
		_, _ = w.Write(frame[:3])
		_, _ = w.Write(frame[3:5000])
		_, _ = w.Write(frame[5000:])
		_ = w.Close()
	}()
	got, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.Equal(t, want, got.Payload)
}

// A connection that ends inside a message is no breach of a rule: the rest of what came is
// still masked, and must not be taken for the length of a frame.
func TestWebSocketEndsInsideAMessage(t *testing.T) {
	t.Parallel()
	announcement := message(announced(nameIntermediate))
	whole := message(intermediateFrame(encrypted(40)))
	copy(whole[10:], "mask")
	for i := range whole[14:] {
		whole[14+i] ^= "mask"[i%4]
	}
	for n := 1; n < len(whole); n++ {
		conn, err := Accept(newScript(slices.Concat([]byte(upgradeRequest("/apiws")), announcement, whole[:n]), 0), Options{})
		require.NoError(t, err)
		_, err = conn.ReadFrame(nil)
		require.False(t, errors.As(err, new(*ProtocolError)), "after %d bytes: %v", n, err)
		if n > 14 {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, "after %d bytes", n)
		}
		require.NoError(t, conn.Close())
	}
}

func TestWebSocketOneMessagePerFrameInOneWrite(t *testing.T) {
	t.Parallel()
	conn, ws, below := webSockets(t, Options{})
	ws.SetReadLimit(-1)
	before := below.writes.Load()
	payloads := [][]byte{encrypted(1), encrypted(1000), encrypted(2)}
	require.NoError(t, conn.WriteFrames(payloads...))
	require.EqualValues(t, 1, below.writes.Load()-before)
	for _, want := range payloads {
		kind, got, err := ws.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, websocket.MessageBinary, kind)
		require.Equal(t, intermediateFrame(want), got)
	}
}

func TestWebSocketAnswersPingsBesideTheWriter(t *testing.T) {
	t.Parallel()
	conn, ws, _ := webSockets(t, Options{})
	ctx := ws.CloseRead(t.Context())
	ended := make(chan error, 1)
	go func() { _, err := conn.ReadFrame(nil); ended <- err }()
	for range 20 {
		require.NoError(t, ws.Ping(ctx))
	}
	require.NoError(t, ws.Close(websocket.StatusNormalClosure, ""))
	require.Equal(t, io.EOF, <-ended)
}

func TestWebSocketRefuses(t *testing.T) {
	t.Parallel()
	masked := func(opcode byte, payload string) []byte {
		return append([]byte{0x80 | opcode, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...)
	}
	for name, tc := range map[string]struct {
		raw   []byte
		words []string
	}{
		"text message":    {masked(1, "{}"), []string{"text"}},
		"unmasked frame":  {[]byte{0x82, 1, 0xef}, []string{"breach", "unmasked"}},
		"reserved opcode": {masked(5, "x"), []string{"breach", "opcode"}},
		"reserved bits":   {[]byte{0xf2, 0x80, 0, 0, 0, 0}, []string{"breach", "rsv"}},
		"negative length": {append([]byte{0x82, 0xff}, bytes.Repeat([]byte{0xff}, 12)...), []string{"breach", "negative"}},
		"HTTP inside":     {masked(2, "GET / HTTP/1.1\r\n\r\n"), []string{"inside a websocket"}},
		"lying length":    {masked(2, "\xee\xee\xee\xee\xff\xff\xff\x7f"), []string{"limit"}},
	} {
		conn := newScript(append([]byte(upgradeRequest("/apiws")), tc.raw...), 0)
		c, err := Accept(conn, Options{})
		if err == nil {
			_, err = c.ReadFrame(nil)
			_ = c.Close()
		}
		requireViolation(t, err, tc.words...)
		require.Contains(t, err.Error(), "websocket", name)
		require.True(t, strings.HasPrefix(conn.out.String(), "HTTP/1.1 101 "), name)
	}
}

// upgradeRequest is a request for a websocket, with nothing a browser adds.
func upgradeRequest(path string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
}

// RFC 6455 section 1.3 gives the answer to the nonce of its example.
func TestWebSocketUpgradeAnswer(t *testing.T) {
	t.Parallel()
	request := strings.Replace(upgradeRequest("/apiws"), "\r\n\r\n",
		"\r\nOrigin: http://evil.example\r\nSec-WebSocket-Protocol: binary\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", 1)
	for _, chunk := range []int{0, 1} {
		conn := newScript([]byte(request), chunk)
		_, err := Accept(conn, Options{})
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Equal(t, 1, conn.writes)
		lines := strings.Split(conn.out.String(), "\r\n")
		require.Equal(t, "HTTP/1.1 101 Switching Protocols", lines[0])
		require.ElementsMatch(t, []string{
			"Connection: Upgrade", "Upgrade: websocket", "Sec-Websocket-Protocol: binary",
			"Sec-Websocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
		}, lines[1:len(lines)-2])
	}
}

func TestWebSocketUpgradeThatCannotBeAnswered(t *testing.T) {
	t.Parallel()
	conn := newScript([]byte(upgradeRequest("/apiws")), 0)
	conn.fail = io.ErrClosedPipe
	_, err := Accept(conn, Options{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestWebSocketRequestBudgetIsGenerous(t *testing.T) {
	t.Parallel()
	request := strings.Replace(upgradeRequest("/apiws"), "\r\n\r\n", "\r\nCookie: "+strings.Repeat("c", 7<<10)+"\r\n\r\n", 1)
	conn := newScript([]byte(request+"\x82\x81\x00\x00\x00\x00\xef"), 0)
	c, err := Accept(conn, Options{})
	require.NoError(t, err)
	require.Equal(t, "websocket abridged", c.Name())
	require.NoError(t, c.Close())
}

// The library's finalizer closes a websocket that nobody closed, at any time and from any goroutine.
func TestWebSocketIsClosedForTheLibraryToo(t *testing.T) {
	t.Parallel()
	s := newScript([]byte(upgradeRequest("/apiws")), 0)
	_, err := Accept(s, Options{})
	require.Error(t, err)
	require.Equal(t, 1, s.closed, "on a failure after the upgrade")

	s = newScript([]byte(upgradeRequest("/apiws")+"\x82\x81\x00\x00\x00\x00\xef"), 0)
	c, err := Accept(s, Options{})
	require.NoError(t, err)
	require.NoError(t, c.Close())
	require.ErrorIs(t, c.ws.writeMessage([]byte("late")), net.ErrClosed)
}

func TestWebSocketWriteAfterTheClientClosed(t *testing.T) {
	t.Parallel()
	conn, ws, below := webSockets(t, Options{})
	go func() { _ = ws.Close(websocket.StatusNormalClosure, "") }()
	_, err := conn.ReadFrame(nil)
	require.Equal(t, io.EOF, err)
	before := below.writes.Load()
	require.ErrorIs(t, conn.WriteFrames(encrypted(1)), net.ErrClosed)
	require.Equal(t, before, below.writes.Load(), "not even an empty write")
}

func TestWebSocketWithoutSubprotocol(t *testing.T) {
	t.Parallel()
	conn := newScript([]byte(upgradeRequest("/apiws")), 0)
	_, err := Accept(conn, Options{})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotContains(t, conn.out.String(), http.CanonicalHeaderKey("Sec-WebSocket-Protocol"))
}

// Who does not wait for the answer to the upgrade loses nothing by it.
func TestWebSocketReadAhead(t *testing.T) {
	t.Parallel()
	ours, theirs := sockets(t)
	payload := encrypted(200)
	stream := append(announced(nameIntermediate), intermediateFrame(payload)...)
	_, err := theirs.Write(append([]byte("GET /apiws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"), masked(stream)...))
	require.NoError(t, err)
	require.NoError(t, theirs.(*net.TCPConn).CloseWrite())
	conn, err := Accept(ours, Options{})
	require.NoError(t, err)
	f, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.Equal(t, payload, f.Payload)
}

// masked is a binary message under the mask of zeros.
func masked(b []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0x82, 0x80 | 126}, uint16(len(b)))
	return append(append(head, 0, 0, 0, 0), b...)
}
