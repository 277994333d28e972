// Package session is the MTProto session as a server sees it: salts, the window
// of received msg_ids, sequence numbers, containers, acknowledgements and the
// outbox of answers that the client has not acknowledged yet.
//
// It takes decrypted messages and the time, and returns what is to be sent and
// which queries are to be run: no socket, no goroutine, no clock of its own.
// Whatever a session sends leaves through its newest Sink, because a client that
// reconnects keeps its session and expects the answers on the new connection.
//
// It must not know what a query means, nor how a message is encrypted or framed.
// Called by link.
//
// https://core.telegram.org/mtproto/description
// https://core.telegram.org/mtproto/service_messages
// https://core.telegram.org/mtproto/service_messages_about_messages
package session
