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
		{"length 1", head + "Content-Length: 1\r\n\r\na", []string{"1 bytes", "auth_key_id"}},
		{"length 4", head + "Content-Length: 4\r\n\r\nabcd", []string{"4 bytes", "auth_key_id"}},
		{"length over the limit", head + "Content-Length: 65537\r\n\r\n", []string{"65537", "65536"}},
		{"length of 2^62", head + "Content-Length: 4611686018427387904\r\n\r\n", []string{"4611686018427387904"}},
		{"length negative", head + "Content-Length: -8\r\n\r\n", []string{"malformed"}},
		{"two lengths", head + "Content-Length: 8\r\nContent-Length: 9\r\n\r\n", []string{"malformed"}},
		{"chunked", head + "Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n", []string{"Transfer-Encoding"}},
		{"chunked, with a length", head + "Content-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n", []string{"Transfer-Encoding"}},
		{"elsewhere", "POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678", []string{"/elsewhere", "at /api and /apiw1"}},
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
	require.Error(t, conn.WriteEmpty(true))
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

// The status says what HTTP knows of a transport error, and nothing else: what is no
// error to HTTP, or unknown to it, comes with 200.
func TestHTTPStatus(t *testing.T) {
	t.Parallel()
	for code, want := range map[int32]string{
		-404: "404 Not Found", -429: "429 Too Many Requests", -400: "400 Bad Request", -500: "500 Internal Server Error",
		-1: "200 OK", -399: "200 OK", -599: "200 OK", -204: "200 OK", -302: "200 OK", 404: "200 OK",
	} {
		conn, s := http11(t, posted("/api", encrypted(1)), 0, Options{})
		_, err := conn.ReadFrame(nil)
		require.NoError(t, err)
		require.NoError(t, conn.WriteError(code))
		require.True(t, strings.HasPrefix(s.out.String(), "HTTP/1.1 "+want+"\r\n"), "%d: %s", code, s.out.String())
	}
}

// https://fetch.spec.whatwg.org/#cors-preflight-fetch: a page asks for POST with a
// content-type, and is allowed both; an empty response to a POST says nothing of it.
func TestHTTPPreflightAllows(t *testing.T) {
	t.Parallel()
	for _, isPreflight := range []bool{true, false} {
		stream := posted("/apiw1", encrypted(1))
		if isPreflight {
			stream = preflight
		}
		conn, s := http11(t, stream, 0, Options{})
		_, err := conn.ReadFrame(nil)
		require.NoError(t, err)
		require.NoError(t, conn.WriteEmpty(isPreflight))
		r, err := http.ReadResponse(bufio.NewReader(&s.out), nil)
		require.NoError(t, err)
		require.Equal(t, isPreflight, strings.Contains(r.Header.Get("Access-Control-Allow-Methods"), "POST"))
		require.Equal(t, isPreflight, strings.Contains(r.Header.Get("Access-Control-Allow-Headers"), "content-type"))
		require.Equal(t, !isPreflight, r.Header.Get("Content-Type") != "")
		require.Zero(t, r.ContentLength)
	}
}
