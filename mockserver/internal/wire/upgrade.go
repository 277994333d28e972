package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/coder/websocket"
)

// The parameters of MTProto over websocket: https://core.telegram.org/mtproto/transports#websocket
const (
	webSocketPath     = "/apiws"
	webSocketTestPath = "/apiws_test"
	webSocketProtocol = "binary"
)

const (
	// requestBudget bounds the request that asks for a websocket, in bytes: request line and all headers.
	requestBudget = 8 << 10
	// controlBuffer is the library's write buffer, in bytes: room for the largest control frame and for the header
	// of a data frame. Frames are gathered elsewhere, see corked.
	controlBuffer = 256
)

// upgrade reads the HTTP request at the start of in and answers it. What does not ask for a websocket gets no answer.
// The library then reads from what src reads from, so the budget of src is never lifted.
func upgrade(c net.Conn, src *input, in *bufio.Reader) (*socket, error) {
	src.budget = requestBudget - in.Buffered()
	request, err := http.ReadRequest(in)
	if err != nil {
		return nil, requestError(src, err)
	}
	if !asksForWebSocket(request) {
		return nil, violation("an HTTP GET that asks for no websocket; of HTTP this port takes only POST /api and websocket upgrades")
	}
	conn := &corked{Conn: c, from: src.src}
	answer := &responder{conn: conn, in: in, header: make(http.Header)}
	if status, err := checkUpgrade(request); err != nil {
		answer.refuse(status)
		return nil, err
	}
	lib, err := websocket.Accept(answer, request, &websocket.AcceptOptions{
		Subprotocols:       []string{webSocketProtocol},
		InsecureSkipVerify: true, // any Origin, see doc.go
	})
	if err != nil {
		if answer.err != nil {
			return nil, fmt.Errorf("answering a websocket upgrade: %w", answer.err)
		}
		answer.refuse(answer.status)
		return nil, &ProtocolError{Reason: "a websocket upgrade that cannot be granted", Err: err}
	}
	lib.SetReadLimit(-1) // messages are read as a stream, their length costs nothing
	return &socket{lib: lib, conn: conn}, nil
}

// requestError tells a request that is too long or none from a connection that failed.
func requestError(src *input, err error) error {
	if src.budget == 0 {
		return violation("an HTTP request of more than %d bytes", requestBudget)
	}
	if src.err != nil {
		return unexpected(src.err)
	}
	return &ProtocolError{Reason: "a malformed HTTP request", Err: err}
}

// asksForWebSocket says whether the request names websocket among the protocols to upgrade to.
func asksForWebSocket(r *http.Request) bool {
	return slices.ContainsFunc(r.Header.Values("Upgrade"), func(v string) bool {
		return slices.ContainsFunc(strings.Split(v, ","), func(token string) bool {
			return strings.EqualFold(strings.TrimSpace(token), "websocket")
		})
	})
}

// checkUpgrade checks what the websocket library does not, and returns the HTTP status of the refusal.
func checkUpgrade(r *http.Request) (int, error) {
	if p := r.URL.Path; p != webSocketPath && p != webSocketTestPath {
		return http.StatusNotFound, violation("a websocket upgrade for path %.64q; it is served at %s and %s", p, webSocketPath, webSocketTestPath)
	}
	if r.ContentLength != 0 {
		return http.StatusBadRequest, violation("a websocket upgrade with a request body")
	}
	return 0, nil
}

// responder is the least http.ResponseWriter that the websocket library is content with. It sends nothing but the
// switch of protocols: the library's error texts would repeat parts of the request.
type responder struct {
	conn   *corked
	in     *bufio.Reader
	header http.Header
	status int
	err    error // of sending the answer
}

// Header implements http.ResponseWriter.
func (r *responder) Header() http.Header { return r.header }

// Write implements http.ResponseWriter; bodies go nowhere.
func (r *responder) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader implements http.ResponseWriter.
func (r *responder) WriteHeader(status int) {
	r.status = status
	if status != http.StatusSwitchingProtocols {
		return
	}
	var answer bytes.Buffer
	fmt.Fprintf(&answer, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	_ = r.header.Write(&answer) // a bytes.Buffer takes everything
	answer.WriteString("\r\n")
	_, r.err = r.conn.Write(answer.Bytes())
}

// Hijack implements http.Hijacker. The library goes on with the read buffer of the connection.
func (r *responder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if r.err != nil {
		return nil, nil, r.err
	}
	return r.conn, bufio.NewReadWriter(r.in, bufio.NewWriterSize(r.conn, controlBuffer)), nil
}

// refuse answers an upgrade that was one, but not for us. Whether the client reads it changes nothing.
func (r *responder) refuse(status int) {
	_, _ = fmt.Fprintf(r.conn, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
		status, http.StatusText(status))
}
