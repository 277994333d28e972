package wire

import (
	"bytes"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
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

// holdsBuffer tells whether there is a buffer, which is so only while something is in it.
func holdsBuffer(t *testing.T, r io.Reader) bool {
	t.Helper()
	a, ok := r.(*ahead)
	require.Equal(t, canAttempt, ok)
	return ok && a.buf != nil
}

// What was read ahead comes before what is read directly, however little it is.
func TestAheadInReadsOfMixedSizes(t *testing.T) {
	for _, left := range []int{0, 1, 2, 100} {
		ours, theirs := sockets(t)
		r := readAhead(ours)
		first, second := bytes.Repeat([]byte("a"), 100+left), bytes.Repeat([]byte("b"), 3*aheadSize)
		_, err := theirs.Write(first)
		require.NoError(t, err)
		got := make([]byte, 100)
		_, err = io.ReadFull(r, got)
		require.NoError(t, err)
		if canAttempt {
			require.Equal(t, left > 0, holdsBuffer(t, r), "%d bytes wait", left)
		}
		go func() { _, _ = theirs.Write(second) }()
		rest := make([]byte, left+len(second))
		_, err = io.ReadFull(r, rest)
		require.NoError(t, err)
		require.True(t, bytes.Equal(append(first, second...), append(got, rest...)), "%d bytes waited", left)
		require.False(t, holdsBuffer(t, r))
	}
}

// One byte is something to read.
func TestAheadReadsOneByte(t *testing.T) {
	ours, theirs := sockets(t)
	r := readAhead(ours)
	for _, b := range []byte("xyz") {
		_, err := theirs.Write([]byte{b})
		require.NoError(t, err)
		p := make([]byte, 10)
		n, err := r.Read(p)
		require.NoError(t, err)
		require.Equal(t, []byte{b}, p[:n])
	}
}

// A connection that the other side resets fails as it does without reading ahead.
func TestAheadAfterAReset(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it has errors of its own, and nothing is read ahead")
	}
	ours, theirs := sockets(t)
	require.NoError(t, theirs.(*net.TCPConn).SetLinger(0))
	require.NoError(t, theirs.Close())
	require.NoError(t, ours.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, err := readAhead(ours).Read(make([]byte, 10))
	require.ErrorIs(t, err, syscall.ECONNRESET)
}

// A deadline ends the wait, whoever reads can go on after it, and no buffer is held.
func TestAheadHeedsDeadlines(t *testing.T) {
	ours, theirs := sockets(t)
	r := readAhead(ours)
	require.NoError(t, ours.SetReadDeadline(time.Now()))
	_, err := r.Read(make([]byte, 10))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var op *net.OpError
	require.ErrorAs(t, err, &op)
	require.Equal(t, "read", op.Op)
	require.False(t, holdsBuffer(t, r))
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

// Whoever writes before the next wait writes once for all that has come, not for each
// kilobyte of it.
func TestOnReadComesBeforeAWaitOnly(t *testing.T) {
	if !canAttempt {
		t.Skip("this system has no way to read without waiting")
	}
	ours, theirs := sockets(t)
	stream := announced(nameIntermediate)
	for range 100 {
		stream = append(stream, intermediateFrame(encrypted(1))...)
	}
	require.Greater(t, len(stream), 2*readBuffer)
	require.Less(t, len(stream), aheadSize)
	_, err := theirs.Write(stream)
	require.NoError(t, err)
	waits := 0
	conn, err := Accept(ours, Options{OnRead: func() { waits++ }})
	require.NoError(t, err)
	for range 100 {
		_, err := conn.ReadFrame(nil)
		require.NoError(t, err)
	}
	require.Equal(t, 1, waits)
}
