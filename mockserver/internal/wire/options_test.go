package wire

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// OnRead is called before the connection is waited for, and not for what is there.
func TestOnRead(t *testing.T) {
	t.Parallel()
	frame := intermediateFrame(encrypted(1))
	stream := append(append(announced(nameIntermediate), frame...), frame...)
	calls := 0
	conn, err := Accept(newScript(stream, 0), Options{OnRead: func() { calls++ }})
	require.NoError(t, err)
	require.Equal(t, 1, calls)
	require.Equal(t, 2*len(frame), conn.Buffered())
	for left := 1; left >= 0; left-- {
		_, err = conn.ReadFrame(nil)
		require.NoError(t, err)
		require.Equal(t, left*len(frame), conn.Buffered())
	}
	require.Equal(t, 1, calls, "both frames were there")
	_, err = conn.ReadFrame(nil)
	require.Equal(t, io.EOF, err)
	require.Equal(t, 2, calls)
}

// Frames go to Output in place of the connection, whole or half.
func TestOutput(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c, s := accepted(t, nameIntermediate, Options{Output: &out})
	payload := encrypted(1)
	require.NoError(t, c.WriteFrames(payload))
	require.Equal(t, intermediateFrame(payload), out.Bytes())
	out.Reset()
	require.NoError(t, c.WriteHalf(payload))
	require.Equal(t, intermediateFrame(payload)[:22], out.Bytes())
	require.Zero(t, s.writes)
}

// Inside a websocket the library writes, and so does the refusal of an upgrade.
func TestOutputInsideAWebSocket(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := newScript(inWebSocket(announced(nameIntermediate), 4), 0)
	c, err := Accept(s, Options{Output: &out})
	require.NoError(t, err)
	before := s.writes
	require.NoError(t, c.WriteFrames(encrypted(1)))
	require.Equal(t, before+1, s.writes)
	require.Zero(t, out.Len())
	require.NoError(t, c.Close())
}
