package rawclient

import (
	"context"
	"fmt"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

// Ping sends a ping and waits for its pong.
//
// https://core.telegram.org/mtproto/service_messages#ping-messages-pingpong
func (c *Client) Ping(ctx context.Context, pingID int64) error {
	var b bin.Buffer
	b.PutUint32(idPing)
	b.PutLong(pingID)
	return c.awaitPong(ctx, b.Buf, pingID)
}

// PingDelayDisconnect asks the server, too, to close the connection unless the
// next ping comes within delay, in whole seconds.
//
// https://core.telegram.org/mtproto/service_messages#deferred-connection-closure--ping
func (c *Client) PingDelayDisconnect(ctx context.Context, pingID int64, delay time.Duration) error {
	var b bin.Buffer
	b.PutUint32(idPingDelay)
	b.PutLong(pingID)
	b.PutInt32(int32(delay / time.Second))
	return c.awaitPong(ctx, b.Buf, pingID)
}

func (c *Client) awaitPong(ctx context.Context, body []byte, pingID int64) error {
	answer, err := c.Invoke(ctx, body)
	if err != nil {
		return err
	}
	var pong mt.Pong
	if err := pong.Decode(&bin.Buffer{Buf: answer}); err != nil {
		return fmt.Errorf("rawclient: the answer to a ping: %w", err)
	}
	if pong.PingID != pingID {
		return fmt.Errorf("rawclient: pong for ping_id %d, sent %d", pong.PingID, pingID)
	}
	return nil
}
