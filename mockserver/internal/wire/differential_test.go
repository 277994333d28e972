package wire

import (
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/gotd/td/proto/codec"
	"github.com/stretchr/testify/require"
)

// loopback returns the two ends of a TCP connection.
func loopback(t testing.TB) (server, client net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	client, err = net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	server, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close(); _ = client.Close() })
	return server, client
}

// differentialPayloads have message shapes, so that padding can be told from them; 504 and 520 lie on both sides of
// the longer length of abridged, the last is as long as a frame may be and still has a message's shape.
func differentialPayloads() [][]byte {
	out := [][]byte{unencrypted(20), unencrypted(484), unencrypted(488), unencrypted(492)}
	for _, n := range []int{0, 1, 2, 30, 31, 254, 255, 256, 1022, 1023, 1024, 4096, 32768, (DefaultMaxFrame - 40) / 16} {
		out = append(out, encrypted(n))
	}
	return out
}

// echo returns every frame to the client, two in one write where there are two, then a transport error.
func echo(conn *Conn, frames int) error {
	for i := 0; i < frames; i += 2 {
		first, err := conn.ReadFrame(nil)
		if err != nil {
			return err
		}
		second, err := conn.ReadFrame(nil)
		if err != nil {
			return err
		}
		if err := conn.WriteFrames(first.Payload, second.Payload); err != nil {
			return err
		}
	}
	return conn.WriteError(-404)
}

// What gotd's clients send arrives, and what is answered they understand.
func TestDifferential(t *testing.T) {
	t.Parallel()
	payloads := differentialPayloads()
	eachTransport(t, func(t *testing.T, tr transport, c carrier) {
		t.Parallel()
		server, clientEnd := loopback(t)
		served := make(chan error, 1)
		go func() {
			conn, err := Accept(server, Options{})
			if err == nil && conn.Name() != c.name(tr) {
				err = fmt.Errorf("taken for %s", conn.Name())
			}
			if err == nil {
				err = echo(conn, len(payloads))
			}
			if err == nil {
				_, err = conn.ReadFrame(nil)
				_ = conn.Close()
			} else {
				_ = server.Close()
			}
			served <- err
		}()
		cl, err := dial(clientEnd, tr, c, 2)
		require.NoError(t, err)
		for i := 0; i < len(payloads); i += 2 {
			go func() { _ = cl.send(payloads[i]); _ = cl.send(payloads[i+1]) }()
			for _, want := range payloads[i : i+2] {
				got, err := cl.receive()
				require.NoError(t, err)
				require.Equal(t, want, got)
			}
		}
		_, err = cl.receive()
		var said *codec.ProtocolErr
		require.ErrorAs(t, err, &said)
		require.EqualValues(t, codec.CodeAuthKeyNotFound, said.Code)
		if cl.ws != nil {
			require.NoError(t, cl.ws.Close(1000, ""))
		}
		_ = clientEnd.Close() // closed already by a websocket
		require.Equal(t, io.EOF, <-served)
	})
}
