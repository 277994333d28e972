package wire

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// waitFor waits until so many bytes have come: what one end of a socket has written is not
// at the other at once.
func waitFor(t *testing.T, c *Conn, bytes int) {
	t.Helper()
	require.Eventually(t, func() bool { return c.Waiting() >= bytes }, 10*time.Second, time.Millisecond)
	require.Equal(t, bytes, c.Waiting())
}

// framed is a connection on which a client has sent the first of the payloads; frames are what it sends for them.
func framed(t *testing.T, tr transport, obfuscated bool, payloads ...[]byte) (conn *Conn, client net.Conn, frames [][]byte) {
	t.Helper()
	ours, theirs := sockets(t)
	var cut recorded
	c, err := dial(recordingTo{theirs, &cut}, tr, carrier{obfuscated: obfuscated}, 2)
	require.NoError(t, err)
	opening := cut.take()
	for _, p := range payloads {
		require.NoError(t, c.send(p))
		frames = append(frames, cut.take())
	}
	first := frames[0]
	_, err = theirs.Write(append(opening, first...))
	require.NoError(t, err)
	conn, err = Accept(ours, Options{})
	require.NoError(t, err)
	return conn, theirs, frames
}

// recordingTo is a connection of which Write only keeps what is written.
type recordingTo struct {
	net.Conn
	to *recorded
}

type recorded []byte

func (r recordingTo) Write(p []byte) (int, error) {
	*r.to = append(*r.to, p...)
	return len(p), nil
}

func (r *recorded) take() []byte {
	b := *r
	*r = nil
	return b
}

// The next frame is there when its last byte is, and not before; whoever has looked reads
// what everybody reads.
func TestNextIsThereWhenAllOfItIs(t *testing.T) {
	if !canCount {
		t.Skip("this system does not tell how many bytes wait")
	}
	for _, tr := range transports {
		for _, obfuscated := range []bool{false, true} {
			if obfuscated && tr.tag == [4]byte{} {
				continue
			}
			t.Run(carrier{obfuscated: obfuscated}.name(tr), func(t *testing.T) {
				for _, blocks := range []int{1, 70, 2000} {
					payloads := [][]byte{encrypted(100), encrypted(blocks), encrypted(3)}
					conn, client, frames := framed(t, tr, obfuscated, payloads...)
					f, err := conn.ReadFrame(nil)
					require.NoError(t, err)
					require.Equal(t, payloads[0], f.Payload)
					_, whole := conn.Next()
					require.False(t, whole, "nothing has come")

					second := frames[1]
					_, err = client.Write(second[:7])
					require.NoError(t, err)
					waitFor(t, conn, 7)
					_, whole = conn.Next()
					require.False(t, whole)
					require.Equal(t, 7, conn.Waiting(), "a header is not begun")
					_, err = client.Write(second[7:8])
					require.NoError(t, err)
					waitFor(t, conn, 8)
					_, whole = conn.Next()
					require.False(t, whole)
					head := conn.Waiting()
					require.Less(t, head, 8, "a header is read as soon as it may be there")

					_, err = client.Write(second[8 : len(second)-1])
					require.NoError(t, err)
					waitFor(t, conn, head+len(second)-9)
					_, whole = conn.Next()
					require.False(t, whole, "a byte is missing")

					left := conn.Waiting()
					_, err = client.Write(second[len(second)-1:])
					require.NoError(t, err)
					waitFor(t, conn, left+1)
					length, whole := conn.Next()
					require.True(t, whole)
					require.GreaterOrEqual(t, length, len(payloads[1]))
					require.LessOrEqual(t, length, len(payloads[1])+MaxPadding)

					_, err = client.Write(frames[2])
					require.NoError(t, err)
					f, err = conn.ReadFrame(func(n int) []byte {
						require.Equal(t, length, n)
						return make([]byte, n)
					})
					require.NoError(t, err)
					require.Equal(t, payloads[1], f.Payload)
					f, err = conn.ReadFrame(nil)
					require.NoError(t, err)
					require.Equal(t, payloads[2], f.Payload)
					_, whole = conn.Next()
					require.False(t, whole)
				}
			})
		}
	}
}

// What is wrong about a frame is not there as a frame, and is told when it is read.
func TestNextWithAHeaderThatIsWrong(t *testing.T) {
	ours, theirs := sockets(t)
	stream := append(announced(nameIntermediate), intermediateFrame(encrypted(1))...)
	stream = append(stream, 7, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7)
	_, err := theirs.Write(stream)
	require.NoError(t, err)
	conn, err := Accept(ours, Options{})
	require.NoError(t, err)
	_, err = conn.ReadFrame(nil)
	require.NoError(t, err)
	for range 2 {
		length, whole := conn.Next()
		require.False(t, whole)
		require.Zero(t, length)
	}
	_, err = conn.ReadFrame(nil)
	requireViolation(t, err, "a frame of 7 bytes")
}

// So is a header that is none.
func TestNextWithASequenceNumberThatIsWrong(t *testing.T) {
	stream := sent(t, transports[3], false, encrypted(1), encrypted(2))
	stream[len(stream)-2*cipherBlock-encryptedHead-fullTail-1] ^= 1 // the last byte of the second one's
	conn, err := Accept(newScript(stream, 0), Options{})
	require.NoError(t, err)
	_, err = conn.ReadFrame(nil)
	require.NoError(t, err)
	_, whole := conn.Next()
	require.False(t, whole)
	_, err = conn.ReadFrame(nil)
	requireViolation(t, err, "sequence number")
}

// Of a connection that is closed nothing is known to wait.
func TestNothingWaitsBehindTheEnd(t *testing.T) {
	ours, theirs := sockets(t)
	_, err := theirs.Write(append(announced(nameIntermediate), intermediateFrame(encrypted(1))...))
	require.NoError(t, err)
	conn, err := Accept(ours, Options{})
	require.NoError(t, err)
	_, err = conn.ReadFrame(nil)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.Zero(t, conn.Waiting())
}

// Where bytes come in messages or requests of another protocol nobody knows.
func TestNextIsNotKnownInsideOthers(t *testing.T) {
	eachTransport(t, func(t *testing.T, tr transport, c carrier) {
		if !c.webSocket {
			return
		}
		conn, err := Accept(sending(t, tr, c, 0, encrypted(1), encrypted(2000)), Options{}) // more than is read ahead
		require.NoError(t, err)
		_, err = conn.ReadFrame(nil)
		require.NoError(t, err)
		below, ok := conn.src.src.(*ahead)
		require.Equal(t, canAttempt, ok)
		require.Eventually(t, func() bool { return !canCount || below.come() > 0 }, 10*time.Second, time.Millisecond)
		_, whole := conn.Next()
		require.False(t, whole)
		require.Zero(t, conn.Waiting())
		_, err = conn.ReadFrame(nil)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	})
}

// To look costs nothing, for it is done for every part.
func TestNextAllocatesNothing(t *testing.T) {
	ours, theirs := sockets(t)
	_, err := theirs.Write(append(announced(nameIntermediate), intermediateFrame(encrypted(1))...))
	require.NoError(t, err)
	conn, err := Accept(ours, Options{})
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(100, func() { conn.Next() }))
}
