package mockserver_test

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// A websocket's ping is answered by the reader, which sets no deadline: that of an
// answer that left long ago must not break it.
func TestWebSocketPingsOfAnIdleClient(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		b.client()
		here, there := net.Pipe()
		b.wg.Go(func() { b.ServeConn(there) })
		conn, err := rawclient.NewConn(here, rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true, WebSocket: true})
		require.NoError(t, err)
		c := b.session(conn, b.key)
		b.pings(c)
		<-time.After(b.Limits().WriteTime + time.Second)
		_, err = here.Write([]byte{0x89, 0x80, 0, 0, 0, 0}) // a ping of the websocket, masked, empty
		require.NoError(t, err)
		synctest.Wait()
		b.pings(c)
	})
}
