package mockserver_test

import (
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Large frames of connections over which no message was opened are read one after the
// other, at a rate; whoever has a key does not notice, and nobody waits for long.
func TestGarbageIsReadInTurns(t *testing.T) {
	inHostileBubble(t, mockserver.Options{}, func(t *testing.T, dc *mockserver.Server) {
		const size = 1 << 20
		frame := append(binary.LittleEndian.AppendUint32([]byte(intermediateTag), size), contents(size)...)
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		began := time.Now()
		taken := make(chan time.Duration, 8)
		for range cap(taken) {
			stranger, served := pipe(dc)
			go func() {
				_, _ = stranger.Write(frame)
				_, _ = stranger.Read(make([]byte, 8)) // -404: no such key
				taken <- time.Since(began)
				_ = stranger.Close()
				<-served
			}()
		}
		require.Equal(t, "true", part(t, c, 7, 0, 2, contents(512*kib)))
		require.Zero(t, time.Since(began), "who is known waits for no stranger")
		for range cap(taken) - 1 {
			<-taken
		}
		require.Equal(t, 7*time.Second/64, <-taken, "64 MiB a second")

		// To claim long frames costs nothing, and keeps nobody away.
		for range 100 {
			stranger, _ := pipe(dc)
			_, err := io.WriteString(stranger, intermediateTag+"\x00\x00\x20\x00")
			require.NoError(t, err)
			defer func() { _ = stranger.Close() }()
		}
		late := resume(t, dc, c.Key(), nil, rawclient.ClientOptions{})
		began = time.Now()
		require.Equal(t, "true", part(t, late, 7, 1, 2, contents(512*kib)), "with a large part at once")
		require.LessOrEqual(t, time.Since(began), 500*time.Millisecond)
		began = time.Now()
		require.Equal(t, "true", part(t, late, 8, 1, 2, contents(512*kib)))
		require.Zero(t, time.Since(began), "now it is known")
		require.NoError(t, late.Close())
		require.NoError(t, c.Close())
	})
}

// Keys that nobody finishes take places for two seconds; then they make room for those
// who want one. Whoever goes on keeps the place.
func TestUnfinishedKeysMakeRoom(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Limits: mockserver.Limits{Handshakes: 2}}, func(t *testing.T, dc *mockserver.Server) {
		begin := func() (*rawclient.Conn, *rawclient.KeyExchange, <-chan struct{}) {
			c, served := pipe(dc)
			conn, err := rawclient.NewConn(c, rawclient.Options{})
			require.NoError(t, err)
			x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, nil)
			require.NoError(t, err)
			require.NoError(t, conn.SendPlain(t.Context(), x.ReqPQBody()))
			m, err := conn.RecvPlain(t.Context())
			require.NoError(t, err)
			require.NoError(t, x.TakeResPQ(m.Body))
			return conn, x, served
		}
		going, x, _ := begin()
		_, _, left := begin()
		c, _ := pipe(dc)
		conn, err := rawclient.NewConn(c, rawclient.Options{})
		require.NoError(t, err)
		_, err = rawclient.CreateKey(t.Context(), conn, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA})
		require.ErrorIs(t, err, io.EOF, "both places are taken")

		<-time.After(time.Second)
		body, err := x.ReqDHParamsBody()
		require.NoError(t, err)
		require.NoError(t, going.SendPlain(t.Context(), body))
		m, err := going.RecvPlain(t.Context())
		require.NoError(t, err)
		require.NoError(t, x.TakeServerDHParams(m.Body))

		<-time.After(time.Second)
		newKey(t, dc)
		<-left
		awaitEvent(t, dc, mockserver.EventLimit, "the one that has waited the longest made room")
		body, err = x.SetClientDHParamsBody()
		require.NoError(t, err)
		require.NoError(t, going.SendPlain(t.Context(), body))
		m, err = going.RecvPlain(t.Context())
		require.NoError(t, err)
		_, err = x.TakeDHGen(m.Body)
		require.NoError(t, err, "it was not broken off")
		require.NoError(t, going.Close())
		require.NoError(t, conn.Close())
	})
}
