package wire

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1: a client that waits for leave to send a body is given it, unless the
// body is there already, or longer than any that is taken.
func TestHTTPExpect(t *testing.T) {
	t.Parallel()
	payload := encrypted(1)
	request := posted("/api", payload)
	waiting := strings.Replace(request, "Host: x\r\n", "Host: x\r\nExpect: 100-Continue\r\n", 1)
	for _, tc := range []struct {
		name, in string
		chunk    int // bytes that come at once, 0 for all
		most     int
		asked    int
	}{
		{"the body is to come", waiting, 1, len(payload), 1},
		{"all of it but a byte is there", waiting, len(waiting) - 1, len(payload), 1},
		{"it is there", waiting, 0, len(payload), 0},
		{"another expectation", strings.Replace(waiting, "100-Continue", "200-ok", 1), 1, len(payload), 0},
		{"none", request, 1, len(payload), 0},
	} {
		asked := 0
		conn, _ := http11(t, tc.in, tc.chunk, Options{MaxFrame: tc.most, OnExpect: func() { asked++ }})
		frame, err := conn.ReadFrame(nil)
		require.NoError(t, err, tc.name)
		require.Equal(t, payload, frame.Payload, tc.name)
		require.Equal(t, tc.asked, asked, tc.name)
	}

	conn, _ := http11(t, waiting, 1, Options{MaxFrame: len(payload) - 1, OnExpect: func() { t.Error("it is too long") }})
	_, err := conn.ReadFrame(nil)
	require.Error(t, err)
	conn, _ = http11(t, waiting, 1, Options{})
	_, err = conn.ReadFrame(nil)
	require.NoError(t, err, "nobody tells it, and it comes all the same")
}

// Leave to go on is no response: it needs no request that waits, and takes none away.
func TestHTTPContinue(t *testing.T) {
	t.Parallel()
	conn, s := http11(t, posted("/api", encrypted(1)), 0, Options{})
	require.NoError(t, conn.WriteContinue())
	require.Equal(t, "HTTP/1.1 100 Continue\r\n\r\n", s.out.String())
	_, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.NoError(t, conn.WriteContinue())
	require.NoError(t, conn.WriteEmpty(false))
	s.fail = errors.New("the client is gone")
	require.ErrorIs(t, conn.WriteContinue(), s.fail)
}

// broken is a connection that ends with an error of its own.
type broken struct {
	*script
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.script.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

// How a connection ends is told behind the last request, too.
func TestHTTPLastRequestThenReset(t *testing.T) {
	t.Parallel()
	last := strings.Replace(posted("/api", encrypted(1)), "keep-alive", "close", 1)
	reset := errors.New("reset")
	conn, err := Accept(broken{newScript([]byte(last+"more"), 0), reset}, Options{})
	require.NoError(t, err)
	_, err = conn.ReadFrame(nil)
	require.NoError(t, err)
	_, err = conn.ReadFrame(nil)
	require.ErrorIs(t, err, reset)
}
