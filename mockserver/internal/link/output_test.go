package link

import (
	"bytes"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// An eager output never waits: what the socket does not take is kept, in order, and
// comes behind the rest once somebody waits for it.
func TestEagerOutputKeepsTheRest(t *testing.T) {
	if !canAttempt {
		t.Skip("this system has no way to write without waiting")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	client, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	conn, err := l.Accept()
	require.NoError(t, err)

	var o output
	o.init(conn)
	require.NotNil(t, o.raw)
	o.eager = true
	var sent bytes.Buffer
	piece := bytes.Repeat([]byte("0123456789abcdef"), 4096)
	for i := 0; len(o.rest) == 0; i++ {
		require.Less(t, i, 10_000, "a socket that takes everything")
		piece[0] = byte(i)
		n, err := o.Write(piece)
		require.NoError(t, err)
		require.Equal(t, len(piece), n)
		sent.Write(piece)
	}
	_, err = o.Write([]byte("behind"))
	require.NoError(t, err)
	sent.WriteString("behind")

	got := make(chan []byte)
	go func() {
		all, _ := io.ReadAll(client)
		got <- all
	}()
	require.NoError(t, o.writeRest())
	require.False(t, o.eager)
	require.NoError(t, conn.Close())
	require.True(t, bytes.Equal(sent.Bytes(), <-got))
	o.eager = true
	_, err = o.Write([]byte("nobody is there"))
	require.Error(t, err)
}

// A pipe has no such thing: its frames are a writer's.
func TestPipesAreNeverEager(t *testing.T) {
	here, there := net.Pipe()
	defer func() { _, _ = here.Close(), there.Close() }()
	var o output
	o.init(here)
	require.Nil(t, o.raw)
}
