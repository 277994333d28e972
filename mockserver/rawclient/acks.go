package rawclient

import "time"

// acknowledge notes a message; the ackLoop sends.
func (c *Client) acknowledge(msgID int64) {
	c.mu.Lock()
	if len(c.acks) < maxAckIDs { // more only if the server has long stopped reading
		c.acks = append(c.acks, msgID)
	}
	n := len(c.acks)
	c.mu.Unlock()
	signal(c.wake)
	if n >= ackBatch {
		signal(c.full)
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// ackLoop sends acknowledgements after a delay, or when a batch is full. It is
// not the reader that sends them: a server that writes and does not read would
// block both sides.
func (c *Client) ackLoop() {
	timer := time.NewTimer(c.opts.AckDelay)
	defer timer.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.wake:
		}
		timer.Reset(c.opts.AckDelay)
		select {
		case <-c.ctx.Done():
			return
		case <-c.full:
		case <-timer.C:
		}
		c.sendAcks()
	}
}

func (c *Client) sendAcks() {
	c.mu.Lock()
	ids := c.acks
	c.acks = nil
	c.mu.Unlock()
	if len(ids) == 0 {
		return
	}
	// A failure ends the connection, which the reader will report.
	_, _ = c.session.Send(c.ctx, Envelope{Body: MsgsAck(ids...)})
}

// maxAckIDs is the most identifiers in one msgs_ack.
//
// https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
const maxAckIDs = 8192
