// Package envelope turns transport frames into messages and back: encrypted
// ones under an auth key, and the unencrypted ones of auth key creation.
//
// It knows the layout of both kinds, msg_key, padding and the quick ack token:
// https://core.telegram.org/mtproto/description
//
// It must not know which keys exist, what salts, sessions, message ids or
// sequence numbers are acceptable (session decides that), nor what a body
// means. It keeps no state: a [Key] and an [Opening] are values that callers own.
//
// Called by link, for every frame in and every frame out.
package envelope
