package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// inWebSocket is a stream of websocket messages of a client: each of at most size
// bytes, unmasked by a mask of zeros.
func inWebSocket(stream []byte, size int) []byte {
	out := []byte(upgradeRequest("/apiws"))
	for len(stream) > 0 {
		n := min(size, len(stream), 125)
		out = append(out, 0x82, 0x80|byte(n), 0, 0, 0, 0)
		out = append(out, stream[:n]...)
		stream = stream[n:]
	}
	return out
}

// arrived counts the bytes of the stream in such messages, as many as are whole; rest
// tells whether something of a further one is there.
func arrived(cut []byte) (n int, rest bool) {
	for cut = cut[len(upgradeRequest("/apiws")):]; len(cut) > 6; {
		size := int(cut[1] & 0x7f)
		if size > len(cut)-6 {
			break
		}
		n += size
		cut = cut[6+size:]
	}
	return n, len(cut) > 6
}

// An end of the connection is io.EOF between two frames, io.ErrUnexpectedEOF inside of
// one or of a message's bytes, wherever it is in the messages of a websocket; it is no
// fault of the client's.
func TestWebSocketEOFAtEachByte(t *testing.T) {
	t.Parallel()
	first, second := encrypted(1), encrypted(2)
	stream := append(announced(nameIntermediate), intermediateFrame(first)...)
	stream = append(stream, intermediateFrame(second)...)
	for _, size := range []int{1, 7, 125} {
		whole := inWebSocket(stream, size)
		for n := len(upgradeRequest("/apiws")); n < len(whole); n++ {
			conn, err := Accept(newScript(whole[:n], 0), Options{})
			if err != nil {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
				continue
			}
			frames, err := readAll(conn)
			require.NoError(t, conn.Close())
			var protocol *ProtocolError
			require.False(t, errors.As(err, &protocol), "%v", err)
			got, rest := arrived(whole[:n])
			if between := got == 4 || got == 4+4+len(first); between && !rest {
				require.Equal(t, io.EOF, err, "messages of %d, after %d bytes", size, n)
			} else {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF, "messages of %d, after %d bytes", size, n)
			}
			require.LessOrEqual(t, len(frames), 1)
		}
	}
}

// Empty messages are no end and no failure, however many come.
func TestWebSocketManyEmptyMessages(t *testing.T) {
	t.Parallel()
	payload := encrypted(1)
	stream := inWebSocket(announced(nameIntermediate), 4)
	stream = append(stream, bytes.Repeat([]byte{0x82, 0x80, 0, 0, 0, 0}, 1000)...)
	stream = append(stream, inWebSocket(intermediateFrame(payload), 125)[len(upgradeRequest("/apiws")):]...)
	conn, err := Accept(newScript(stream, 0), Options{})
	require.NoError(t, err)
	frame, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.Equal(t, payload, frame.Payload)
	require.NoError(t, conn.Close())
}

// A breach in the middle of a message is the client's fault like one at its start.
func TestWebSocketBreachInsideAMessage(t *testing.T) {
	t.Parallel()
	frame := intermediateFrame(encrypted(1))
	stream := inWebSocket(announced(nameIntermediate), 4)
	stream = append(stream, 0x02, 0x80|10, 0, 0, 0, 0) // not its last fragment
	stream = append(stream, frame[:10]...)
	stream = append(stream, 0x80, 10) // unmasked
	conn, err := Accept(newScript(append(stream, frame[10:20]...), 0), Options{})
	require.NoError(t, err)
	_, err = conn.ReadFrame(nil)
	requireViolation(t, err, "websocket intermediate", "breach", "unmasked")
	require.NoError(t, conn.Close())
}

// Whoever closed the connection reads that it is closed.
func TestWebSocketReadAfterClose(t *testing.T) {
	t.Parallel()
	conn, err := Accept(newScript(inWebSocket(announced(nameIntermediate), 4), 0), Options{})
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	_, err = conn.ReadFrame(nil)
	require.ErrorIs(t, err, net.ErrClosed)
	var protocol *ProtocolError
	require.False(t, errors.As(err, &protocol), "%v", err)
}

// failing is a connection whose reads fail, each in its own way.
type failing struct {
	net.Conn
	errs []error
}

func (f *failing) Read([]byte) (int, error) {
	err := f.errs[0]
	f.errs = f.errs[1:]
	return 0, err
}

// The first failure is the cause; what follows are its consequences.
func TestCorkedRemembersTheFirstFailure(t *testing.T) {
	t.Parallel()
	first, second := errors.New("first"), errors.New("second")
	c := &corked{from: &failing{errs: []error{nil, first, second}}}
	for _, want := range []error{nil, first, second} {
		_, err := c.Read(nil)
		require.Equal(t, want, err)
	}
	require.Equal(t, first, c.readErr)
}

// A write that fails inside a websocket is told, and nothing is written behind it.
func TestWebSocketWriteThatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	s := newScript(inWebSocket(announced(nameIntermediate), 4), 0)
	conn, err := Accept(s, Options{})
	require.NoError(t, err)
	writes := s.writes
	s.fail = broken
	require.ErrorIs(t, conn.WriteFrames(encrypted(1)), broken)
	s.fail = nil
	require.ErrorIs(t, conn.WriteFrames(encrypted(1)), broken)
	require.Equal(t, writes, s.writes)
	require.NoError(t, conn.Close())
}

// Without randomness for the padding nothing is sent, and the cork comes out: the
// reader's pongs would wait behind it for ever.
func TestWebSocketWriteWithoutRandomness(t *testing.T) {
	t.Parallel()
	s := newScript(inWebSocket(announced(namePadded), 4), 0)
	conn, err := Accept(s, Options{Rand: bytes.NewReader(nil)})
	require.NoError(t, err)
	before := s.out.Len()
	require.ErrorIs(t, conn.WriteFrames(encrypted(1)), io.EOF)
	require.Equal(t, before, s.out.Len())
	require.NoError(t, conn.ws.writeMessage([]byte("pong")))
	require.Greater(t, s.out.Len(), before)
	require.NoError(t, conn.Close())
}

// A client that speaks another version of the websocket protocol is answered once.
// https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2
func TestWebSocketRefusalIsOneAnswer(t *testing.T) {
	t.Parallel()
	request := bytes.Replace([]byte(upgradeRequest("/apiws")), []byte(": 13"), []byte(": 8"), 1)
	s := newScript(request, 0)
	_, err := Accept(s, Options{})
	requireViolation(t, err, "a websocket upgrade that cannot be granted")
	require.Equal(t, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", s.out.String())
}

// That the answer could not be sent is no fault of the client's.
func TestWebSocketAnswerThatFails(t *testing.T) {
	t.Parallel()
	s := newScript([]byte(upgradeRequest("/apiws")), 0)
	s.fail = io.ErrClosedPipe
	_, err := Accept(s, Options{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.ErrorContains(t, err, "answering a websocket upgrade")
	var protocol *ProtocolError
	require.False(t, errors.As(err, &protocol))
}

// Of a message that breaks off nothing is taken.
func TestWebSocketReadOfAMessageThatBreaksOff(t *testing.T) {
	t.Parallel()
	stream := inWebSocket(announced(nameIntermediate), 4)
	stream = append(stream, 0x82, 0x80|10, 0, 0, 0, 0, 'a', 'b')
	conn, err := Accept(newScript(stream, 0), Options{})
	require.NoError(t, err)
	n, err := conn.ws.Read(make([]byte, 10))
	require.Zero(t, n)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NoError(t, conn.Close())
}
