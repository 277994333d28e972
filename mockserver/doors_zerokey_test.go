package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// keyOf makes an auth key of those that fit.
func (b *bubble) keyOf(conn *rawclient.Conn, fits func(*rawclient.AuthKey) bool) *rawclient.AuthKey {
	b.t.Helper()
	ask := func(body []byte) []byte {
		require.NoError(b.t, conn.SendPlain(b.t.Context(), body))
		answer, err := conn.RecvPlain(b.t.Context())
		require.NoError(b.t, err)
		return answer.Body
	}
	x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: b.PublicKey().RSA}, nil)
	require.NoError(b.t, err)
	require.NoError(b.t, x.TakeResPQ(ask(x.ReqPQBody())))
	body, err := x.ReqDHParamsBody()
	require.NoError(b.t, err)
	require.NoError(b.t, x.TakeServerDHParams(ask(body)))
	for x.Offered() == nil || !fits(x.Offered()) { // nothing is sent of those that do not
		body, err = x.SetClientDHParamsBody()
		require.NoError(b.t, err)
	}
	key, err := x.TakeDHGen(ask(body))
	require.NoError(b.t, err)
	return key
}

// One auth key in 256 begins with a zero byte. It has 256 bytes all the same, and whoever
// is told by his client that new_nonce_hash1 is wrong finds in the journal why.
// https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete
func TestKeyThatBeginsWithZero(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]func(byte) bool{
		"zero":     func(b byte) bool { return b == 0 },
		"not zero": func(b byte) bool { return b != 0 },
	} {
		inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
			conn := b.connect()
			key := b.keyOf(conn, func(k *rawclient.AuthKey) bool { return first(k.Value[0]) })
			c := b.session(conn, key)
			_, err := c.InitConnection(t.Context(), 228)
			require.NoError(t, err)
			_, err = c.LoginBot(t.Context(), "123456:fake-token")
			require.NoError(t, err)
			require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)), name)
			made := events(b.Server, mockserver.EventAuthKey)
			require.Len(t, made, 1)
			if name == "zero" {
				require.Equal(t, mockserver.SignZeroKey, made[0].Sign)
				require.Contains(t, made[0].Text, "begins with a zero byte")
			} else {
				require.Empty(t, made[0].Sign)
				require.Empty(t, made[0].Text)
			}
		})
	}
}
