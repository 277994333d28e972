package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// posted is a frame as an HTTP client sends it.
func posted(path string, payload []byte) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n%s", path, len(payload), payload)
}

const preflight = "OPTIONS /apiw1 HTTP/1.1\r\nHost: x\r\nOrigin: http://page.example\r\nAccess-Control-Request-Method: POST\r\n\r\n"

func http11(t *testing.T, stream string, chunk int, o Options) (*Conn, *script) {
	t.Helper()
	s := newScript([]byte(stream), chunk)
	conn, err := Accept(s, o)
	require.NoError(t, err)
	require.Equal(t, "HTTP", conn.Name())
	require.True(t, conn.HTTP())
	return conn, s
}

// Requests of every length follow one another, however the stream is cut.
func TestHTTPReadsBodies(t *testing.T) {
	t.Parallel()
	payloads := [][]byte{encrypted(0)[:8], encrypted(1), unencrypted(20), encrypted(5000), encrypted(2)}
	var stream strings.Builder
	for i, p := range payloads {
		stream.WriteString(posted(httpPaths[i%len(httpPaths)], p))
	}
	for _, chunk := range []int{0, 1, 7, 4096} {
		conn, _ := http11(t, stream.String(), chunk, Options{})
		for _, want := range payloads {
			frame, err := conn.ReadFrame(nil)
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, frame.Payload), "%d bytes in chunks of %d", len(want), chunk)
			require.False(t, frame.QuickAck || frame.Preflight)
		}
		_, err := conn.ReadFrame(nil)
		require.Equal(t, io.EOF, err)
	}
}

func TestHTTPRefuses(t *testing.T) {
	t.Parallel()
	head := "POST /api HTTP/1.1\r\nHost: secret-host\r\n"
	for _, tc := range []struct {
		name, in string
		words    []string
	}{
		{"no length", head + "\r\n", []string{"HTTP", "Content-Length"}},
		{"length 0", head + "Content-Length: 0\r\n\r\n", []string{"Content-Length"}},
		{"length 4", head + "Content-Length: 4\r\n\r\nabcd", []string{"4 bytes", "auth_key_id"}},
		{"length over the limit", head + "Content-Length: 65537\r\n\r\n", []string{"65537", "65536"}},
		{"length of 2^62", head + "Content-Length: 4611686018427387904\r\n\r\n", []string{"4611686018427387904"}},
		{"length negative", head + "Content-Length: -8\r\n\r\n", []string{"malformed"}},
		{"two lengths", head + "Content-Length: 8\r\nContent-Length: 9\r\n\r\n", []string{"malformed"}},
		{"chunked", head + "Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n", []string{"Transfer-Encoding"}},
		{"chunked, with a length", head + "Content-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n", []string{"Transfer-Encoding"}},
		{"elsewhere", "POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678", []string{"/elsewhere", "/api"}},
		{"HTTP/1.0", "POST /api HTTP/1.0\r\nContent-Length: 8\r\n\r\n12345678", []string{"1.0"}},
		{"no HTTP", "POSTMAN\r\n\r\n", []string{"malformed HTTP"}},
		{"no end of headers", head + strings.Repeat("A: b\r\n", 4096), []string{"8192"}},
		{"one long header", head + "A: " + strings.Repeat("b", 1<<20), []string{"8192"}},
		{"OPTIONS that asks for nothing", "OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", []string{"HTTP"}},
		{"OPTIONS for GET", strings.Replace(preflight, ": POST", ": GET", 1), []string{"preflight"}},
		{"OPTIONS with a body", strings.Replace(preflight, "\r\n\r\n", "\r\nContent-Length: 1\r\n\r\na", 1), []string{"body"}},
		{"another method behind a frame", posted("/api", encrypted(1)) + "DELETE /api HTTP/1.1\r\nHost: x\r\n\r\n", []string{"DELETE"}},
		{"a preflight behind a frame", posted("/api", encrypted(1)) + preflight, []string{"preflight"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			conn, s := http11(t, tc.in, 0, Options{MaxFrame: 64 << 10})
			asked := 0
			var err error
			for err == nil {
				_, err = conn.ReadFrame(func(n int) []byte { asked += n; return make([]byte, n) })
			}
			requireViolation(t, err, tc.words...)
			require.Zero(t, s.out.String(), "nothing is answered")
			require.LessOrEqual(t, asked, len(encrypted(1)), "nothing is allocated by a claimed length")
		})
	}
}

