// Package handshake creates auth keys: the server's side of
// https://core.telegram.org/mtproto/auth_key as a pure machine. The TL body of
// an unencrypted message goes in, the body of the answer comes out.
//
// It knows the three requests of the exchange, both ways of encrypting the
// client's inner data, the four kinds of inner data, the Diffie-Hellman group
// and every check that
// https://core.telegram.org/mtproto/security_guidelines demands of a server.
//
// It must not know sockets, frames, message ids, which keys exist (it asks
// through Config.KeyTaken) or what is done with a key. It starts no goroutine,
// reads no clock and, given the same Config.Rand and the same input, answers
// the same bytes.
//
// Called by link, one [Machine] per connection.
package handshake
