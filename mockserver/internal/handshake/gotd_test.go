package handshake

import (
	"context"
	"errors"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/exchange"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
)

// machineConn is a connection whose other end is a Machine: what the client
// sends is answered before Send returns.
type machineConn struct {
	machine *Machine
	answer  []byte
	result  *Result
}

func (c *machineConn) Send(_ context.Context, b *bin.Buffer) error {
	body, err := envelope.OpenPlain(b.Buf)
	if err != nil {
		return err
	}
	out, err := c.machine.Step(body, testTime)
	if err != nil {
		return err
	}
	if out.Result != nil {
		c.result = out.Result
	}
	id := proto.NewMessageID(testTime, proto.MessageServerResponse)
	c.answer = envelope.SealPlain(nil, int64(id), out.Reply)
	return nil
}

func (c *machineConn) Recv(_ context.Context, b *bin.Buffer) error {
	if c.answer == nil {
		return errors.New("nothing to receive")
	}
	b.ResetTo(c.answer)
	c.answer = nil
	return nil
}

func (c *machineConn) Close() error { return nil }

// The exchange with a client that nobody here wrote and that checks what it is
// sent, dh_prime included.
func TestGotdClient(t *testing.T) {
	for _, c := range []struct {
		name string
		mode func(exchange.Exchanger) exchange.Exchanger
		dc   int
		is   int // without what its sign and an offset say
		want Result
	}{
		{"permanent", func(e exchange.Exchanger) exchange.Exchanger { return e }, -2, 2, Result{DC: 2}},
		{"temporary", func(e exchange.Exchanger) exchange.Exchanger { return e.WithTempMode(86400) }, 10003, 3, Result{Temporary: true, ExpiresIn: 86400, DC: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, named := testConfig(t), 0
			config.AcceptDC = func(dc int) bool { named = dc; return true }
			conn := &machineConn{machine: New(config)}
			client := c.mode(exchange.NewExchanger(conn, c.dc)).Client([]exchange.PublicKey{{RSA: &config.Key.PublicKey}})
			theirs, err := client.Run(context.Background())
			require.NoError(t, err)

			require.NotNil(t, conn.result)
			require.Equal(t, [256]byte(theirs.AuthKey.Value), conn.result.AuthKey)
			require.Equal(t, theirs.ServerSalt, conn.result.Salt)
			require.Equal(t, theirs.AuthKey.IntID(), envelope.NewKey(conn.result.AuthKey).ID)
			got := *conn.result
			got.AuthKey, got.Salt = [256]byte{}, 0
			require.Equal(t, c.want, got)
			require.Equal(t, c.is, named)
		})
	}
}
