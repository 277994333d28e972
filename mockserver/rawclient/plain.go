package rawclient

import (
	"context"
	"encoding/binary"
	"fmt"
)

// PlainMessage is an unencrypted message, the form in which auth keys are made.
//
// https://core.telegram.org/mtproto/description#unencrypted-message
type PlainMessage struct {
	MsgID int64
	Body  []byte
	// Length replaces message_data_length; nil is the length of Body.
	Length *int32
}

// Append adds the message's bytes, a frame's payload, to dst.
func (m PlainMessage) Append(dst []byte) []byte {
	n := int32(len(m.Body))
	if m.Length != nil {
		n = *m.Length
	}
	dst = binary.LittleEndian.AppendUint64(dst, 0)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(m.MsgID))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	return append(dst, m.Body...)
}

// ParsePlain reads an unencrypted message; errors are *EnvelopeError. Body
// aliases the frame.
func ParsePlain(frame []byte) (PlainMessage, error) {
	if len(frame) < 20 {
		return PlainMessage{}, &EnvelopeError{fmt.Sprintf("%d bytes are too few for an unencrypted message", len(frame))}
	}
	if id := binary.LittleEndian.Uint64(frame); id != 0 {
		return PlainMessage{}, &EnvelopeError{fmt.Sprintf("encrypted with key %016x where an unencrypted message was expected", id)}
	}
	n, rest := int32(binary.LittleEndian.Uint32(frame[16:])), frame[20:]
	if n < 0 || int(n) != len(rest) {
		return PlainMessage{}, &EnvelopeError{fmt.Sprintf("unencrypted message says %d bytes and has %d", n, len(rest))}
	}
	return PlainMessage{MsgID: int64(binary.LittleEndian.Uint64(frame[8:])), Body: rest}, nil
}

// SendPlain sends body as an unencrypted message with a fresh msg_id.
func (c *Conn) SendPlain(ctx context.Context, body []byte) error {
	return c.SendFrame(ctx, PlainMessage{MsgID: c.ids.next(), Body: body}.Append(nil))
}

// RecvPlain receives a frame that must be an unencrypted message.
func (c *Conn) RecvPlain(ctx context.Context) (PlainMessage, error) {
	frame, err := c.RecvFrame(ctx)
	if err != nil {
		return PlainMessage{}, err
	}
	return ParsePlain(frame)
}