func TestHTTPEndsInside(t *testing.T) {
	t.Parallel()
	whole := posted("/api", encrypted(1))
	for n := 4; n < len(whole); n++ {
		conn, _ := http11(t, whole[:n], 0, Options{})
		_, err := conn.ReadFrame(nil)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "after %d bytes", n)
	}
}

// A head is under a deadline from its first byte, a body by its length.
func TestHTTPOnFrame(t *testing.T) {
	t.Parallel()
	var heard []int
	conn, _ := http11(t, posted("/api", encrypted(1)), 1, Options{OnFrame: func(n int) { heard = append(heard, n) }})
	_, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.Equal(t, []int{0, len(encrypted(1))}, heard)
}

// Each response belongs to a request, as an independent reader of HTTP sees it.
func TestHTTPWritesResponses(t *testing.T) {
	t.Parallel()
	one, three := encrypted(1), encrypted(3)
	conn, s := http11(t, preflight+strings.Repeat(posted("/apiw1", one), 5), 0, Options{})
	require.Error(t, conn.WriteFrames(one), "no request, no response")
	frame, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.True(t, frame.Preflight)
	require.NoError(t, conn.WriteEmpty(true))
	for range 5 {
		_, err := conn.ReadFrame(nil)
		require.NoError(t, err)
	}
	require.ErrorIs(t, conn.WriteQuickAck(1), ErrNoQuickAck)
	require.NoError(t, conn.WriteFrames(one, three))
	require.NoError(t, conn.WriteError(-404))
	require.NoError(t, conn.WriteError(-1))
	require.Error(t, conn.WriteFrames(one, one), "two responses to one request")
	require.NoError(t, conn.WriteEmpty(false), "the refusal broke nothing")
	require.Error(t, conn.WriteEmpty(false))
	require.Error(t, conn.WriteError(-404))

	in := bufio.NewReader(&s.out)
	for _, want := range []struct {
		status int
		body   []byte
	}{
		{200, nil}, {200, one}, {200, three},
		{404, []byte{0x6c, 0xfe, 0xff, 0xff}}, {200, []byte{0xff, 0xff, 0xff, 0xff}}, {200, nil},
	} {
		r, err := http.ReadResponse(in, nil)
		require.NoError(t, err)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, want.status, r.StatusCode)
		require.True(t, bytes.Equal(want.body, body))
		require.Equal(t, "*", r.Header.Get("Access-Control-Allow-Origin"))
		require.False(t, r.Close, "keep-alive")
	}
	_, err = in.ReadByte()
	require.Equal(t, io.EOF, err)
}

func TestHTTPAloneHasEmptyResponses(t *testing.T) {
	t.Parallel()
	c, s := accepted(t, nameIntermediate, Options{})
	require.Error(t, c.WriteEmpty(false))
	require.Zero(t, s.out.Len())
	require.False(t, c.HTTP())
}

// Telethon takes what follows the line of Content-Length for the body.
func TestHTTPContentLengthIsTheLastHeader(t *testing.T) {
	t.Parallel()
	conn, s := http11(t, posted("/api", encrypted(1)), 0, Options{})
	_, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.NoError(t, conn.WriteError(-404))
	require.True(t, strings.HasSuffix(s.out.String(), "\r\nContent-Length: 4\r\n\r\n\x6c\xfe\xff\xff"), s.out.String())
}
