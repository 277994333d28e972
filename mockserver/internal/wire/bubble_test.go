package wire

import (
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// Everything must work in a bubble, where a goroutine or timer left behind is a failure of its own, and where the
// websocket library's finalizer, were it ever to run, would bring the process down.
func TestInABubble(t *testing.T) {
	eachTransport(t, func(t *testing.T, tr transport, c carrier) {
		synctest.Test(t, func(t *testing.T) {
			server, clientEnd := net.Pipe()
			want := encrypted(600)
			go func() {
				cl, err := dial(clientEnd, tr, c, 2)
				if err == nil {
					err = cl.send(want)
				}
				if err == nil {
					_, err = cl.receive()
				}
				if cl != nil && cl.ws != nil {
					_ = cl.ws.CloseNow()
				}
				_ = clientEnd.Close()
				if err != nil {
					t.Error(err)
				}
			}()
			conn, err := Accept(server, Options{})
			require.NoError(t, err)
			frame, err := conn.ReadFrame(nil)
			require.NoError(t, err)
			require.Equal(t, want, frame.Payload)
			require.NoError(t, conn.WriteFrames(frame.Payload))
			_, err = conn.ReadFrame(nil)
			require.Equal(t, io.EOF, err)
			require.NoError(t, conn.Close())
			require.NoError(t, conn.Close(), "closing twice is no error")
		})
	})
}

// A deadline that the caller sets on the connection must come out as one, and Close must end a blocked reader.
func TestInterruptionInABubble(t *testing.T) {
	eachTransport(t, func(t *testing.T, tr transport, c carrier) {
		for _, byDeadline := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				server, clientEnd := net.Pipe()
				dialled := make(chan *client)
				go func() {
					cl, err := dial(clientEnd, tr, c, 2)
					if err == nil {
						err = cl.send(encrypted(1)) // full has no other announcement
					}
					if err != nil {
						t.Error(err)
					}
					dialled <- cl
				}()
				conn, err := Accept(server, Options{})
				require.NoError(t, err)
				_, err = conn.ReadFrame(nil)
				require.NoError(t, err)
				cl := <-dialled
				started := time.Now()
				if byDeadline {
					require.NoError(t, server.SetReadDeadline(started.Add(time.Minute)))
				} else {
					time.AfterFunc(time.Minute, func() { _ = conn.Close() })
				}
				_, err = conn.ReadFrame(nil)
				require.Equal(t, time.Minute, time.Since(started))
				if byDeadline {
					require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				} else {
					require.ErrorIs(t, err, io.ErrClosedPipe)
				}
				_ = conn.Close()
				if cl.ws != nil {
					_ = cl.ws.CloseNow()
				}
				_ = clientEnd.Close()
			})
		}
	})
}
