package conformance

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func obfuscatedCases() []Case {
	const anchor = "#transport-obfuscation"
	var cases []Case
	for _, t := range obfuscatable {
		cases = append(cases, test("obfuscated "+t.String(), "A connection that starts with 64 obfuscating bytes goes on encrypted, with the framing that they name.",
			anchor, pongsOver(rawclient.Options{Transport: t, Obfuscated: true})))
	}
	return append(cases,
		test("obfuscated long frames", "The ciphers of both directions run on across frames of any length.", anchor,
			longBothWays(rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true})),
		test("obfuscated, any DC number", "The DC number in the header is for proxies: a server answers whatever it says.", anchor, obfuscatedAnyDC),
		test("obfuscated header in pieces", "A header that arrives in several segments is waited for.", anchor, obfuscatedInPieces),
		test("obfuscated header with a frame", "A frame that arrives in one segment with the header is answered.", anchor, obfuscatedAtOnce),
		test("obfuscated, unknown framing", "A header that names no framing is not answered.", anchor, obfuscatedUnknown),
	)
}

func webSocketCases() []Case {
	var cases []Case
	for _, t := range obfuscatable {
		cases = append(cases, test("websocket with "+t.String(), "Obfuscated MTProto in binary messages of a websocket is answered.",
			"#websocket", pongsOver(rawclient.Options{Transport: t, Obfuscated: true, WebSocket: true})))
	}
	return append(cases,
		test("websocket, test path", "The websocket of test environments is at /apiws_test.", "#websocket",
			pongsOver(rawclient.Options{Obfuscated: true, WebSocket: true, Path: "/apiws_test"})),
		test("websocket long frames", "Frames of over a kilobyte pass in both directions.", "#websocket",
			longBothWays(rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true, WebSocket: true})),
		test("websocket subprotocol", "The upgrade is answered with 101 and the subprotocol binary.", "#websocket", webSocketUpgrade),
		test("websocket messages are a stream", "A frame may be spread over several websocket messages.", "#websocket", webSocketStream),
	)
}

func obfuscatedAnyDC(ctx context.Context, e *Env) error {
	for _, dc := range []int16{0, 1, -2, 10002, 32767, -32768} {
		o := rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true, DC: dc}
		if err := contained(ctx, e, pongsOver(o)); err != nil {
			return fmt.Errorf("with DC number %d: %w", dc, err)
		}
	}
	return nil
}

// obfuscatedRequest is an obfuscated connection's header with one request behind
// it, and what is needed to read the answer.
func (e *Env) obfuscatedRequest() (stream []byte, x *rawclient.KeyExchange, decrypt func([]byte)) {
	header, send, receive, err := rawclient.Obfuscation2Header(rawclient.Intermediate, 2, rand.Reader)
	demand(err)
	x, payload := must2(e.plainRequest())
	frame := framed(rawclient.Intermediate, payload)[4:] // the header has the tag
	send.XORKeyStream(frame, frame)
	return append(header[:], frame...), x, func(b []byte) { receive.XORKeyStream(b, b) }
}

func (e *Env) obfuscatedAnswer(ctx context.Context, cuts ...int) error {
	c := must(e.dial(ctx, rawclient.Options{NoPreamble: true}))
	stream, x, decrypt := e.obfuscatedRequest()
	for _, n := range append(cuts, len(stream)) {
		n = min(n, len(stream))
		demand(c.SendRaw(ctx, stream[:n]))
		stream = stream[n:]
	}
	head := must(e.readRaw(ctx, c, 4))
	decrypt(head)
	n := (&reader{b: head}).i32()
	if n < 20 || n > 1<<12 {
		return fmt.Errorf("expected the length of a resPQ; got %d", n)
	}
	payload := must(e.readRaw(ctx, c, int(n)))
	decrypt(payload)
	m := must(rawclient.ParsePlain(payload))
	return x.TakeResPQ(m.Body)
}

func obfuscatedInPieces(ctx context.Context, e *Env) error {
	return e.obfuscatedAnswer(ctx, 1, 3, 4, 48, 7, 1, 1)
}

func obfuscatedAtOnce(ctx context.Context, e *Env) error { return e.obfuscatedAnswer(ctx) }

func obfuscatedUnknown(ctx context.Context, e *Env) error {
	c := must(e.dial(ctx, rawclient.Options{NoPreamble: true}))
	stream, _, _ := e.obfuscatedRequest()
	stream[56] ^= 0x55 // the tag, under the cipher
	demand(c.SendRaw(ctx, stream))
	demand(e.unanswered(ctx, c))
	return e.serves(ctx)
}

func webSocketUpgrade(ctx context.Context, e *Env) error {
	c := must(e.dial(ctx, rawclient.Options{NoPreamble: true}))
	request := strings.Join([]string{
		"GET /apiws HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: binary", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
	}, "\r\n")
	demand(c.SendRaw(ctx, []byte(request)))
	answer := must(e.readHead(ctx, c))
	lines := strings.Split(answer, "\r\n")
	if !strings.HasPrefix(lines[0], "HTTP/1.1 101") {
		return fmt.Errorf("expected status %d; got %q", http.StatusSwitchingProtocols, lines[0])
	}
	// The key and its answer are the example of RFC 6455, section 1.3.
	for header, want := range map[string]string{"Sec-WebSocket-Protocol": "binary", "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="} {
		if got := headerOf(lines, header); got != want {
			return fmt.Errorf("expected %s: %s; got %q", header, want, got)
		}
	}
	return nil
}

func headerOf(lines []string, name string) string {
	for _, l := range lines {
		if k, v, ok := strings.Cut(l, ":"); ok && strings.EqualFold(k, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// readHead reads an HTTP answer up to the empty line.
func (e *Env) readHead(ctx context.Context, c *rawclient.Conn) (string, error) {
	ctx, cancel := e.patient(ctx)
	defer cancel()
	var got []byte
	for buffer := make([]byte, 512); !bytes.Contains(got, []byte("\r\n\r\n")); {
		n, err := c.ReadRaw(ctx, buffer)
		if err != nil {
			return "", fmt.Errorf("expected an HTTP answer; got %q, then %s", got, e.saying(ctx, err))
		}
		if got = append(got, buffer[:n]...); len(got) > 8192 {
			return "", fmt.Errorf("expected an HTTP answer; got %d bytes without an empty line", len(got))
		}
	}
	return string(got), nil
}

func webSocketStream(ctx context.Context, e *Env) error {
	c := must(e.dial(ctx, rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true, WebSocket: true}))
	demand(c.Open(ctx))
	x, payload := must2(e.plainRequest())
	for rest := framed(rawclient.Intermediate, payload)[4:]; len(rest) > 0; {
		n := min(len(rest), 7)
		demand(c.SendStream(ctx, rest[:n]))
		rest = rest[n:]
	}
	return e.takesResPQ(ctx, c, x)
}
