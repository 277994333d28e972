package wire

import (
	"bytes"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sockets are both ends of a connection over loopback.
func sockets(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	theirs, err = net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	ours, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	return ours, theirs
}

// What comes is what was sent, in reads of any size, and then the end, bare.
func TestAheadReadsWhatWasSent(t *testing.T) {
	for _, size := range []int{1, 3, 100, aheadSize - 1, aheadSize, 3 * aheadSize} {
		ours, theirs := sockets(t)
		sent := bytes.Repeat([]byte("0123456789abcdef"), 5*aheadSize/16)
		go func() {
			_, _ = theirs.Write(sent)
			_ = theirs.Close()
		}()
		var got bytes.Buffer
		r := readAhead(ours)
		p := make([]byte, size)
		for {
			n, err := r.Read(p)
			got.Write(p[:n])
			if err != nil {
				require.Equal(t, io.EOF, err, "bare")
				break
			}
		}
		require.True(t, bytes.Equal(sent, got.Bytes()), "reads of %d bytes", size)
	}
}

// A deadline ends the wait, whoever reads can go on after it, and no buffer is held.
func TestAheadHeedsDeadlines(t *testing.T) {
	ours, theirs := sockets(t)
	r := readAhead(ours)
	require.NoError(t, ours.SetReadDeadline(time.Now()))
	_, err := r.Read(make([]byte, 10))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.ErrorContains(t, err, "read tcp")
	if a, ok := r.(*ahead); ok {
		require.Nil(t, a.buf)
	}
	require.NoError(t, ours.SetReadDeadline(time.Time{}))
	_, err = theirs.Write([]byte("later"))
	require.NoError(t, err)
	p := make([]byte, 10)
	n, err := r.Read(p)
	require.NoError(t, err)
	require.Equal(t, "later", string(p[:n]))
	require.NoError(t, ours.Close())
	_, err = r.Read(p)
	require.ErrorIs(t, err, net.ErrClosed)
}

// A pipe is read as it is: in simulated time, too.
func TestNoAheadForPipes(t *testing.T) {
	ours, theirs := net.Pipe()
	defer func() { _, _ = ours.Close(), theirs.Close() }()
	require.Same(t, ours, readAhead(ours))
}
