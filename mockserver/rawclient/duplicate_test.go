package rawclient

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two queries may have the same msg_id, which is what InvokeEnvelope is for. Whatever
// becomes of it becomes of both.
func TestTwoQueriesOfOneMsgID(t *testing.T) {
	for name, test := range map[string]struct {
		then func(*Client, *rpcServer)
		want error // nil: reply
	}{
		"answered": {func(_ *Client, s *rpcServer) { s.answer(s.queries()[0], reply) }, nil},
		"closed":   {func(c *Client, _ *rpcServer) { _ = c.Close() }, ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := newClient(t, ClientOptions{NoAcks: true}, func(*rpcServer, query) {})
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				type got struct {
					body []byte
					err  error
				}
				both := make(chan got, 2)
				for range 2 {
					go func() {
						body, err := c.InvokeEnvelope(ctx, Envelope{Body: question, MsgID: Ptr(MsgID(time.Now()))})
						both <- got{body, err}
					}()
				}
				synctest.Wait()
				test.then(c, s)
				for range 2 {
					one := <-both
					if test.want != nil {
						assert.ErrorIs(t, one.err, test.want)
						continue
					}
					require.NoError(t, one.err)
					assert.Equal(t, reply, one.body)
				}
			})
		})
	}
}
