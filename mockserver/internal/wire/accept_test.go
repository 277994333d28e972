package wire

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fullFirst is the start of a first frame of the full transport.
var fullFirst = []byte{52, 0, 0, 0, 0, 0, 0, 0}

func TestAcceptPlain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		first []byte
	}{
		{nameAbridged, []byte{0xef}},
		{nameIntermediate, []byte{0xee, 0xee, 0xee, 0xee}},
		{namePadded, []byte{0xdd, 0xdd, 0xdd, 0xdd}},
		{nameFull, fullFirst},
	} {
		for _, chunk := range []int{0, 1} {
			conn, err := Accept(newScript(tc.first, chunk), Options{})
			require.NoError(t, err, tc.name)
			require.Equal(t, tc.name, conn.transport)
			require.Equal(t, tc.name, conn.Name())
			require.False(t, conn.obfuscated)
			require.False(t, conn.WebSocket())
		}
	}
}

// An abridged client may wait for nothing but still send one byte only: no more may be waited for than detection needs.
func TestAcceptNeedsNoMoreThanTheAnnouncement(t *testing.T) {
	t.Parallel()
	for _, first := range [][]byte{{0xef}, bytes.Repeat([]byte{0xee}, 4), bytes.Repeat([]byte{0xdd}, 4), fullFirst} {
		server, client := pipe(t)
		go func() { _, _ = client.Write(first) }()
		_, err := Accept(server, Options{})
		require.NoError(t, err)
	}
}

func TestAcceptObfuscated(t *testing.T) {
	t.Parallel()
	for _, tr := range transports[:3] {
		for _, chunk := range []int{0, 1, 63, 65} {
			conn, err := Accept(newScript(sent(t, tr, true), chunk), Options{})
			require.NoError(t, err)
			require.Equal(t, tr.name, conn.transport)
			require.Equal(t, "obfuscated "+tr.name, conn.Name())
			require.True(t, conn.obfuscated)
		}
	}
}

func TestAcceptAnyDC(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	_, err := dial(recorder{nil, &out}, transports[0], carrier{obfuscated: true}, -10002)
	require.NoError(t, err)
	conn, err := Accept(newScript(out.Bytes(), 0), Options{})
	require.NoError(t, err)
	require.True(t, conn.obfuscated)
}

func TestAcceptRefuses(t *testing.T) {
	t.Parallel()
	upgrade := "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	for _, tc := range []struct {
		name, in, answer string
		words            []string
	}{
		{"http HEAD", "HEAD / HTTP/1.1\r\n\r\n", "", []string{"HTTP"}},
		{"http PUT", "PUT / HTTP/1.1\r\n\r\n", "", []string{"HTTP"}},
		{"http DELETE", "DELETE / HTTP/1.1\r\n\r\n", "", []string{"HTTP"}},
		{"http2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "", []string{"HTTP"}},
		{"http GET", "GET /apiws HTTP/1.1\r\nHost: secret-host\r\n\r\n", "", []string{"websocket"}},
		{"http GET, no HTTP", "GET lost\r\n\r\n", "", []string{"malformed HTTP"}},
		{"websocket, wrong path", "GET /elsewhere HTTP/1.1\r\n" + upgrade + "\r\n", "HTTP/1.1 404 Not Found\r\n",
			[]string{"/elsewhere", "/apiws"}},
		{"websocket, body", "GET /apiws HTTP/1.1\r\n" + upgrade + "Content-Length: 5\r\n\r\nhello", "HTTP/1.1 400 Bad Request\r\n",
			[]string{"body"}},
		{"websocket, old version", "GET /apiws HTTP/1.1\r\n" + strings.Replace(upgrade, "13", "8", 1) + "\r\n",
			"HTTP/1.1 400 Bad Request\r\n", []string{"upgrade", "version"}},
		{"websocket, no end of headers", "GET /apiws HTTP/1.1\r\n" + strings.Repeat("A: b\r\n", 4096), "", []string{"8192"}},
		{"websocket, one long header", "GET /apiws HTTP/1.1\r\nA: " + strings.Repeat("b", 1<<20), "", []string{"8192"}},
		{"TLS 1.0 record, length 0x0200", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "", []string{"TLS"}},
		{"TLS 1.0 record, cut", "\x16\x03\x01\x02", "", []string{"TLS"}},
		{"TLS 1.0 record, length 0x0085", "\x16\x03\x01\x00\x85\x01\x00\x00\x81\x03\x03", "", []string{"TLS"}},
		{"no transport in 64 bytes", strings.Repeat("hello, dc ", 7), "", []string{"the first 64 bytes start no known transport"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			conn := newScript([]byte(tc.in), 0)
			_, err := Accept(conn, Options{})
			requireViolation(t, err, tc.words...)
			if tc.answer == "" {
				require.Zero(t, conn.out.String(), "nothing is answered")
				return
			}
			require.True(t, strings.HasPrefix(conn.out.String(), tc.answer), conn.out.String())
			require.NotContains(t, conn.out.String(), "elsewhere", "nothing is repeated")
		})
	}
}

func TestAcceptEOF(t *testing.T) {
	t.Parallel()
	_, err := Accept(newScript(nil, 0), Options{})
	require.Equal(t, io.EOF, err, "a client that leaves without a byte is no error worth a word")

	request := "GET /apiws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	for name, whole := range map[string][]byte{
		nameIntermediate: {0xee, 0xee, 0xee, 0xee}, namePadded: {0xdd, 0xdd, 0xdd, 0xdd}, nameFull: fullFirst,
		"obfuscated": sent(t, transports[1], true), "websocket": []byte(request),
	} {
		for n := 1; n < len(whole); n++ {
			_, err := Accept(newScript(whole[:n], 0), Options{})
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s after %d bytes", name, n)
		}
	}
}

func TestAcceptDeadlineStaysRecognisable(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"", "\xee", "GET /apiws HT", strings.Repeat("x", 63)} {
		server, client := pipe(t)
		go func() { _, _ = client.Write([]byte(first)) }()
		require.NoError(t, server.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
		_, err := Accept(server, Options{})
		require.ErrorIs(t, err, os.ErrDeadlineExceeded, "after %q", first)
	}
}

func TestOptionsWithDefaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ in, want Options }{
		{Options{}, Options{MaxFrame: DefaultMaxFrame, Padding: DefaultPadding}},
		{Options{MaxFrame: -1, Padding: -1}, Options{MaxFrame: DefaultMaxFrame, Padding: 0}},
		{Options{MaxFrame: 1 << 30, Padding: 99}, Options{MaxFrame: MaxFrameCeiling, Padding: MaxPadding}},
		{Options{MaxFrame: 1, Padding: 15}, Options{MaxFrame: 1, Padding: 15}},
		{Options{MaxFrame: 1 << 10, Padding: 1}, Options{MaxFrame: 1 << 10, Padding: 1}},
	} {
		got := tc.in.withDefaults()
		require.NotNil(t, got.Rand)
		got.Rand = nil
		require.Equal(t, tc.want, got)
	}
}

func TestRefusalDoesNotWaitForABody(t *testing.T) {
	t.Parallel()
	conn := newScript([]byte("GET /apiws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n"), 0)
	_, err := Accept(conn, Options{})
	requireViolation(t, err, "body")
	require.Contains(t, conn.out.String(), http.StatusText(http.StatusBadRequest))
}
