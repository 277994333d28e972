package mockserver_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// The first mistake of whoever tries a client: it does not trust the server's key. It
// leaves without a word, and the journal says what that looks like.
func TestWhyAClientLeft(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	hostile, err := scenarios.Builtin("hostile-respq-other-nonce")
	require.NoError(t, err)
	distrust := func(t *testing.T, dc *mockserver.Server, c *rawclient.Conn) {
		_, err := rawclient.CreateKey(t.Context(), c, rawclient.KeyOptions{PublicKey: &other.PublicKey})
		require.Error(t, err)
	}
	const (
		plain   = "closed by the client"
		tooMany = "handshake: answering message: more than 7 requests without a key: HandshakeSteps"
		hint    = "; the client got resPQ and went no further: does it trust the RSA key with the fingerprint %d?"
	)
	// reqPQ asks for resPQ and has it, or finds the connection closed.
	reqPQ := func(t *testing.T, c *rawclient.Conn, nonce byte) error {
		require.NoError(t, c.SendPlain(t.Context(), append([]byte{0xf1, 0x8e, 0x7e, 0xbe, nonce}, make([]byte, 15)...)))
		_, err := c.RecvPlain(t.Context())
		return err
	}
	for name, c := range map[string]struct {
		scenario *scenarios.Scenario
		do       func(*testing.T, *mockserver.Server, *rawclient.Conn)
		why      string
		more     string // with the fingerprint in it
	}{
		"it does not know the key": {nil, distrust, plain, hint},
		"it does not know the key and asks for it again and again, as GramJS does": {nil, func(t *testing.T, _ *mockserver.Server, c *rawclient.Conn) {
			for n := range byte(7) {
				require.NoError(t, reqPQ(t, c, n+1))
			}
			require.Error(t, reqPQ(t, c, 8))
		}, tooMany, hint},
		"resPQ breaks a rule": {hostile, distrust, plain, ""},
		"it has a key": {nil, func(t *testing.T, dc *mockserver.Server, c *rawclient.Conn) {
			_, err := rawclient.CreateKey(t.Context(), c, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA})
			require.NoError(t, err)
		}, plain, ""},
		"it is fakedc wait": {nil, func(t *testing.T, _ *mockserver.Server, c *rawclient.Conn) {
			require.NoError(t, reqPQ(t, c, 0))
		}, plain, ""},
		"it looked whether anybody answers while it uploads, as TDLib does": {nil, func(t *testing.T, dc *mockserver.Server, c *rawclient.Conn) {
			_ = connected(dc, "123456:abc")
			require.NoError(t, reqPQ(t, c, 1))
		}, plain, ""},
		"it looked whether anybody listens": {nil, func(*testing.T, *mockserver.Server, *rawclient.Conn) {}, plain, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dc := mockserver.Start(t, mockserver.Options{Scenario: c.scenario, AtEnd: mockserver.AtEnd{AllowUnmet: true, AllowUnfired: true}})
			conn := rawConn(t, dc, rawclient.Options{})
			c.do(t, dc, conn)
			require.NoError(t, conn.Close())
			want, sign := c.why, mockserver.Sign("")
			if c.more != "" {
				want, sign = want+fmt.Sprintf(c.more, dc.PublicKey().Fingerprint), mockserver.SignUntrusted
			}
			left := awaitEvent(t, dc, mockserver.EventDisconnect, "")
			require.Equal(t, want, left.Text)
			require.Equal(t, sign, left.Sign)
		})
	}
}

// A client that asked for resPQ and goes on under a key that it has is making none: it
// neither runs out of the time for that, nor keeps others from it. TDLib sees so whether
// a new connection works, and takes it.
func TestPingByReqPQ(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Limits: mockserver.Limits{Handshakes: 1}}, func(t *testing.T, dc *mockserver.Server) {
		key := newKey(t, dc)
		pipe, served := pipe(dc)
		conn, err := rawclient.NewConn(pipe, rawclient.Options{})
		require.NoError(t, err)
		x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, nil)
		require.NoError(t, err)
		require.NoError(t, conn.SendPlain(t.Context(), x.ReqPQBody()))
		_, err = conn.RecvPlain(t.Context())
		require.NoError(t, err)
		c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
		require.NoError(t, err)
		for n := range int64(5) {
			require.NoError(t, c.Ping(t.Context(), n))
			<-time.After(30 * time.Second)
		}
		newKey(t, dc)
		require.NoError(t, c.Close())
		<-served
		require.Empty(t, events(dc, mockserver.EventLimit))
		for _, e := range events(dc, mockserver.EventDisconnect) {
			require.Equal(t, "closed by the client", e.Text)
		}
	})
}
