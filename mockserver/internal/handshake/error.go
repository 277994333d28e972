package handshake

import "fmt"

// The transport errors of the exchange:
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
const (
	// CodeNotFound answers every request of the exchange that is wrong. The
	// client has to start again with req_pq_multi.
	CodeNotFound int32 = -404
	// CodeWrongDC answers inner data that names a datacenter this is not.
	CodeWrongDC int32 = -444
)

// The steps of the exchange, as Error.Step names them.
const (
	stepPQ    = "req_pq"
	stepDH    = "req_DH_params"
	stepKey   = "set_client_DH_params"
	stepOther = "message"
)

// Error says why the exchange ended. Every error of [Machine.Step] that is the
// client's doing is one.
type Error struct {
	// TransportCode is what to send to the client as a transport error, a
	// negative number of 4 bytes; 0: nothing, close the connection.
	TransportCode int32
	// Step is the TL method that was being answered.
	Step string
	// Reason says what was wrong with it, for a person. It holds nothing secret.
	Reason string
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("handshake: answering %s: %s", e.Step, e.Reason)
}

func refuse(step, format string, args ...any) error {
	return &Error{TransportCode: CodeNotFound, Step: step, Reason: fmt.Sprintf(format, args...)}
}

func hangUp(format string, args ...any) error {
	return &Error{Step: stepOther, Reason: fmt.Sprintf(format, args...)}
}
