package rawclient

import (
	"errors"
	"fmt"
)

// ErrNotOpen is returned by reads that need the keys or the upgrade which Open
// (or the first SendFrame) makes.
var ErrNotOpen = errors.New("rawclient: connection not open: call Open or send a frame first")

// ErrClosed is returned for everything that was waiting when the connection or
// the client was closed on this side.
var ErrClosed = errors.New("rawclient: closed")

// TransportError is the four-byte negative number that a server sends instead
// of a message, for example -404 for an auth key that it does not know.
//
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
type TransportError struct{ Code int32 }

func (e *TransportError) Error() string {
	return fmt.Sprintf("rawclient: transport error %d", e.Code)
}

// FrameError says that the bytes received are no frame of the transport in use.
// The stream cannot be read any further.
type FrameError struct {
	Transport Transport
	Reason    string
}

func (e *FrameError) Error() string {
	return fmt.Sprintf("rawclient: bad %v frame: %s", e.Transport, e.Reason)
}

// EnvelopeError says why a received message was not accepted. Nothing of such a
// message may be used.
//
// https://core.telegram.org/mtproto/security_guidelines#checking-sha256-hash-value-of-msg-key
type EnvelopeError struct{ Reason string }

func (e *EnvelopeError) Error() string { return "rawclient: bad message: " + e.Reason }

// HandshakeError says at which step the creation of an auth key ended and why.
type HandshakeError struct {
	Step   Step
	Reason string
	Err    error // what lies below, may be nil
}

func (e *HandshakeError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("rawclient: auth key, %s: %s: %v", e.Step, e.Reason, e.Err)
	}
	return fmt.Sprintf("rawclient: auth key, %s: %s", e.Step, e.Reason)
}

// Unwrap returns the error below.
func (e *HandshakeError) Unwrap() error { return e.Err }

// BadMsgError is a bad_msg_notification about one of our messages.
//
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
type BadMsgError struct {
	MsgID int64
	SeqNo int32
	Code  int32
}

func (e *BadMsgError) Error() string {
	return fmt.Sprintf("rawclient: bad_msg_notification %d (%s) for msg_id %d, seqno %d", e.Code, badMsgReason(e.Code), e.MsgID, e.SeqNo)
}

func badMsgReason(code int32) string {
	reason, ok := map[int32]string{
		16: "msg_id too low",
		17: "msg_id too high",
		18: "msg_id not divisible by 4",
		19: "container msg_id was used before",
		20: "message too old to know whether it was received",
		32: "seqno too low",
		33: "seqno too high",
		34: "even seqno expected, odd received",
		35: "odd seqno expected, even received",
		48: "wrong server salt",
		64: "invalid container",
	}[code]
	if !ok {
		return "unknown code"
	}
	return reason
}
