package rawclient

import (
	"io"
	"net"
	"runtime"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gotd/td/exchange"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tcpServer accepts one connection after another, makes keys with gotd's
// exchange on the first and answers queries under that key on all of them.
func tcpServer(t *testing.T, o Options) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	keys := make(chan *AuthKey, 8)
	go func() {
		for first := true; ; first = false {
			socket, err := l.Accept()
			if err != nil {
				return
			}
			p := &peer{t: t, socket: socket, rw: socket, codec: gotdCodec(o.Transport)}
			p.serve(o, func() { serveTCP(p, first, keys) })
		}
	}()
	return l.Addr().String()
}

func serveTCP(p *peer, exchangeFirst bool, keys chan *AuthKey) {
	if exchangeFirst {
		res, err := exchange.NewExchanger(p, 2).Server(exchange.PrivateKey{RSA: testRSA()}).Run(deadline(p.t))
		if !assert.NoError(p.t, err) {
			return
		}
		keys <- NewAuthKey(res.Key.Value, res.ServerSalt)
	}
	s := &rpcServer{peer: p, key: <-keys}
	keys <- s.key
	s.loop(func(s *rpcServer, q query) {
		if string(q.body) == string(question) {
			s.answer(q, reply)
		}
	})
}

// Over real sockets: dial, key, query; then more connections with the same key,
// each its own session; and afterwards nothing is left running.
func TestConnect(t *testing.T) {
	for _, name := range []string{"abridged", "full", "obfuscated padded", "websocket obfuscated intermediate"} {
		t.Run(name, func(t *testing.T) {
			testRSA()
			o, before := peers[name], runtime.NumGoroutine()
			addr := tcpServer(t, o)
			first, err := Connect(deadline(t), addr, o, KeyOptions{PublicKey: &testRSA().PublicKey, DC: 2}, ClientOptions{})
			require.NoError(t, err)
			clients := []*Client{first}
			for range 3 {
				c, err := ConnectWithKey(deadline(t), addr, o, first.Key(), ClientOptions{})
				require.NoError(t, err)
				clients = append(clients, c)
			}
			sessions := map[int64]bool{}
			for _, c := range clients {
				got, err := c.Invoke(deadline(t), question)
				require.NoError(t, err)
				assert.Equal(t, reply, got)
				sessions[c.Session().ID()] = true
			}
			assert.Len(t, sessions, len(clients))
			for _, c := range clients {
				require.NoError(t, c.Close())
			}
			// The server's own goroutines end when they see the sockets close.
			assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, 5*time.Second, 5*time.Millisecond)
		})
	}
}

// A websocket closes its socket when a read has failed. Whoever closes the connection
// then has lost nothing.
func TestCloseOfWhatTheWebsocketHasClosed(t *testing.T) {
	o := peers["websocket obfuscated intermediate"]
	c, err := Connect(deadline(t), tcpServer(t, o), o, KeyOptions{PublicKey: &testRSA().PublicKey, DC: 2}, ClientOptions{})
	require.NoError(t, err)
	require.NoError(t, c.session.conn.socket.Close())
	require.NoError(t, c.Close())
}

// A key exchange that fails must not leave its socket open.
func TestConnectClosesOnFailure(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	ended := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			ended <- err
			return
		}
		_, _ = c.Write([]byte{1, 0x6c, 0xfe, 0xff, 0xff}) // -404
		_, err = c.Read(make([]byte, 4096))
		for err == nil {
			_, err = c.Read(make([]byte, 4096))
		}
		ended <- err
	}()
	_, err = Connect(deadline(t), l.Addr().String(), Options{}, KeyOptions{PublicKey: &testRSA().PublicKey}, ClientOptions{})
	var transport *TransportError
	require.ErrorAs(t, err, &transport)
	require.Error(t, <-ended)
}

// Nor must a client that cannot be made: here for want of a random session_id.
func TestNewClientClosesOnFailure(t *testing.T) {
	ours, theirs := net.Pipe()
	defer func() { _ = theirs.Close() }()
	conn, err := NewConn(ours, Options{Rand: iotest.ErrReader(io.ErrNoProgress)})
	require.NoError(t, err)
	require.NoError(t, theirs.SetReadDeadline(time.Now().Add(time.Second)))
	_, err = NewClient(conn, testKey(t), ClientOptions{})
	require.ErrorIs(t, err, io.ErrNoProgress)
	_, err = theirs.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}
