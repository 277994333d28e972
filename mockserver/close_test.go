package mockserver_test

import (
	"crypto/rand"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// barrier is a source of randomness that keeps login codes waiting, which ask for eight bytes.
type barrier struct {
	codes atomic.Int64
	open  chan struct{}
}

func (b *barrier) Read(p []byte) (int, error) {
	if len(p) == 8 && b.open != nil {
		b.codes.Add(1)
		<-b.open
	}
	return io.ReadFull(rand.Reader, p)
}

// Close waits for the query that is being carried out, and not for a thousand behind it: they are
// carried out when they come again.
func TestCloseInAContainer(t *testing.T) {
	for name, end := range map[string]func(b *bubble) error{
		"the server is closed":      func(b *bubble) error { return b.Close() },
		"the connection is dropped": func(b *bubble) error { b.DropConnections(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			source := &barrier{}
			inBubble(t, mockserver.Options{Rand: source}, func(t *testing.T, b *bubble) {
				c := b.client()
				body, err := rawclient.Encode(228, rawclient.NewObject("auth.sendCode", rawclient.Fields{
					"phone_number": "+15550100", "api_id": int32(1), "api_hash": "x", "settings": rawclient.NewObject("codeSettings", nil),
				}))
				require.NoError(t, err)
				var inner []rawclient.Inner
				for range 100 {
					inner = append(inner, rawclient.Inner{MsgID: c.Session().NextMsgID(), SeqNo: c.Session().NextSeqNo(true), Body: body})
				}
				source.open = make(chan struct{})
				_, err = c.Session().Send(t.Context(), rawclient.Envelope{Body: rawclient.Container(inner...)})
				require.NoError(t, err)
				synctest.Wait()
				require.EqualValues(t, 1, source.codes.Load())
				ended := make(chan error, 1)
				go func() { ended <- end(b) }()
				synctest.Wait()
				close(source.open)
				require.NoError(t, <-ended)
				synctest.Wait()
				require.EqualValues(t, 1, source.codes.Load())
			})
		})
	}
}
