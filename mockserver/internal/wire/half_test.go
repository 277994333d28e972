package wire

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// Half a frame is the first half of what the whole would have been, and the last that
// is ever sent.
func TestWriteHalf(t *testing.T) {
	t.Parallel()
	payload := encrypted(3)
	for _, tr := range transports {
		for _, obfuscated := range []bool{false, true} {
			if obfuscated && tr.name == nameFull {
				continue
			}
			stream := sent(t, tr, obfuscated, payload)
			whole := newScript(stream, 0)
			c, err := Accept(whole, Options{Padding: -1})
			require.NoError(t, err)
			require.NoError(t, c.WriteFrames(payload))

			half := newScript(stream, 0)
			c, err = Accept(half, Options{Padding: -1})
			require.NoError(t, err)
			require.NoError(t, c.WriteHalf(payload))
			require.Equal(t, whole.out.Bytes()[:whole.out.Len()/2], half.out.Bytes(), tr.name)
			require.Equal(t, 1, half.writes)

			require.ErrorIs(t, c.WriteFrames(payload), ErrHalf)
			require.ErrorIs(t, c.WriteHalf(payload), ErrHalf)
			require.Equal(t, 1, half.writes, "nothing follows it")
		}
	}
}

func TestWriteHalfInsideAWebSocket(t *testing.T) {
	t.Parallel()
	conn, ws, _ := webSockets(t, Options{})
	payload := encrypted(3)
	require.NoError(t, conn.WriteHalf(payload))
	kind, got, err := ws.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, websocket.MessageBinary, kind)
	frame := intermediateFrame(payload)
	require.Equal(t, frame[:len(frame)/2], got, "a message of its own")
	require.ErrorIs(t, conn.WriteFrames(payload), ErrHalf)
}

func TestWriteHalfThatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	c, s := accepted(t, nameIntermediate, Options{})
	s.fail = broken
	require.ErrorIs(t, c.WriteHalf(encrypted(1)), broken)

	c, s = accepted(t, nameIntermediate, Options{})
	s.fail = broken
	require.ErrorIs(t, c.WriteFrames(encrypted(1)), broken)
	s.fail = nil
	require.ErrorIs(t, c.WriteHalf(encrypted(1)), broken, "nothing is sent behind a failure")
	require.Zero(t, s.out.Len())

	c, s = accepted(t, namePadded, Options{Rand: bytes.NewReader(nil)})
	require.ErrorIs(t, c.WriteHalf(encrypted(1)), io.EOF)
	require.Zero(t, s.out.Len())
}
