package wire

import (
	"errors"
	"fmt"
	"io"
)

// ErrNoQuickAck is what WriteQuickAck returns on the full and the HTTP transport, which have no quick acknowledgements:
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
var ErrNoQuickAck = errors.New("wire: the transport has no quick ack")

// ProtocolError says that the client sent bytes no transport allows. The connection cannot be used any further; close
// it. Failures of the connection itself (deadlines, resets, an end inside a frame) are not ProtocolErrors.
type ProtocolError struct {
	// Transport is the Name of the connection as far as it was known, "" if nothing was recognised yet.
	Transport string
	// Reason says what was wrong, with the numbers, in one clause.
	Reason string
	// Err is the cause, if another library found the fault; nil otherwise.
	Err error
}

// Error implements error.
func (e *ProtocolError) Error() string {
	text := "wire: "
	if e.Transport != "" {
		text += e.Transport + ": "
	}
	text += e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *ProtocolError) Unwrap() error { return e.Err }

// violation makes a ProtocolError whose Transport is filled in by whoever knows it.
func violation(format string, args ...any) error {
	return &ProtocolError{Reason: fmt.Sprintf(format, args...)}
}

// unexpected turns an end of stream where more bytes were due into io.ErrUnexpectedEOF.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// located adds to err where it happened: the transport to a ProtocolError, what was being done to anything else. A
// bare io.EOF stays as it is, because it is how a connection ends in good order.
func located(err error, transport, doing string) error {
	if err == io.EOF { //nolint:errorlint // a wrapped EOF is not an end in good order
		return err
	}
	var protocol *ProtocolError
	if errors.As(err, &protocol) {
		if protocol.Transport == "" {
			protocol.Transport = transport
		}
		return err
	}
	return fmt.Errorf("wire: %s: %w", doing, err)
}

// ErrHalf says that only half of a frame was sent, so that nothing can follow.
var ErrHalf = errors.New("wire: half a frame was sent before")
