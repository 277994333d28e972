package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrivals takes note of what comes when, and spoils it at once.
type arrivals struct {
	t       *testing.T
	payload []byte // what it will be in the end, unspoiled
	come    int
	calls   int
}

const spoil = 0x55

func (a *arrivals) on(buf []byte, come int) {
	require.Greater(a.t, come, a.come)
	require.Less(a.t, come, len(buf), "the end is what ReadFrame returns for")
	require.True(a.t, bytes.Equal(a.payload[a.come:come], buf[a.come:come]), "bytes %d to %d", a.come, come)
	for i := a.come; i < come; i++ {
		buf[i] ^= spoil
	}
	a.come = come
	a.calls++
}

// sending is a connection on which a client sends payloads, in chunks if it is no WebSocket.
func sending(t *testing.T, tr transport, c carrier, chunk int, payloads ...[]byte) net.Conn {
	t.Helper()
	if !c.webSocket {
		return newScript(sent(t, tr, c.obfuscated, payloads...), chunk)
	}
	server, far := loopback(t)
	go func() {
		client, err := dial(far, tr, c, 2)
		for _, p := range payloads {
			if err == nil {
				err = client.send(p)
			}
		}
		if err != nil {
			t.Error(err)
		}
	}()
	return server
}

// What has come of a long frame is told before the rest comes, and may be changed where it is: the checksum of the
// full transport and the padding of the padded one are found all the same.
func TestLongFramesTellWhatHasCome(t *testing.T) {
	t.Parallel()
	eachTransport(t, func(t *testing.T, tr transport, c carrier) {
		t.Parallel()
		for _, blocks := range []int{1, 60, proofSize/cipherBlock - 2, proofSize / cipherBlock, 4000, 32768} {
			for _, chunk := range []int{0, 777, arrivalSize, 100_000} {
				if c.webSocket && chunk > 0 {
					continue // it comes as it comes
				}
				payload := encrypted(blocks)
				a := &arrivals{t: t, payload: payload}
				conn, err := Accept(sending(t, tr, c, chunk, payload, payload), Options{OnArrival: a.on})
				require.NoError(t, err)
				for range 2 {
					a.come, a.calls = 0, 0
					frame, err := conn.ReadFrame(nil)
					require.NoError(t, err, "%d blocks by %d", blocks, chunk)
					for i := range a.come {
						frame.Payload[i] ^= spoil
					}
					require.True(t, bytes.Equal(payload, frame.Payload), "%d blocks by %d", blocks, chunk)
					require.LessOrEqual(t, a.calls, 1+len(payload)/arrivalSize, "not for a few bytes")
					if chunk == 777 {
						require.GreaterOrEqual(t, a.calls, (len(payload)-1)/(arrivalSize+chunk), "%d bytes", len(payload))
					}
				}
			}
		}
	})
}

// A frame that is never whole has told what came of it, and no more.
func TestLongFrameThatBreaksOff(t *testing.T) {
	t.Parallel()
	payload := encrypted(4000)
	for _, missing := range []int{1, 1000, 40_000} {
		stream := sent(t, transports[1], false, payload)
		a := &arrivals{t: t, payload: payload}
		conn, err := Accept(newScript(stream[:len(stream)-missing], 0), Options{OnArrival: a.on})
		require.NoError(t, err)
		frame, err := conn.ReadFrame(nil)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Equal(t, len(payload)-missing, a.come)
		require.Len(t, frame.Payload, len(payload), "the buffer can go back to its pool")
	}
}

// errReset is how a connection ends that the other side reset.
var errReset = errors.New("connection reset by peer")

// reset ends in an error that is no end.
type reset struct{ *script }

func (r reset) Read(p []byte) (int, error) {
	n, err := r.script.Read(p)
	if errors.Is(err, io.EOF) {
		err = errReset
	}
	return n, err
}

// The connection's own error is the one that is returned.
func TestLongFrameOnAFailedConnection(t *testing.T) {
	t.Parallel()
	stream := sent(t, transports[1], false, encrypted(4000))
	conn, err := Accept(reset{newScript(stream[:40_000], 0)}, Options{})
	require.NoError(t, err)
	_, err = conn.ReadFrame(nil)
	require.ErrorIs(t, err, errReset)
	require.NotErrorIs(t, err, io.ErrUnexpectedEOF)
}

// The last byte of a frame may come alone, and the checksum behind it is over that, too.
func TestLastByteOfALongFrameComesAlone(t *testing.T) {
	t.Parallel()
	server, far := net.Pipe()
	t.Cleanup(func() { _, _ = server.Close(), far.Close() })
	payload := encrypted(4000)
	stream := append(announced(nameFull), fullFrame(0, payload)...)
	go func() {
		for _, piece := range [][]byte{stream[:len(stream)-fullTail-1], stream[len(stream)-fullTail-1:]} {
			if _, err := far.Write(piece); err != nil {
				t.Error(err)
			}
		}
	}()
	conn, err := Accept(server, Options{})
	require.NoError(t, err)
	frame, err := conn.ReadFrame(nil)
	require.NoError(t, err)
	require.Equal(t, payload, frame.Payload)
}
