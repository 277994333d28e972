package wire

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// The paths of MTProto over HTTP: https://core.telegram.org/mtproto/transports#uri-format
var httpPaths = []string{"/api", "/apiw", "/apiw1", "/api_test", "/apiw_test", "/apiw1_test", "/apiw_test1"}

// preflightAnswer lets a page of any origin send the POST that it asked about, see doc.go.
const preflightAnswer = "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: POST, OPTIONS\r\n" +
	"Access-Control-Allow-Headers: origin, content-type\r\nAccess-Control-Max-Age: 1728000\r\nContent-Length: 0\r\n\r\n"

// hypertext is the HTTP transport: a payload is the body of a POST, an answer that of its response.
// https://core.telegram.org/mtproto/transports#http
type hypertext struct {
	src     *input           // reader's
	onFrame func(length int) // nil: nobody wants to know
	// onExpect is called for a client that sends a body only when it is told to; nil: nobody tells it.
	onExpect func()
	most     int64 // bytes of a body; longer ones nobody is told to send
	// unanswered counts requests whose response has not been made.
	unanswered atomic.Int64
	closing    bool        // reader's: the request being read is to be the last
	last       atomic.Bool // it has been read
}

// header reads a request up to its body. Slow heads are bounded like slow frames: onFrame hears of the first byte.
func (h *hypertext) header(in *bufio.Reader) (header, error) {
	if h.last.Load() {
		return header{}, ignore(in)
	}
	if _, err := peek(in, 1); err != nil {
		return header{}, err
	}
	if h.onFrame != nil {
		h.onFrame(0)
	}
	h.src.budget = requestBudget - in.Buffered()
	request, err := http.ReadRequest(in)
	if err != nil {
		return header{}, requestError(h.src, err)
	}
	h.src.budget = -1
	if err := checkRequest(request); err != nil {
		return header{}, err
	}
	h.closing = request.Close
	if request.Method == http.MethodPost {
		if h.expects(request) && int64(in.Buffered()) < request.ContentLength {
			h.onExpect()
		}
		return header{length: request.ContentLength}, nil
	}
	if h.unanswered.Load() > 0 {
		return header{}, violation("a CORS preflight behind a request that is not answered yet")
	}
	h.asked()
	return header{preflight: true}, nil
}

// asked notes that the client waits for a response. The count comes first: whoever writes meanwhile must not take the
// response to an earlier request for the last one.
func (h *hypertext) asked() {
	h.unanswered.Add(1)
	if h.closing {
		h.last.Store(true)
	}
}

// ignore reads what comes behind the last request until the connection ends: the response may be a long time coming.
// https://www.rfc-editor.org/rfc/rfc9112#section-9.6
func ignore(in *bufio.Reader) error {
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	return io.EOF
}

// expects tells whether a client waits to be told to go on.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
func (h *hypertext) expects(r *http.Request) bool {
	return h.onExpect != nil && r.ContentLength <= h.most && strings.EqualFold(r.Header.Get("Expect"), "100-continue")
}

// checkRequest refuses whatever is neither a POST of a length nor a preflight that asks for one.
func checkRequest(r *http.Request) error {
	if !slices.Contains(httpPaths, r.URL.Path) {
		return violation("an HTTP request for path %.64q; MTProto is served at %s and %s", r.URL.Path, httpPaths[0], httpPaths[2])
	}
	switch {
	case len(r.TransferEncoding) > 0:
		return violation("an HTTP request with a Transfer-Encoding; a Content-Length is needed")
	case !r.ProtoAtLeast(1, 1):
		return violation("an HTTP request of an old version (%d.%d); 1.1 is needed", r.ProtoMajor, r.ProtoMinor)
	case r.Method == http.MethodPost && r.ContentLength <= 0:
		return violation("an HTTP POST without a body of a stated Content-Length")
	case r.Method == http.MethodPost:
		return nil
	case r.Method != http.MethodOptions, r.Header.Get("Access-Control-Request-Method") != http.MethodPost:
		return violation("an HTTP request (%.16q) that is neither POST nor its preflight", r.Method)
	case r.ContentLength != 0:
		return violation("a CORS preflight with a body")
	}
	return nil
}

func (*hypertext) take([]byte) {}

// trailer finds nothing behind the body: now the client waits for a response.
func (h *hypertext) trailer(_ *bufio.Reader, payload []byte) ([]byte, error) {
	h.asked()
	return payload, nil
}

// append makes a response. A transport error is in the body, and in the status as far as HTTP knows one like it.
// Content-Length comes last, because Telethon takes what follows that line for the body.
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
func (h *hypertext) append(dst, payload []byte) ([]byte, error) {
	dst = h.appendStart(dst, status(payload))
	dst = append(dst, "Content-Type: application/octet-stream\r\nCache-Control: no-store\r\n"+
		"Access-Control-Allow-Origin: *\r\nContent-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(payload)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, payload...), nil
}

// appendPreflight makes the response to a preflight.
func (h *hypertext) appendPreflight(dst []byte) []byte {
	return append(h.appendStart(dst, "200 OK"), preflightAnswer...)
}

// appendStart begins the response to the oldest request. That to the last one says so.
// https://www.rfc-editor.org/rfc/rfc9112#section-9.6
func (h *hypertext) appendStart(dst []byte, status string) []byte {
	connection := "keep-alive"
	if left := h.unanswered.Add(-1); left == 0 && h.last.Load() {
		connection = "close"
	}
	dst = append(append(dst, "HTTP/1.1 "...), status...)
	dst = append(append(dst, "\r\nConnection: "...), connection...)
	return append(dst, "\r\n"...)
}

// status is the status line's code and text.
func status(payload []byte) string {
	if len(payload) == transportErrorSize {
		code := -transportError(payload)
		if text := http.StatusText(code); text != "" && code >= http.StatusBadRequest {
			return fmt.Sprintf("%d %s", code, text)
		}
	}
	return "200 OK"
}

// HTTP says whether frames are the bodies of HTTP requests and responses: then there is one response to each request,
// in order, and none without.
func (c *Conn) HTTP() bool { return c.http != nil }

// WriteEmpty answers an HTTP request that deserves no frame: a response without a body, or with preflight the leave to
// send a POST. It is for HTTP connections only.
func (c *Conn) WriteEmpty(preflight bool) error {
	if c.http == nil {
		return fmt.Errorf("wire: writing an empty response: the transport is %s", c.name)
	}
	if preflight {
		return c.write(batch{ready: c.http.appendPreflight})
	}
	return c.write(batch{payloads: [][]byte{nil}})
}

// WriteContinue tells an HTTP client to send the body that it has announced. It is no response, and for HTTP
// connections only.
func (c *Conn) WriteContinue() error {
	return c.write(batch{ready: func(dst []byte) []byte { return append(dst, "HTTP/1.1 100 Continue\r\n\r\n"...) }, interim: true})
}

// Done says that an HTTP client wanted the connection to end with a response that has been written.
// https://www.rfc-editor.org/rfc/rfc9112#section-9.6
func (c *Conn) Done() bool {
	return c.http != nil && c.http.last.Load() && c.http.unanswered.Load() == 0
}

// claim makes sure that there are requests for n responses.
func (h *hypertext) claim(n int) error {
	if waiting := h.unanswered.Load(); int64(n) > waiting {
		return fmt.Errorf("%d responses to %d requests", n, waiting)
	}
	return nil
}
