// Package link runs one connection: it reads frames, opens messages, hands them
// to their session, has queries answered and writes what the sessions send.
//
// Each connection has two goroutines. The reader carries every query out itself,
// in the order of arrival, because nothing that it calls blocks: an answer that a
// scenario delays is put on a timer, never waited for. So a part's bytes can be
// used where they were decrypted, and parts are judged in the order in which the
// client sent them. A long frame is opened while the rest of it arrives, or together with
// the one behind it if both are there. The writer seals and sends; what is ready together
// leaves in one write. Over HTTP the writer answers requests instead, one message each, and
// what sessions have to say waits for them in mailboxes.
//
// It owns deadlines, buffers and goroutines. It must not know TL methods, upload
// rules or scenarios. Called by mockserver.
package link
