package rpc

import "fmt"

// Error is an error that goes to the client.
// https://core.telegram.org/mtproto/service_messages#rpc-error
type Error struct {
	Code    int
	Message string
	// Why is a sentence for the journal, not for the client.
	Why string
	// Rule is the id of the upload rule that the call broke, where it was refused before it
	// came to those that are judged.
	Rule string
	// Unknown: the method is one that fakedc does not answer, which is fakedc's
	// limit and not the client's mistake.
	Unknown bool
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Message) }

func bad(message, why string) *Error { return &Error{Code: 400, Message: message, Why: why} }

// Errors that several methods share: https://core.telegram.org/api/errors
var (
	errUnregistered = &Error{Code: 401, Message: "AUTH_KEY_UNREGISTERED", Why: "the auth key has no account: log in first"}
	errPartEarly    = &Error{Code: errUnregistered.Code, Message: errUnregistered.Message, Why: errUnregistered.Why, Rule: "server.auth"}
	errUnbound      = &Error{Code: 401, Message: "AUTH_KEY_PERM_EMPTY", Why: "the temporary key is not bound: auth.bindTempAuthKey has to come first"}
	errNotInited    = bad("CONNECTION_NOT_INITED", "invokeWithLayer(initConnection(...)) has to come first on an auth key")
	errPeer         = bad("PEER_ID_INVALID", "it names no user, chat or channel")
	errAfter        = &Error{Code: 500, Message: "MSG_WAIT_FAILED", Why: "a query that this one comes after was answered with an error"}
	errChannel      = bad("CHANNEL_INVALID", "channels are numbered from 1")
)

// unsupported begins no documented error, and names the method for whoever sees
// only the error.
func unsupported(method string) *Error {
	return &Error{Code: 400, Message: "METHOD_NOT_SUPPORTED: " + method, Why: method + " is not answered by fakedc", Unknown: true}
}

// tooOld is told to a client of a layer that the schema does not have, which is fakedc's limit,
// too.
func tooOld(method string) *Error {
	return &Error{Code: 400, Message: "CONNECTION_LAYER_INVALID", Why: fmt.Sprintf("%s is not answered by fakedc, which knows layers from %d on", method, minLayer), Unknown: true}
}
